import { DelayedError, UnrecoverableError } from 'bullmq';
import type { Logger } from 'pino';
import { kinds, messageKinds, type MessageKind } from '#jobs/kinds.ts';
import { fingerprint, type FieldError } from '#jobs/message.ts';
import type { BatchItem, Ending } from '#src/fulfillment/batch/decide-batch.ts';
import { decideIsolated, type Broken } from '#src/fulfillment/batch/decide-isolated.ts';
import { isTransient } from '#src/fulfillment/batch/transience.ts';
import { backoffMs } from '#src/mechanisms/backoff.ts';
import { createCoalescer, type Coalescer } from '#src/mechanisms/coalescer.ts';
import type { Failed } from '#src/mechanisms/isolating.ts';
import { inTransaction } from '#src/persistence/database.ts';
import { countOpenMessages, findOpenMessages } from '#src/persistence/open-work.ts';
import { keepRejectedMessage } from '#src/persistence/rejected-messages.ts';
import { storable, storableText } from '#src/persistence/storable.ts';
import { jobFailure, nameOf } from '#workers/job-failure.ts';
import type { OwedWork, WorkContext } from '#workers/owed.ts';
import type { WorkerJob } from '#workers/queue-backend.ts';
import { recordedJob } from '#workers/queues.ts';
import { readJob } from '#workers/read-job.ts';
import type { OpenWorker } from '#workers/steady-worker.ts';

/** Lines of a job that is put back again and again, through a long outage; the latest stay. */
const keptLogLines = 20;

/** Recorded messages that are not decided, of all kinds, and those who listen for more. */
export const messageWork: OwedWork = {
  noun: 'accepted messages',
  async find(tx, { olderThanSeconds, limit, last }) {
    const rows = await findOpenMessages(tx, olderThanSeconds, last?.position ?? '0', limit);
    return rows.map(({ id, kind, acceptedNumber }) => ({
      ...recordedJob(kind, id),
      position: acceptedNumber,
    }));
  },
  // A long backlog that is on its queues already is not added again every time.
  goesOn: async (tx, waiting) => waiting < (await countOpenMessages(tx)),
  open(context) {
    const { sizes, fulfillment } = context;
    // One for all kinds: messages of every queue share batches.
    const coalescer = createCoalescer<BatchItem, Ending | Broken | Failed>({
      slots: sizes.batchSlots,
      largest: sizes.batchSize,
      run: (items) => decideIsolated(fulfillment, items),
    });
    return { workers: messageKinds.map((kind) => openMessageWorker(kind, { ...context, coalescer })) };
  },
};

interface MessageContext extends WorkContext {
  readonly coalescer: Coalescer<BatchItem, Ending | Broken | Failed>;
}

/**
 * Listens to one message queue. Three endings, never mixed: a business outcome completes the job; what cannot be accepted fails it at
 * once and is kept in Postgres; any other failure puts it back without limit while Postgres has not got the message, and is one of the
 * job's attempts once it has.
 */
function openMessageWorker(kind: MessageKind, context: MessageContext): OpenWorker {
  const { queue } = kinds[kind];
  const progress = context.progress[queue];
  const process = async (job: WorkerJob, token?: string) => {
    progress.begun();
    try {
      return await processJob(kind, job, token, context);
    } finally {
      progress.ended();
    }
  };
  const worker = context.backend.openWorker(queue, process, {
    concurrency: context.sizes.workerConcurrency,
    backoff: backoffMs,
  });
  worker.on('completed', () => void context.fulfillment.at('after-settling'));
  return worker;
}

