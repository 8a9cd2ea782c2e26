import { kinds, type MessageKind } from '#jobs/kinds.ts';
import { queueNames, type QueueName } from '#jobs/queues.ts';
import { recordOf } from '#src/mechanisms/records.ts';
import { inTime } from '#workers/in-time.ts';
import type { OwedJob } from '#workers/owed.ts';
import { keptJobs, type OpenQueue, type QueueBackend } from '#workers/queue-backend.ts';
import { evictionFault, persistenceFault } from '#workers/redis-report.ts';

/**
 * Producers of all queues. What we enqueue ourselves names what is recorded, and holds no content
 * (contract §1). No call waits for a server that is away.
 */
export interface Queues {
  readonly all: Readonly<Record<QueueName, OpenQueue>>;
  /** Adds jobs to a queue; what has a job already gets no second. */
  enqueue(queue: QueueName, jobs: readonly OwedJob[]): Promise<void>;
  /**
   * Adds a job for each recorded message.
   * @param again the jobs that they had have ended, and the messages are open again: those make room
   */
  enqueueRecorded(kind: MessageKind, ids: readonly string[], again?: boolean): Promise<void>;
  /**
   * Rejects, with a sentence, when the queue server does not answer, takes no writes, is another ledger's, or
   * would throw jobs away.
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
  const enqueue = async (name: QueueName, jobs: readonly OwedJob[]) => {
    for (let i = 0; i < jobs.length; i += largestBulk)
      await inTime(backend.known().then(() => addBulk(all[name], jobs.slice(i, i + largestBulk))));
  };
  return {
    all,
    enqueue,
    async enqueueRecorded(kind, ids, again = false) {
      const { queue } = kinds[kind];
      if (again) await inTime(Promise.all(ids.map((id) => removeEnded(all[queue], id))));
      await enqueue(
        queue,
        ids.map((id) => recordedJob(kind, id)),
      );
    },
    async ping() {
      const reports = await inTime(backend.inspect());
      await inTime(backend.claim());
      await inTime(all.certificates.getJobCounts('wait'));
      const eviction = first(reports, evictionFault);
      if (eviction !== undefined) throw new Error(eviction);
      return first(reports, persistenceFault);
    },
    async close() {
      await Promise.all(queueNames.map((name) => all[name].close()));
      await backend.close();
    },
  };
}

function first<T, R>(things: readonly T[], of: (thing: T) => R | undefined): R | undefined {
  for (const thing of things) {
    const found = of(thing);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The one job of a recorded message. */
export function recordedJob(kind: MessageKind, id: string): OwedJob {
  const { queue, jobName } = kinds[kind];
  return { queue, name: jobName, jobId: id, data: { recorded: id } };
}

async function removeEnded(queue: OpenQueue, id: string): Promise<void> {
  const job = await queue.getJob(id);
  if (job && ((await job.isCompleted()) || (await job.isFailed()))) await queue.remove(id);
}

async function addBulk(queue: OpenQueue, jobs: readonly OwedJob[]): Promise<void> {
  await queue.addBulk(
    jobs.map(({ name, data, jobId }) => ({
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
