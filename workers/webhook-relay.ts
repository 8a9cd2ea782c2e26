import type { Logger } from 'pino';
import { relayEvents } from '#src/fulfillment/batch/relay-events.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { reading } from '#src/persistence/database.ts';
import { removeOldDeliveries } from '#src/persistence/webhook-relay.ts';

/** At rest a look is one query that finds two empty indexes. */
const lookingMs = 1000;

/** Events of one look while the process is full of messages: what is behind them waits until these are decided. */
const whileBusy = 25;

const removingMs = 10 * 60_000;

export interface Relay {
  /** Looks no more; a look that is under way ends. */
  stop(): void;
  close(): Promise<void>;
}

/**
 * Looks every second for events that have not become deliveries. Every worker does; one at a time works. It stands beside the
 * deciding transaction, not in it: what an order costs does not depend on who is told of it.
 * @param isBusy whether the process has more important things to do
 */
export function openRelay(fulfillment: Fulfillment, log: Logger, isBusy: () => boolean): Relay {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let removedAt = -Infinity;
  const isOver = () => isStopped;
  const look = async () => {
    try {
      if (isBusy()) await relayEvents(fulfillment, whileBusy);
      else while (!isOver() && !isBusy() && (await relayEvents(fulfillment)));
      if (isOver() || performance.now() - removedAt < removingMs) return;
      removedAt = performance.now();
      await removeOldDeliveries(reading(fulfillment.database));
    } catch (error) {
      // PostgreSQL is away, which readiness tells; the next look goes on.
      log.warn({ err: error }, 'events did not become deliveries; the next look will make them');
    }
  };
  let looking = Promise.resolve();
  const plan = () => {
    if (isStopped) return;
    timer = setTimeout(() => {
      looking = look().then(plan);
    }, lookingMs);
  };
  plan();
  const stop = () => {
    isStopped = true;
    clearTimeout(timer);
  };
  return {
    stop,
    async close() {
      stop();
      await looking;
    },
  };
}
