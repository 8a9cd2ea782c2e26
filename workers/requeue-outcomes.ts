import { inTransaction, type Database } from '#src/persistence/database.ts';
import { outcomesRelay, rewindRelay } from '#src/persistence/event-relay.ts';
import { inTime } from '#workers/in-time.ts';
import type { QueueBackend } from '#workers/queue-backend.ts';

/** Jobs asked for at once. */
const pageSize = 100;

/**
 * Has events put on the queue of outcomes again, by the relay of a worker. Jobs of the queue that have ended make room: an event
 * whose job is still there would get no second.
 * @param since RFC 3339
 * @returns how many events
 */
export async function requeueOutcomes(
  { backend, database }: { readonly backend: QueueBackend; readonly database: Database },
  queueName: string,
  since: string,
): Promise<number> {
  const queue = backend.openQueue(queueName);
  try {
    await inTime(backend.known());
    const ended = await inTime(queue.getRanges(['failed', 'completed'], 0, -1));
    for (let i = 0; i < ended.length; i += pageSize)
      await inTime(Promise.all(ended.slice(i, i + pageSize).map((id) => queue.remove(id))));
    return await inTransaction(database, (tx) => rewindRelay(tx, outcomesRelay, since));
  } finally {
    await queue.close();
  }
}
