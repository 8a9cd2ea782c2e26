import type { Queues } from '#workers/queues.ts';

/** Adding a thousand jobs takes a tenth of a second. */
const patienceMs = 5000;

/** The queue server does not answer. What was recorded is found by the reconciler. */
export class QueueServerAwayError extends Error {
  override readonly name = 'QueueServerAwayError';
}

/** The same queues, but no call waits for a server that is away: clients would wait for their first connection for ever. */
export function impatientQueues(queues: Queues): Queues {
  return {
    ...queues,
    enqueueRecorded: (kind, ids) => inTime(queues.enqueueRecorded(kind, ids)),
    enqueueRendering: (certificates) => inTime(queues.enqueueRendering(certificates)),
    ping: () => inTime(queues.ping()),
  };
}

async function inTime<T>(call: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(
      new QueueServerAwayError('The queue server does not answer. Is it running, and is REDIS_URL right?'),
    );
  }, patienceMs);
  try {
    return await Promise.race([call, late.promise]);
  } finally {
    clearTimeout(timer);
    call.catch(() => {});
  }
}
