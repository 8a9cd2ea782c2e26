import type { Logger } from 'pino';
import type { MessageKind } from '#jobs/message.ts';
import { messageQueues } from '#jobs/queues.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { inTransaction, statement } from '#src/persistence/database.ts';
import { findOpenMessages, findUnrenderedCertificates } from '#src/persistence/open-work.ts';
import type { Queues } from '#workers/queues.ts';

/** What one look found and put back on its queue. */
export interface Reconciled {
  readonly messages: number;
  readonly certificates: number;
}

/** Rows in one page of a look. */
const pageSize = 1000;

/**
 * Finds what is accepted and not ended, and certificates without their PDF, and enqueues it again. What has a job already gets no
 * second; what has a failed job has it retried. Any number of processes may call it at once: one looks, the others return nothing.
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
      "select pg_try_advisory_xact_lock(hashtext('chancery reconcile')) as mine",
    );
    if (!guard?.mine) return { messages: 0, certificates: 0 };
    let messages = 0;
    let after = '0';
    for (;;) {
      const page = await findOpenMessages(tx, olderThanSeconds, after, pageSize);
      for (const kind of ['upgrade-order', 'registration', 'merge-request'] as const) {
        await enqueueAgain(
          queues,
          kind,
          page.flatMap((row) => (row.kind === kind ? [row.id] : [])),
        );
      }
      messages += page.length;
      after = page.at(-1)?.acceptedNumber ?? after;
      if (page.length < pageSize) break;
    }
    let certificates = 0;
    for (;;) {
      const page = await findUnrenderedCertificates(tx, olderThanSeconds, pageSize, certificates);
      await queues.enqueueRendering(page);
      certificates += page.length;
      if (page.length < pageSize) break;
    }
    if (messages + certificates > 0)
      log.info({ messages, certificates }, 'reconciled: open work is on its queues');
    return { messages, certificates };
  });
}

async function enqueueAgain(queues: Queues, kind: MessageKind, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await queues.enqueueRecorded(kind, ids);
  const open = new Set(ids);
  const failed = await queues.all[messageQueues[kind].queue].getFailed(0, 5000);
  for (const job of failed) {
    if (job?.id !== undefined && open.has(job.id)) await job.retry('failed');
  }
}
