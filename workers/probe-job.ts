import { randomBytes } from 'node:crypto';
import { withinDeadline } from '#src/mechanisms/within-deadline.ts';
import type { QueueBackend } from '#workers/queue-types.ts';

/**
 * Puts a job on a queue of its own, works it off as a worker does, and removes the queue: whoever can do that can do all that Chancery
 * needs of a queue server. Rejects when something is refused; `fault` is asked for the reason when nothing comes of it in time.
 */
export async function workOffProbeJob(
  backend: QueueBackend,
  deadlineMs: number,
  fault: () => Error | undefined,
): Promise<void> {
  const name = `doctor-${randomBytes(4).toString('hex')}`;
  const queue = backend.openQueue(name);
  const worked = Promise.withResolvers<void>();
  const worker = backend.openWorker(name, () => Promise.resolve({}), { concurrency: 1, backoff: () => 0 });
  worker.on('completed', () => worked.resolve());
  const running = worker.run();
  const work = async () => {
    await queue.waitUntilReady();
    await queue.add('probe', {}, { removeOnComplete: true });
    await worked.promise;
    await queue.obliterate({ force: true });
  };
  try {
    if (!(await withinDeadline(work(), deadlineMs)))
      throw fault() ?? new Error(worker.fault() ?? 'a job that was added is not worked off');
  } finally {
    await withinDeadline(Promise.all([worker.close(true), running, queue.close()]), 3000);
  }
}
