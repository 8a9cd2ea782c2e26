import { UnrecoverableError } from 'bullmq';
import { Piscina } from 'piscina';
import { z } from 'zod';
import { certificatesQueue } from '#jobs/queues.ts';
import { storeCertificates, type StoredCertificate } from '#src/fulfillment/batch/store-certificates.ts';
import type { CertificateName } from '#src/fulfillment/fulfillment.ts';
import { backoffMs } from '#src/mechanisms/backoff.ts';
import { createCoalescer } from '#src/mechanisms/coalescer.ts';
import { findCertificates } from '#src/persistence/certificates.ts';
import { reading } from '#src/persistence/database.ts';
import { findUnrenderedCertificates } from '#src/persistence/open-work.ts';
import { jobFailure } from '#workers/job-failure.ts';
import type { OpenedWork, OwedJob, OwedWork, WorkContext } from '#workers/owed.ts';
import type { WorkerJob } from '#workers/queue-backend.ts';
import type { render, Rendered, RenderingTask } from '#workers/rendering-thread.ts';

const renderCertificateV1 = z.strictObject({
  certificate: z.string().regex(/^LC-\d{4}-\d{7,}$/),
  version: z.int().min(1),
});

/** PDFs stored by one transaction at most. */
const largestBatch = 25;

type RenderingEnding =
  | { readonly outcome: 'rendered' }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'failed'; readonly error: unknown };

/** Certificates without their PDF, and those who render them. Rendering one again stores nothing new. */
export const certificateWork: OwedWork = {
  noun: 'certificates without PDF',
  // Rendering is slower than deciding.
  mostWaiting: 2000,
  find: async (tx, { olderThanSeconds, limit, skip }) =>
    (await findUnrenderedCertificates(tx, olderThanSeconds, limit, skip)).map(renderingJob),
  announced: ({ certificates }) => certificates.map(renderingJob),
  open: openCertificateWorker,
};

/** The one job that renders a certificate. */
export function renderingJob({ number, version }: CertificateName): OwedJob {
  const { queue, jobName } = certificatesQueue;
  return { queue, name: jobName, jobId: nameOf({ number, version }), data: { certificate: number, version } };
}

function nameOf({ number, version }: CertificateName): string {
  return `${number}-v${version}`;
}

function openCertificateWorker({
  backend,
  fulfillment,
  log,
  sizes,
  progress,
  signingKey,
  mail,
}: WorkContext): OpenedWork {
  const pool = new Piscina<RenderingTask, Rendered>({
    filename: new URL('rendering-thread.ts', import.meta.url).href,
    name: 'render' satisfies (typeof render)['name'],
    minThreads: 0,
    maxThreads: sizes.certificateConcurrency,
    idleTimeout: 60_000,
  });
  const { seed } = signingKey;
  const coalescer = createCoalescer<CertificateName, RenderingEnding>({
    slots: 2,
    largest: largestBatch,
    run: async (names) => {
      const rows = await findCertificates(reading(fulfillment.database), names);
      const endings = new Map<string, RenderingEnding>();
      const rendered = await Promise.all(
        rows.map(async ({ number, version, facts, jws, account }): Promise<readonly StoredCertificate[]> => {
          const name = nameOf({ number, version });
          try {
            const document = await pool.run({ facts, jws, seed });
            endings.set(name, { outcome: 'rendered' });
            const accounts = [facts.customer.account, account].filter((id) => id !== null);
            return [{ number, version, accounts, ...document }];
          } catch (error) {
            // Facts that break the rendering cost their neighbours nothing.
            endings.set(name, { outcome: 'failed', error });
            return [];
          }
        }),
      );
      await fulfillment.at('storing-certificate');
      await storeCertificates(fulfillment, rendered.flat(), mail?.certificates === true);
      fulfillment.meters.rendered(rendered.flat().length);
      return names.map((name) => endings.get(nameOf(name)) ?? { outcome: 'unknown' });
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
    const failed = (error: unknown): never => {
      log.warn({ err: error, certificate: number, version }, 'rendering failed');
      throw jobFailure(error);
    };
    const ending = await coalescer.submit({ number, version }).catch(failed);
    if (ending.outcome === 'failed') failed(ending.error);
    if (ending.outcome === 'unknown') {
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
    progress.certificates.begun();
    try {
      return await processJob(job);
    } finally {
      progress.certificates.ended();
    }
  };
  const settings = { concurrency: largestBatch * 2, backoff: backoffMs };
  const worker = backend.openWorker(certificatesQueue.queue, process, settings);
  return { workers: [worker], close: () => pool.close({ force: true }) };
}
