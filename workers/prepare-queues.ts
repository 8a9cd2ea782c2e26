import { certificatesQueue } from '#jobs/queues.ts';
import { createQueueBackend } from '#workers/queue-backend.ts';

/** Makes the tables of BullMQ's PostgreSQL backend, which any queue that is opened does. Safe to repeat. */
export async function prepareQueues(databaseUrl: string): Promise<void> {
  const failure = Promise.withResolvers<never>();
  const queue = createQueueBackend({ databaseUrl, onError: failure.reject }).openQueue(
    certificatesQueue.queue,
  );
  try {
    await Promise.race([queue.waitUntilReady(), failure.promise]);
  } finally {
    failure.promise.catch(() => {});
    await queue.close();
  }
}
