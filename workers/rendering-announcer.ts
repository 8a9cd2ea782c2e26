import type { CertificateName } from '#src/fulfillment/fulfillment.ts';
import { inTime } from '#workers/in-time.ts';
import type { Queues } from '#workers/queues.ts';

/**
 * Certificates that may wait on their queue. Rendering is slower than deciding: without a bound, a long backlog of orders would become
 * as long a backlog of jobs in the queue server's memory. What is beyond waits in PostgreSQL, where a worker that runs out of jobs looks.
 */
const mostWaiting = 2000;

/** How long a count is believed. */
const countedForMs = 1000;

/** Puts certificates that were just written on their queue, as long as not too many wait there. Rejects when the server is away. */
export function createRenderingAnnouncer(
  queues: Queues,
): (certificates: readonly CertificateName[]) => Promise<void> {
  let waiting = 0;
  let countedAt = -Infinity;
  return async (certificates) => {
    if (certificates.length === 0) return;
    if (performance.now() - countedAt > countedForMs) {
      countedAt = performance.now();
      waiting = await inTime(queues.all.certificates.getWaitingCount());
    }
    if (waiting >= mostWaiting) return;
    waiting += certificates.length;
    await queues.enqueueRendering(certificates);
  };
}
