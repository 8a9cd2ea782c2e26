import type { Job } from 'bullmq';
import { queueNames, type QueueName } from '#jobs/queues.ts';
import type { QueueServer } from '#test/chaos/stage/queue-server.ts';

/** The suite's own look at the queues, whatever stands between them and the product. */
export interface QueueLook {
  /** Jobs that workers have in hand, on all queues. */
  inHand(): Promise<readonly Job[]>;
  /** Of these jobs, those that have not ended. */
  unended(jobs: readonly Job[]): Promise<readonly Job[]>;
  /** Jobs on a queue that no worker has in hand. */
  waiting(name: QueueName): Promise<number>;
}

export async function lookAtQueues<T>(
  server: Pick<QueueServer, 'look'>,
  look: (queues: QueueLook) => Promise<T>,
): Promise<T> {
  const queues = new Map(queueNames.map((name) => [name, server.look(name)]));
  try {
    return await look({
      async inHand() {
        const jobs = await Promise.all([...queues.values()].map((queue) => queue.getActive()));
        // One that ended between the two steps of this look is there no more.
        return jobs.flat().filter((job: Job | undefined) => job !== undefined);
      },
      async unended(jobs) {
        const states = await Promise.all(jobs.map((job) => job.getState()));
        return jobs.filter((_, i) => !ended.has(states[i] ?? 'unknown'));
      },
      waiting: async (name) => (await queues.get(name)?.getWaitingCount()) ?? 0,
    });
  } finally {
    await Promise.all([...queues.values()].map((queue) => queue.close()));
  }
}

/** A job that is unknown was removed after its end, to keep the server small. */
const ended: ReadonlySet<string> = new Set(['completed', 'failed', 'unknown']);
