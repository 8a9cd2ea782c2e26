import type { Logger } from 'pino';
import { tellExpiring } from '#src/fulfillment/batch/tell-expiring.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { reading } from '#src/persistence/database.ts';
import { removeOldEvents } from '#src/persistence/events.ts';
import { transactionTime } from '#src/persistence/transaction-time.ts';

/** At rest a look is two short queries. */
const lookingMs = 60_000;

/**
 * At once and then every minute: removes events that are older than they are kept and, once a day of the database's clock, tells of
 * licenses that end soon. Every worker does; one at a time works.
 */
export function keepEvents(fulfillment: Fulfillment, log: Logger): { close(): Promise<void> } {
  let isClosing = false;
  let toldOn: string | undefined;
  let timer: NodeJS.Timeout | undefined;

  const look = async (): Promise<void> => {
    try {
      await removeOldEvents(fulfillment.database);
      const { today } = await transactionTime(reading(fulfillment.database));
      if (today !== toldOn) {
        const count = await tellExpiring(fulfillment);
        if (count > 0) log.info({ licenses: count }, 'told of licenses that end soon');
        toldOn = today;
      }
    } catch (error) {
      // PostgreSQL is away, which readiness tells.
      log.warn({ err: error }, 'old events and ends of licenses were not looked at; the next look does it');
    }
    timer = setTimeout(() => {
      if (!isClosing) looking = look();
    }, lookingMs);
  };
  let looking = look();
  return {
    async close() {
      isClosing = true;
      clearTimeout(timer);
      await looking;
      clearTimeout(timer);
    },
  };
}
