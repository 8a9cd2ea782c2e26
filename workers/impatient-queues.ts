import { inTime } from '#workers/in-time.ts';
import type { Queues } from '#workers/queues.ts';

/** The same queues, but no call waits for a server that is away. */
export function impatientQueues(queues: Queues): Queues {
  return {
    ...queues,
    enqueueRecorded: (kind, ids) => inTime(queues.enqueueRecorded(kind, ids)),
    enqueueRendering: (certificates) => inTime(queues.enqueueRendering(certificates)),
    ping: () => inTime(queues.ping()),
  };
}
