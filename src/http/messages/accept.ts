import type { FastifyBaseLogger } from 'fastify';
import type { MessageKind } from '#jobs/kinds.ts';
import type { Arrival, Arrived } from '#src/fulfillment/batch/accept-messages.ts';
import { recordAndWake } from '#src/fulfillment/batch/record-and-wake.ts';
import { isTransient } from '#src/fulfillment/batch/transience.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { createCoalescer, type Coalescer } from '#src/mechanisms/coalescer.ts';
import { isolating, type Failed } from '#src/mechanisms/isolating.ts';
import type { Metrics } from '#src/watch/metrics.ts';

export interface AcceptOptions {
  readonly fulfillment: Fulfillment;
  readonly enqueue: (kind: MessageKind, ids: readonly string[]) => Promise<void>;
  readonly log: FastifyBaseLogger;
  readonly metrics: Pick<Metrics, 'accepted'>;
}

/** Transactions at once: two may hang on locks while work goes on. */
const slots = 3;

/** A transaction takes a few milliseconds; one that takes longer waits for somebody's lock, or for the disk. */
const besideAfterMs = 20;

const largestBatch = 100;

/** Calls of the queue server under way at most: when it hangs, the reconciler finds what was not enqueued. */
const mostEnqueuing = 32;

/**
 * The HTTP intake: requests that arrive together are recorded in one transaction. A submission resolves when the message is durable;
 * the queue server is told afterwards and cannot delay or fail it.
 */
export function createAccept({
  fulfillment,
  enqueue,
  log,
  metrics,
}: AcceptOptions): Coalescer<Arrival, Arrived> {
  let enqueuing = 0;
  const tell = async (kind: MessageKind, ids: readonly string[]) => {
    if (enqueuing >= mostEnqueuing) return;
    enqueuing += 1;
    try {
      await enqueue(kind, ids);
    } catch (error) {
      log.warn(
        { kind, messages: ids.length, cause: error instanceof Error ? error.name : 'unknown' },
        'the queue server is away; the reconciler will enqueue what was accepted',
      );
    } finally {
      enqueuing -= 1;
    }
  };
  const record = (arrivals: readonly Arrival[]) =>
    recordAndWake(fulfillment, arrivals, (kind, ids) => void tell(kind, ids));
  // A message that breaks the work costs its neighbours nothing; what is transient fails all of them, to be sent again.
  const run = (arrivals: readonly Arrival[]) =>
    isolating(arrivals, record, {
      isTransient,
      broken: (_, error): Failed => ({ outcome: 'failed', error }),
    });
  const coalescer = createCoalescer({ slots, largest: largestBatch, besideAfterMs, run });
  return {
    idle: () => coalescer.idle(),
    async submit(arrival) {
      const { kind } = arrival.message;
      try {
        const arrived = await coalescer.submit(arrival);
        if (arrived.outcome === 'failed') throw arrived.error;
        metrics.accepted(kind, arrived.outcome);
        return arrived;
      } catch (error) {
        metrics.accepted(kind, 'failed');
        throw error;
      }
    },
  };
}
