import type { Logger } from 'pino';
import { queueNames, type QueueName } from '#jobs/queues.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { recordOf } from '#src/mechanisms/records.ts';
import { inTransaction, statement, type Transaction } from '#src/persistence/database.ts';
import { inTime } from '#workers/in-time.ts';
import {
  endedJobs,
  releasePutBack,
  removeCompleted,
  retryFailed,
  type EndedJobs,
  type Retried,
  type Step,
} from '#workers/jobs-in-the-way.ts';
import { owedNames, owedWork, type OwedName } from '#workers/owed-work.ts';
import type { OwedJob, OwedWork } from '#workers/owed.ts';
import type { Queues } from '#workers/queues.ts';

/** How much of each work one look found and put back on its queues. */
export interface Reconciled extends Readonly<Record<OwedName, number>> {
  /** False: another process was looking at that moment, and this one did not. */
  readonly looked: boolean;
}

/** Rows in one page of a look. */
const pageSize = 1000;

/** Pages that every look enqueues, oldest first; beyond them it goes on only when the work says so. */
const certainPages = 5;

/** One look: what it sees by, and what it may do. */
interface Look {
  readonly tx: Transaction;
  readonly queues: Queues;
  readonly olderThanSeconds: number;
  readonly retried: Retried;
  readonly step: Step;
  /** Read once per queue, when something of it is found. */
  readonly ended: Map<QueueName, EndedJobs>;
}

/**
 * Finds all that is owed, and enqueues it again. What has a job that is yet to run
 * gets no second. Any number of processes may call it at once: one looks, the others return nothing. Its transaction writes nothing: it
 * holds the guard while the queues are filled, and lets PostgreSQL hear of it after every call of the queue server, none of which may
 * take longer than a session may idle.
 * @param olderThanSeconds younger rows are left to the job that their acceptance enqueued
 * @param retried looks that nobody asked for leave failed jobs alone that a person has to look at
 */
export async function reconcile(
  fulfillment: Fulfillment,
  queues: Queues,
  olderThanSeconds: number,
  log: Logger,
  retried: Retried = 'all',
): Promise<Reconciled> {
  const found = await underGuard(fulfillment, 'reconcile', async (tx, step) => {
    const look: Look = { tx, queues, olderThanSeconds, retried, step, ended: new Map() };
    const counts = recordOf(owedNames, () => 0);
    for (const name of owedNames) counts[name] = await enqueueOwed(look, owedWork[name]);
    for (const name of queueNames) await releasePutBack(queues.all[name], step);
    return counts;
  });
  if (!found) return { ...recordOf(owedNames, () => 0), looked: false };
  if (Object.values(found).some((count) => count > 0))
    log.info(found, 'reconciled: open work is on its queues');
  return { ...found, looked: true };
}

/**
 * Puts the oldest of what is owed on its queue, when it has run empty: not all that is written is announced. What has failed stays so
 * until the reconciler looks. Calling it again, or in several processes at once, is safe.
 */
export async function refill(fulfillment: Fulfillment, queues: Queues, name: OwedName): Promise<void> {
  await underGuard(fulfillment, `refill ${name}`, async (tx, step) => {
    const page = { olderThanSeconds: 0, limit: pageSize, skip: 0, last: undefined };
    for (const [queue, jobs] of byQueue(await owedWork[name].find(tx, page)))
      await step(queues.enqueue(queue, jobs));
  });
}

/** @returns undefined when another process holds the guard of that name */
function underGuard<T>(
  fulfillment: Fulfillment,
  guardName: string,
  work: (tx: Transaction, step: Step) => Promise<T>,
): Promise<T | undefined> {
  return inTransaction(fulfillment.database, async (tx) => {
    const [guard] = await statement<{ readonly mine: boolean }>(
      tx,
      `select pg_try_advisory_xact_lock(hashtext('chancery ' || $1)) as mine`,
      [guardName],
    );
    if (!guard?.mine) return undefined;
    return work(tx, async (call) => {
      const answer = await inTime(call);
      await statement(tx, 'select 1');
      return answer;
    });
  });
}

async function enqueueOwed(look: Look, work: OwedWork): Promise<number> {
  const { tx, olderThanSeconds } = look;
  const queuesOfWork = new Set<QueueName>();
  let skip = 0;
  let last: OwedJob | undefined;
  for (let pages = 1; ; pages += 1) {
    const page = await work.find(tx, { olderThanSeconds, limit: pageSize, skip, last });
    for (const [queue, jobs] of byQueue(page)) {
      queuesOfWork.add(queue);
      await enqueueAgain(look, queue, jobs);
    }
    skip += page.length;
    last = page.at(-1) ?? last;
    if (page.length < pageSize) return skip;
    if (pages < certainPages) continue;
    if (!work.goesOn || !(await work.goesOn(tx, await jobsOn(look, queuesOfWork)))) return skip;
  }
}

function byQueue(jobs: readonly OwedJob[]): ReadonlyMap<QueueName, readonly OwedJob[]> {
  return Map.groupBy(jobs, ({ queue }) => queue);
}

async function enqueueAgain(
  { queues, ended, retried, step }: Look,
  name: QueueName,
  jobs: readonly OwedJob[],
): Promise<void> {
  const ids = jobs.map(({ jobId }) => jobId);
  const queue = queues.all[name];
  const old = ended.get(name) ?? (await endedJobs(queue, step));
  ended.set(name, old);
  await removeCompleted(queue, ids, old, step);
  await step(queues.enqueue(name, jobs));
  await retryFailed(queue, ids, old, retried, step);
}

async function jobsOn({ queues, step }: Look, names: Iterable<QueueName>): Promise<number> {
  let sum = 0;
  for (const name of names) {
    const counts = await step(queues.all[name].getJobCounts('wait', 'active', 'delayed', 'prioritized'));
    for (const count of Object.values(counts)) sum += count;
  }
  return sum;
}
