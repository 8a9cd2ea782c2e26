import { kinds, messageKinds } from '#jobs/kinds.ts';
import type { Logger } from 'pino';
import { queueNames, type QueueName } from '#jobs/queues.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { inTransaction, statement, type Transaction } from '#src/persistence/database.ts';
import {
  countOpenMessages,
  findOpenMessages,
  findUnrenderedCertificates,
} from '#src/persistence/open-work.ts';
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
import { renderingJobId, type Queues } from '#workers/queues.ts';

/** What one look found and put back on its queue. */
export interface Reconciled {
  readonly messages: number;
  readonly certificates: number;
  /** False: another process was looking at that moment, and this one did not. */
  readonly looked: boolean;
}

/** Rows in one page of a look. */
const pageSize = 1000;

/**
 * Pages that every look enqueues, oldest first. Beyond them it goes on only when the queues hold fewer jobs than there are open
 * messages: a long backlog that is on its queues already is not added again every time.
 */
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
 * Finds what is accepted and not ended, and certificates without their PDF, and enqueues it again. What has a job that is yet to run
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
    const messages = await enqueueOpenMessages(look);
    const certificates = await enqueueUnrendered(look);
    for (const name of queueNames) await releasePutBack(queues.all[name], step);
    return { messages, certificates };
  });
  if (!found) return { messages: 0, certificates: 0, looked: false };
  if (found.messages + found.certificates > 0) log.info(found, 'reconciled: open work is on its queues');
  return { ...found, looked: true };
}

/**
 * Puts the oldest certificates without their PDF on their queue, when it has run empty: not all that are written are announced. What
 * has failed stays so until the reconciler looks. Calling it again, or in several processes at once, is safe.
 */
export async function refillCertificates(fulfillment: Fulfillment, queues: Queues): Promise<void> {
  await underGuard(fulfillment, 'refill certificates', async (tx, step) => {
    await step(queues.enqueueRendering(await findUnrenderedCertificates(tx, 0, pageSize, 0)));
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

async function enqueueOpenMessages(look: Look): Promise<number> {
  const { tx, queues, olderThanSeconds } = look;
  let found = 0;
  let after = '0';
  for (let pages = 1; ; pages += 1) {
    const page = await findOpenMessages(tx, olderThanSeconds, after, pageSize);
    for (const kind of messageKinds) {
      const ids = page.flatMap((row) => (row.kind === kind ? [row.id] : []));
      await enqueueAgain(look, kinds[kind].queue, ids, () => queues.enqueueRecorded(kind, ids));
    }
    found += page.length;
    after = page.at(-1)?.acceptedNumber ?? after;
    if (page.length < pageSize) return found;
    if (pages >= certainPages && (await jobsWaiting(look)) >= (await countOpenMessages(tx))) return found;
  }
}

async function enqueueUnrendered(look: Look): Promise<number> {
  const { tx, queues, olderThanSeconds } = look;
  let found = 0;
  for (let pages = 1; ; pages += 1) {
    const page = await findUnrenderedCertificates(tx, olderThanSeconds, pageSize, found);
    const ids = page.map(renderingJobId);
    await enqueueAgain(look, 'certificates', ids, () => queues.enqueueRendering(page));
    found += page.length;
    if (page.length < pageSize || pages === certainPages) return found;
  }
}

/** @param ids of the jobs that `enqueue` adds */
async function enqueueAgain(
  { queues, ended, retried, step }: Look,
  name: QueueName,
  ids: readonly string[],
  enqueue: () => Promise<void>,
): Promise<void> {
  if (ids.length === 0) return;
  const queue = queues.all[name];
  const old = ended.get(name) ?? (await endedJobs(queue, step));
  ended.set(name, old);
  await removeCompleted(queue, ids, old, step);
  await step(enqueue());
  await retryFailed(queue, ids, old, retried, step);
}

async function jobsWaiting({ queues, step }: Look): Promise<number> {
  let sum = 0;
  for (const kind of messageKinds) {
    const { queue } = kinds[kind];
    const counts = await step(queues.all[queue].getJobCounts('wait', 'active', 'delayed', 'prioritized'));
    for (const count of Object.values(counts)) sum += count;
  }
  return sum;
}
