import type { OpenQueue } from '#workers/queue-backend.ts';

/** Which failed jobs are to run again: those that only met faults that pass, or also those that a person has to look at. */
export type Retried = 'transient' | 'all';

/** What a failed job's reason begins with when the same work may succeed later by itself. */
export const transientReason = 'TRANSIENT';

/** One call of the queue server, however it is bounded in time. */
export type Step = <T>(call: Promise<T>) => Promise<T>;

/** Ids of ended jobs that are still on a queue: adding a job under one of them changes nothing. */
export interface EndedJobs {
  readonly completed: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
}

/** Calls at once. */
const bulk = 100;

export async function endedJobs(queue: OpenQueue, step: Step): Promise<EndedJobs> {
  const completed = await step(queue.getRanges(['completed'], 0, -1));
  const failed = await step(queue.getRanges(['failed'], 0, -1));
  return { completed: new Set(completed), failed: new Set(failed) };
}

/** A job that has completed although its work is owed makes room for another. */
export async function removeCompleted(
  queue: OpenQueue,
  ids: readonly string[],
  { completed }: EndedJobs,
  step: Step,
): Promise<void> {
  await inBulks(
    ids.filter((id) => completed.has(id)),
    step,
    (id) => queue.remove(id),
  );
}

/** Failed jobs are not added again, but retried: so they keep their history. */
export async function retryFailed(
  queue: OpenQueue,
  ids: readonly string[],
  { failed }: EndedJobs,
  retried: Retried,
  step: Step,
): Promise<void> {
  await inBulks(
    ids.filter((id) => failed.has(id)),
    step,
    async (id) => {
      const job = await queue.getJob(id);
      if (!job || (retried === 'transient' && !job.failedReason?.startsWith(transientReason))) return;
      await job.retry('failed').catch(async (error: unknown) => {
        // Otherwise somebody else has retried it meanwhile.
        if (await job.isFailed()) throw error;
      });
    },
  );
}

/**
 * Lets jobs that were put back run now. Our delays are seconds; what waits for longer was put back by a machine whose clock is ahead, and
 * would wait until its time has come. What a producer delayed has not begun yet, and stays.
 */
export async function releasePutBack(queue: OpenQueue, step: Step): Promise<void> {
  const delayed = await step(queue.getDelayed(0, mostReleased - 1));
  await inBulks(
    delayed.filter((job) => job && job.attemptsStarted > 0),
    step,
    (job) =>
      job.promote().catch(async (error: unknown) => {
        // Otherwise its time came by itself meanwhile.
        if (await job.isDelayed()) throw error;
      }),
  );
}

/** Jobs that one look releases; those after them are the next look's. */
const mostReleased = 1000;

async function inBulks<T>(
  things: readonly T[],
  step: Step,
  work: (thing: T) => Promise<unknown>,
): Promise<void> {
  for (let i = 0; i < things.length; i += bulk) await step(Promise.all(things.slice(i, i + bulk).map(work)));
}
