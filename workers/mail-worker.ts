import { UnrecoverableError } from 'bullmq';
import { z } from 'zod';
import { mailsQueue } from '#jobs/queues.ts';
import { createCodeSecret } from '#src/mail/code-secret.ts';
import { backoffMs } from '#src/mechanisms/backoff.ts';
import { findDueMails } from '#src/persistence/mails.ts';
import { jobFailure } from '#workers/job-failure.ts';
import type { MailSettings, OwedJob, OwedWork, WorkContext } from '#workers/owed.ts';
import type { WorkerJob } from '#workers/queue-backend.ts';
import { sendMail, type SendingOptions } from '#workers/send-mail.ts';
import type { OpenWorker } from '#workers/steady-worker.ts';

const sendMailV1 = z.strictObject({ mail: z.uuid() });

/** Mails under way at once; servers count the connections of a sender. */
const mostAtOnce = 5;

/**
 * Mails that are owed, and those who send them. What the server says is written to the mail's row, and when to try again stands there,
 * too: the reconciler enqueues what is due. A job fails only when PostgreSQL does.
 */
export const mailWork: OwedWork = {
  noun: 'mails',
  // Sending is slower than deciding and rendering.
  mostWaiting: 2000,
  find: async (tx, { limit, skip }) => (await findDueMails(tx, limit, skip)).map(mailJob),
  announced: ({ mails }) => mails.map((id) => mailJob({ id, attempts: 0 })),
  open: ({ mail, ...context }) => ({ workers: mail ? [openMailWorker(mail, context)] : [] }),
};

/** The job of a mail's next attempt. */
function mailJob({ id, attempts }: { readonly id: string; readonly attempts: number }): OwedJob {
  const { queue, jobName } = mailsQueue;
  return { queue, name: jobName, jobId: `${id}-${attempts + 1}`, data: { mail: id } };
}

function openMailWorker(mail: MailSettings, context: Omit<WorkContext, 'mail'>): OpenWorker {
  const { backend, fulfillment, signingKey, log } = context;
  const progress = context.progress.mails;
  const options: SendingOptions = {
    ...mail,
    database: fulfillment.database,
    secret: createCodeSecret(Buffer.from(signingKey.seed, 'base64url')),
  };
  // A server that takes its time is no standstill.
  const alive = () => {
    progress.begun();
    progress.ended();
  };
  const process = async (job: WorkerJob) => {
    const parsed = job.name === mailsQueue.jobName ? sendMailV1.safeParse(job.data) : undefined;
    if (!parsed?.success)
      throw new UnrecoverableError(`INVALID_MESSAGE: the queue takes ${mailsQueue.jobName} jobs only.`);
    const { mail } = parsed.data;
    progress.begun();
    try {
      const sent = await sendMail(options, mail, alive);
      if (sent.outcome === 'unknown')
        throw new UnrecoverableError(`UNKNOWN_MAIL: Postgres has no mail ${mail}.`);
      fulfillment.meters.mail(sent.outcome);
      const line = {
        mail,
        outcome: sent.outcome,
        ...(sent.fault !== undefined && { fault: withoutAddresses(sent.fault) }),
      };
      if (sent.outcome === 'failed' || sent.outcome === 'later') log.warn(line, 'a mail was not sent');
      else log.info(line, 'job ended');
      return { mail, outcome: sent.outcome };
    } catch (error) {
      if (error instanceof UnrecoverableError) throw error;
      log.warn({ err: error, mail }, 'sending a mail failed');
      throw jobFailure(error);
    } finally {
      progress.ended();
    }
  };
  return backend.openWorker(mailsQueue.queue, process, {
    concurrency: mostAtOnce,
    backoff: backoffMs,
  });
}

/** A server's answer may repeat the recipient; whom we write to is for operators to see, not for logs. */
function withoutAddresses(text: string): string {
  return text.replaceAll(/[^\s<>"]+@[^\s<>"]+/g, '…');
}