async function processJob(
  kind: MessageKind,
  job: WorkerJob,
  token: string | undefined,
  options: MessageContext,
) {
  const startedAt = performance.now();
  const { log, fulfillment, coalescer } = options;
  const say = (outcome: string, more: object = {}) =>
    log.info(
      {
        kind,
        job: job.id,
        outcome,
        attempt: job.attemptsStarted,
        durationMs: Math.round(performance.now() - startedAt),
        ...more,
      },
      'job ended',
    );
  let isRecorded = false;
  try {
    const read = readJob(kind, job);
    isRecorded = read.ok && 'recorded' in read.item;
    const ending = read.ok ? await coalescer.submit(read.item) : read;
    if ('ok' in ending || ending.outcome === 'invalid' || ending.outcome === 'conflict') {
      const refusal = refusalOf(ending);
      await inTransaction(fulfillment.database, (tx) =>
        keepRejectedMessage(tx, { ...rejectedJob(kind, job), ...refusal }),
      );
      say('refused', { code: refusal.code });
      throw new UnrecoverableError(storableText(`${refusal.code}: ${refusal.message}`));
    }
    if (ending.outcome === 'unknown') {
      say('unknown');
      throw new UnrecoverableError('UNKNOWN_MESSAGE: Postgres has no recorded message of this id.');
    }
    if (ending.outcome === 'failed') throw ending.error;
    if (ending.outcome === 'broken') {
      log.error(
        { err: ending.error, kind, job: job.id },
        'a message broke the work; it is recorded and open',
      );
      throw new UnrecoverableError(
        'INTERNAL_ERROR: deciding this message failed; it is recorded and open, and can be retried once the cause is mended.',
      );
    }
    say(ending.status, { message: ending.id, code: ending.code, repeat: ending.repeat || undefined });
    return { id: ending.id, status: ending.status, ...(ending.code !== undefined && { code: ending.code }) };
  } catch (error) {
    if (error instanceof UnrecoverableError) throw error;
    if (isRecorded) {
      say('failed', { transient: isTransient(error) });
      throw jobFailure(error);
    }
    if (!isTransient(error))
      log.error({ err: error, kind, job: job.id }, 'a message could not be recorded; its job is put back');
    say('put back', { cause: nameOf(error) });
    await putBack(job, token, nameOf(error), log);
    throw new DelayedError();
  }
}

/**
 * The caller throws `DelayedError` whether or not this succeeds: a job that fails is gone for a producer that gave it one attempt, while
 * one that could not be put back runs again when its lock has run out.
 */
async function putBack(job: WorkerJob, token: string | undefined, cause: string, log: Logger): Promise<void> {
  const delayMs = backoffMs(job.attemptsStarted);
  try {
    await job.moveToDelayed(Date.now() + delayMs, token);
  } catch (error) {
    log.warn({ job: job.id, cause: nameOf(error) }, 'a job waits for its lock to run out');
    return;
  }
  try {
    const lines = await job.log(`attempt ${job.attemptsStarted}: ${cause}; put back for ${delayMs} ms`);
    if (lines > keptLogLines) await job.clearLogs(keptLogLines);
  } catch {
    // It is for people to see, and the worker's own log has it, too.
  }
}

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly errors: readonly FieldError[];
  readonly acceptedFingerprint: string | null;
}

function refusalOf(
  ending:
    | {
        readonly ok: false;
        readonly code: string;
        readonly message: string;
        readonly errors: readonly FieldError[];
      }
    | Extract<Ending, { outcome: 'invalid' | 'conflict' }>,
): Refusal {
  if ('ok' in ending)
    return { code: ending.code, message: ending.message, errors: ending.errors, acceptedFingerprint: null };
  if (ending.outcome === 'invalid') {
    const faults = ending.errors.map(({ path, message }) => `${path} ${message}`).join('; ');
    return {
      code: ending.code,
      message: `The message cannot be accepted: ${faults}.`,
      errors: ending.errors,
      acceptedFingerprint: null,
    };
  }
  const message = `Another message was accepted under the same number before: ${ending.id}.`;
  return { code: ending.code, message, errors: [], acceptedFingerprint: ending.acceptedFingerprint };
}

function rejectedJob(kind: MessageKind, job: WorkerJob) {
  const content = storable(job.data);
  return {
    queue: kinds[kind].queue,
    jobName: job.name.slice(0, 200),
    content,
    fingerprint: fingerprint(content),
  };
}
