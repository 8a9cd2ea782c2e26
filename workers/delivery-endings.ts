import type { Logger } from 'pino';
import { disableBySystem } from '#src/fulfillment/batch/disable-endpoint.ts';
import type { DeliveryOutcome, Meters } from '#src/fulfillment/meters.ts';
import { reading, type Database } from '#src/persistence/database.ts';
import { type ClaimedDelivery, type EndedAttempt } from '#src/persistence/deliveries.ts';
import { noteAttempts, type EndpointTarget } from '#src/persistence/webhook-targets.ts';
import { failingDays, nextAttemptAfter } from '#src/webhooks/schedule.ts';
import type { Sent } from '#src/webhooks/sender.ts';

interface Teller {
  readonly database: Database;
  readonly log: Logger;
  readonly meters?: Pick<Meters, 'deliveries' | 'endpointDisabled'>;
}

export interface Ended {
  readonly ending: EndedAttempt;
  /** The receiver wants no more. */
  readonly gone: boolean;
}

export function unsent(error: string): Sent {
  return { status: null, durationMs: 0, error, answer: null };
}

export function endedOf(delivery: ClaimedDelivery, at: Date, sent: Sent, isOver: boolean): Ended {
  const { id, attempts } = delivery;
  const { retryAfterSeconds, ...told } = sent;
  const attempt = { at: at.toISOString(), ...told };
  const gone = sent.status === 410;
  if (sent.error === null) return { gone, ending: { id, attempt, state: 'delivered', afterSeconds: null } };
  const afterSeconds = isOver || gone ? undefined : nextAttemptAfter(attempts + 1, retryAfterSeconds);
  return afterSeconds === undefined
    ? { gone, ending: { id, attempt, state: 'failed', afterSeconds: null } }
    : { gone, ending: { id, attempt, state: 'pending', afterSeconds } };
}

export function outcomeOf({ ending }: Ended): DeliveryOutcome {
  if (ending.state === 'delivered') return 'delivered';
  return ending.state === 'pending' ? 'later' : 'failed';
}

/** What the attempts say of the endpoint. */
export async function noteEndings(
  { database, log, meters }: Teller,
  { id, isFailing }: EndpointTarget,
  ended: readonly Ended[],
): Promise<void> {
  const succeeded = ended.some(({ ending }) => ending.state === 'delivered');
  const disable = async (because: 'GONE' | 'ONLY_FAILURES') => {
    if (!(await disableBySystem(database, id, because))) return;
    meters?.endpointDisabled(because);
    log.warn({ endpoint: id, because }, 'a webhook endpoint was disabled');
  };
  if (ended.some(({ gone }) => gone)) {
    await disable('GONE');
    return;
  }
  // Of an endpoint that works nothing is written.
  if (succeeded && !isFailing) return;
  if (await noteAttempts(reading(database), id, succeeded, failingDays)) await disable('ONLY_FAILURES');
}
