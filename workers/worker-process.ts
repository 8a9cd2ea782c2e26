import { kinds, messageKinds, type MessageKind } from '#jobs/kinds.ts';
import type { Logger } from 'pino';
import type { SigningKey } from '#src/certificate/signing-key.ts';
import type { BatchItem, Ending } from '#src/fulfillment/batch/decide-batch.ts';
import { decideIsolated, type Broken, type Failed } from '#src/fulfillment/batch/decide-isolated.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { openCertificateWorker } from '#workers/certificate-worker.ts';
import { createCoalescer } from '#src/mechanisms/coalescer.ts';
import { openLookout } from '#workers/lookout.ts';
import { openMessageWorker } from '#workers/message-worker.ts';
import type { QueueBackend } from '#workers/queue-backend.ts';
import type { Queues } from '#workers/queues.ts';
import { reconcile, refillCertificates } from '#workers/reconciler.ts';
import { watchStandstill } from '#workers/standstill.ts';

/** A worker that takes no jobs though there are some is noticed by the third look. */
const countingIntervalMs = 10_000;

/** At rest every certificate leaves its queue empty; looking for more once a second costs nothing. */
const refillingMs = 1000;

/** The connections of all queues come back one after the other. */
const settlingMs = 500;

export interface WorkerSizes {
  readonly workerConcurrency: number;
  readonly batchSize: number;
  readonly batchSlots: number;
  readonly certificateConcurrency: number;
  readonly reconcileIntervalSeconds: number;
}

export interface WorkerProcessOptions {
  readonly sizes: WorkerSizes;
  readonly fulfillment: Fulfillment;
  readonly backend: QueueBackend;
  readonly queues: Queues;
  readonly signingKey: SigningKey;
  readonly log: Logger;
  /** The monotonic clock that a standstill is measured by, in milliseconds; by default the machine's. */
  readonly now?: () => number;
}

export interface WorkerProcess {
  /** A sentence when the queue server refuses to give jobs; it is asked again and again. */
  fault(): string | undefined;
  /** A sentence when work waits and none of it gets anywhere, or a worker has stopped: the process is to be started again. */
  standstill(): string | undefined;
  /**
   * Takes no further job, finishes those in hand and closes.
   * @returns whether all was finished before the deadline; what was not runs again elsewhere
   */
  close(deadlineMs: number): Promise<boolean>;
}

/** Starts listening to all queues, and the timer that finds what no queue holds. */
export function startWorkers({
  sizes,
  fulfillment,
  backend,
  queues,
  signingKey,
  log,
  now,
}: WorkerProcessOptions): WorkerProcess {
  const coalescer = createCoalescer<BatchItem, Ending | Broken | Failed>({
    slots: sizes.batchSlots,
    largest: sizes.batchSize,
    run: (items) => decideIsolated(fulfillment, items),
  });
  const watch = watchStandstill(queues, now);
  const openFor = (kind: MessageKind) =>
    openMessageWorker(kind, {
      backend,
      fulfillment,
      coalescer,
      concurrency: sizes.workerConcurrency,
      log,
      progress: watch.progress[kinds[kind].queue],
    });
  const certificates = openCertificateWorker({
    backend,
    fulfillment,
    signingKey,
    threads: sizes.certificateConcurrency,
    log,
    progress: watch.progress.certificates,
  });
  const workers = [...messageKinds.map(openFor), certificates.worker];
  for (const worker of workers) {
    void worker.run().catch((error: unknown) => {
      log.error({ err: error, queue: worker.name }, 'a worker stopped');
      watch.stopped(worker.name);
    });
  }
  const lookout = openLookout({
    intervalMs: sizes.reconcileIntervalSeconds * 1000,
    look: (olderThanSeconds, retried) => reconcile(fulfillment, queues, olderThanSeconds, log, retried),
    log,
  });
  let returning: NodeJS.Timeout | undefined;
  // A queue server that comes back may have lost what it held, and has not got what was accepted meanwhile.
  backend.onConnected(() => {
    clearTimeout(returning);
    returning = setTimeout(() => lookout.look(), settlingMs);
  });
  let refilling: NodeJS.Timeout | undefined;
  let isClosing = false;
  certificates.worker.on('drained', () => {
    if (isClosing) return;
    refilling ??= setTimeout(() => {
      refilling = undefined;
      refillCertificates(fulfillment, queues).catch((error: unknown) =>
        log.warn({ err: error }, 'no further certificates were queued; the reconciler will do it'),
      );
    }, refillingMs);
  });
  const counting = setInterval(() => void watch.count(), countingIntervalMs);
  return {
    fault() {
      for (const worker of workers) {
        const fault = worker.fault();
        if (fault !== undefined) return `The queue server gives no jobs of ${worker.name}: ${fault}`;
      }
      return undefined;
    },
    standstill: () => watch.standstill(),
    async close(deadlineMs) {
      isClosing = true;
      lookout.close();
      clearInterval(counting);
      clearTimeout(returning);
      clearTimeout(refilling);
      const drained = Promise.all(workers.map((worker) => worker.close())).then(() => true);
      const deadline = new Promise<boolean>((resolve) =>
        setTimeout(() => resolve(false), deadlineMs).unref(),
      );
      const finished = await Promise.race([drained, deadline]);
      if (!finished) void Promise.all(workers.map((worker) => worker.close(true))).catch(() => {});
      await certificates.close();
      return finished;
    },
  };
}
