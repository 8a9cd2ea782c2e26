import type { MessageKind } from '#jobs/kinds.ts';
import {
  accept,
  type AlongWith,
  type Arrival,
  type Arrived,
} from '#src/fulfillment/batch/accept-messages.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';

/** Puts recorded messages on their queue. Never rejects: what the queue server does not hear of, the reconciler finds. */
export type Wake = (kind: MessageKind, ids: readonly string[]) => Promise<void> | void;

/** Records messages durably, and then wakes those who decide them. Safe to repeat: what is recorded already is a `repeat`. */
export async function recordAndWake(
  fulfillment: Fulfillment,
  arrivals: readonly Arrival[],
  wake: Wake,
  alongWith?: AlongWith,
): Promise<readonly Arrived[]> {
  const arrived = await accept(fulfillment, arrivals, alongWith);
  await fulfillment.at('between-accept-and-enqueue');
  const fresh = new Map<MessageKind, string[]>();
  for (const [i, { message }] of arrivals.entries()) {
    const one = arrived[i];
    if (one?.outcome !== 'accepted') continue;
    const ids = fresh.get(message.kind);
    if (ids) ids.push(one.id);
    else fresh.set(message.kind, [one.id]);
  }
  for (const [kind, ids] of fresh) await wake(kind, ids);
  return arrived;
}
