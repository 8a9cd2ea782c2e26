import { Piscina } from 'piscina';
import { UnrecoverableError } from 'bullmq';
import type { Logger } from 'pino';
import { z } from 'zod';
import { certificatesQueue } from '#jobs/queues.ts';
import type { SigningKey } from '#src/certificate/signing-key.ts';
import type { CertificateName, Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { findCertificates, storeCertificatePdfs } from '#src/persistence/certificates.ts';
import { inTransaction, reading } from '#src/persistence/database.ts';
import { backoffMs } from '#workers/backoff.ts';
import { createCoalescer } from '#workers/coalescer.ts';
import { jobFailure } from '#workers/job-failure.ts';
import type { Progress } from '#workers/progress.ts';
import type { OpenWorker, QueueBackend, WorkerJob } from '#workers/queue-backend.ts';
import type { render, Rendered, RenderingTask } from '#workers/rendering-thread.ts';

const renderCertificateV1 = z.strictObject({
  certificate: z.string().regex(/^LC-\d{4}-\d{7,}$/),
  version: z.int().min(1),
});

/** PDFs stored by one transaction at most. */
const largestBatch = 25;

export interface CertificateWorkerOptions {
  readonly backend: QueueBackend;
  readonly fulfillment: Fulfillment;
  readonly signingKey: SigningKey;
  /** Threads that render. */
  readonly threads: number;
  readonly log: Logger;
  readonly progress: Progress;
}

/** Renders certificates from their facts and stores the PDFs. Rendering one again stores nothing new. */
export function openCertificateWorker(options: CertificateWorkerOptions): {
  readonly worker: OpenWorker;
  close(): Promise<void>;
} {
  const { fulfillment, log, threads, progress } = options;
  const pool = new Piscina<RenderingTask, Rendered>({
    filename: new URL('rendering-thread.ts', import.meta.url).href,
    name: 'render' satisfies (typeof render)['name'],
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 60_000,
  });
  const seed = options.signingKey.seed;
  const coalescer = createCoalescer<CertificateName, boolean>({
    slots: 2,
    largest: largestBatch,
    run: async (names) => {
      const rows = await findCertificates(reading(fulfillment.database), names);
      const rendered = await Promise.all(
        rows.map(async ({ number, version, facts, jws }) => ({
          number,
          version,
          ...(await pool.run({ facts, jws, seed })),
        })),
      );
      await fulfillment.at('storing-certificate');
      await inTransaction(fulfillment.database, (tx) => storeCertificatePdfs(tx, rendered));
      const found = new Set(rows.map(({ number, version }) => `${number} ${version}`));
      return names.map(({ number, version }) => found.has(`${number} ${version}`));
    },
  });

  const processJob = async (job: WorkerJob) => {
    const startedAt = performance.now();
    const parsed =
      job.name === certificatesQueue.jobName ? renderCertificateV1.safeParse(job.data) : undefined;
    if (!parsed?.success)
      throw new UnrecoverableError(
        `INVALID_MESSAGE: the queue takes ${certificatesQueue.jobName} jobs only.`,
      );
    const { certificate: number, version } = parsed.data;
    const isKnown = await coalescer.submit({ number, version }).catch((error: unknown) => {
      log.warn({ err: error, certificate: number, version }, 'rendering failed');
      throw jobFailure(error);
    });
    if (!isKnown) {
      throw new UnrecoverableError(
        `UNKNOWN_CERTIFICATE: Postgres has no certificate ${number}, version ${version}.`,
      );
    }
    log.info(
      {
        certificate: number,
        version,
        outcome: 'rendered',
        durationMs: Math.round(performance.now() - startedAt),
      },
      'job ended',
    );
    return { certificate: number, version };
  };

  const process = async (job: WorkerJob) => {
    progress.begun();
    try {
      return await processJob(job);
    } finally {
      progress.ended();
    }
  };
  const settings = { concurrency: largestBatch * 2, backoff: backoffMs };
  const worker = options.backend.openWorker(certificatesQueue.queue, process, settings);
  return { worker, close: () => pool.close({ force: true }) };
}
