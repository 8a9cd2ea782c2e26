import type { Logger } from 'pino';
import type { MessageKind } from '#jobs/message.ts';
import { messageQueues, queueNames } from '#jobs/queues.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { inTransaction, statement, type Transaction } from '#src/persistence/database.ts';
import {
  countOpenMessages,
  findOpenMessages,
  findUnrenderedCertificates,
} from '#src/persistence/open-work.ts';
import type { Queues } from '#workers/queues.ts';

/** What one look found and put back on its queue. */
export interface Reconciled {
  readonly messages: number;
  readonly certificates: number;
}

/** Rows in one page of a look. */
const pageSize = 1000;

/**
 * Pages that every look enqueues, oldest first. Beyond them it goes on only when the queues hold fewer jobs than there are open
 * messages: a long backlog that is on its queues already is not added again every time.
 */
const certainPages = 5;

/** How long the guard may be held by a process that stands still. */
const guardTimeout = '60s';

/**
 * Finds what is accepted and not ended, and certificates without their PDF, and enqueues it again. What has a job already gets no
 * second; what has a failed job has it retried. Any number of processes may call it at once: one looks, the others return nothing.
 * Its transaction writes nothing: it holds the guard while the queues are filled.
 * @param olderThanSeconds younger rows are left to the job that their acceptance enqueued
 */
export async function reconcile(
  fulfillment: Fulfillment,
  queues: Queues,
  olderThanSeconds: number,
  log: Logger,
): Promise<Reconciled> {
  return inTransaction(fulfillment.database, async (tx) => {
    const [guard] = await statement<{ readonly mine: boolean }>(
      tx,
      `select pg_try_advisory_xact_lock(hashtext('chancery reconcile')) as mine,
         set_config('idle_in_transaction_session_timeout', '${guardTimeout}', true)`,
    );
    if (!guard?.mine) return { messages: 0, certificates: 0 };
    const messages = await enqueueOpenMessages(tx, queues, olderThanSeconds);
    const certificates = await enqueueUnrendered(tx, queues, olderThanSeconds);
    await releasePutBack(queues);
    if (messages + certificates > 0)
      log.info({ messages, certificates }, 'reconciled: open work is on its queues');
    return { messages, certificates };
  });
}

async function enqueueOpenMessages(
  tx: Transaction,
  queues: Queues,
  olderThanSeconds: number,
): Promise<number> {
  const failed = new Map<MessageKind, ReadonlyMap<string, { retry(state: 'failed'): Promise<void> }>>();
  let found = 0;
  let after = '0';
  for (let pages = 1; ; pages += 1) {
    const page = await findOpenMessages(tx, olderThanSeconds, after, pageSize);
    for (const kind of kinds) {
      const ids = page.flatMap((row) => (row.kind === kind ? [row.id] : []));
      if (ids.length === 0) continue;
      await queues.enqueueRecorded(kind, ids);
      const jobs = failed.get(kind) ?? (await failedJobs(queues, kind));
      failed.set(kind, jobs);
      for (const id of ids) await jobs.get(id)?.retry('failed');
    }
    found += page.length;
    after = page.at(-1)?.acceptedNumber ?? after;
    if (page.length < pageSize) return found;
    if (pages >= certainPages && (await jobsWaiting(queues)) >= (await countOpenMessages(tx))) return found;
  }
}

async function enqueueUnrendered(tx: Transaction, queues: Queues, olderThanSeconds: number): Promise<number> {
  let found = 0;
  for (let pages = 1; ; pages += 1) {
    const page = await findUnrenderedCertificates(tx, olderThanSeconds, pageSize, found);
    await queues.enqueueRendering(page);
    found += page.length;
    if (page.length < pageSize || pages === certainPages) break;
  }
  if (found > 0) {
    const failed = await queues.all.certificates.getFailed(0, 1000);
    for (const job of failed) await job?.retry('failed');
  }
  return found;
}

/**
 * Lets jobs that were put back run now. Our delays are seconds; what waits for longer was put back by a machine whose clock is ahead, and
 * would wait until its time has come. What a producer delayed has not begun yet, and stays.
 */
async function releasePutBack(queues: Queues): Promise<void> {
  for (const name of queueNames) {
    for (const job of await queues.all[name].getDelayed(0, pageSize - 1)) {
      if (job && job.attemptsStarted > 0)
        await job.promote().catch(async (error: unknown) => {
          // Otherwise its time came by itself meanwhile.
          if (await job.isDelayed()) throw error;
        });
    }
  }
}

const kinds = ['upgrade-order', 'registration', 'merge-request'] as const satisfies readonly MessageKind[];

/** Failed jobs of recorded messages, by message: adding them again would change nothing, they must be retried. */
async function failedJobs(
  queues: Queues,
  kind: MessageKind,
): Promise<ReadonlyMap<string, { retry(state: 'failed'): Promise<void> }>> {
  const jobs = await queues.all[messageQueues[kind].queue].getFailed(0, 5000);
  return new Map(jobs.flatMap((job) => (job?.id === undefined ? [] : [[job.id, job]])));
}

async function jobsWaiting(queues: Queues): Promise<number> {
  let sum = 0;
  for (const kind of kinds) {
    const counts = await queues.all[messageQueues[kind].queue].getJobCounts(
      'wait',
      'active',
      'delayed',
      'prioritized',
    );
    for (const count of Object.values(counts)) sum += count;
  }
  return sum;
}
