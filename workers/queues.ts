import { kinds, type MessageKind } from '#jobs/kinds.ts';
import { certificatesQueue, queueNames, type QueueName } from '#jobs/queues.ts';
import { recordOf } from '#src/mechanisms/records.ts';
import type { CertificateName } from '#src/fulfillment/fulfillment.ts';
import { keptJobs, type OpenQueue, type QueueBackend } from '#workers/queue-backend.ts';

/** Producers of all queues. What we enqueue ourselves names what is recorded, and holds no content (contract §1). */
export interface Queues {
  readonly all: Readonly<Record<QueueName, OpenQueue>>;
  /** Adds a job for each recorded message; one that has a job already gets no second. */
  enqueueRecorded(kind: MessageKind, ids: readonly string[]): Promise<void>;
  enqueueRendering(certificates: readonly CertificateName[]): Promise<void>;
  /**
   * Rejects, with a sentence, when the queue server does not answer or would throw jobs away.
   * @returns a sentence about what is not as it should be and can be lived with
   */
  ping(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A job of ours is tried this often before it shows as failed; with the backoff's cap that is some minutes. */
const attempts = 30;

/** Jobs in one call of the server at most. */
const largestBulk = 1000;

export function openQueues(backend: QueueBackend): Queues {
  const all = recordOf(queueNames, (name) => backend.openQueue(name));
  return {
    all,
    async enqueueRecorded(kind, ids) {
      const { queue, jobName } = kinds[kind];
      await addBulk(
        all[queue],
        ids.map((id) => ({ name: jobName, data: { recorded: id }, jobId: id })),
      );
    },
    async enqueueRendering(certificates) {
      await addBulk(
        all.certificates,
        certificates.map((certificate) => ({
          name: certificatesQueue.jobName,
          data: { certificate: certificate.number, version: certificate.version },
          jobId: renderingJobId(certificate),
        })),
      );
    },
    async ping() {
      const { evictionPolicy = 'noeviction', appendOnly = true } = await backend.inspect();
      await all.certificates.getJobCounts('wait');
      if (evictionPolicy !== 'noeviction') {
        throw new Error(
          `Redis would throw jobs away (maxmemory-policy ${evictionPolicy}): set it to noeviction.`,
        );
      }
      return appendOnly
        ? undefined
        : 'Redis writes no append-only file: when it dies, jobs that producers put straight into it are lost.';
    },
    async close() {
      await Promise.all(queueNames.map((name) => all[name].close()));
      await backend.close();
    },
  };
}

/** The id of the one job that renders this certificate; a recorded message's is the message's own. */
export function renderingJobId({ number, version }: CertificateName): string {
  return `${number}-v${version}`;
}

async function addBulk(
  queue: OpenQueue,
  jobs: readonly { name: string; data: object; jobId: string }[],
): Promise<void> {
  for (let i = 0; i < jobs.length; i += largestBulk) {
    await queue.addBulk(
      jobs.slice(i, i + largestBulk).map(({ name, data, jobId }) => ({
        name,
        data,
        opts: {
          jobId,
          attempts,
          backoff: { type: 'capped' },
          removeOnComplete: keptJobs.completed,
          removeOnFail: keptJobs.failed,
        },
      })),
    );
  }
}
