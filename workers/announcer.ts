import type { QueueName } from '#jobs/queues.ts';
import type { Owed } from '#src/fulfillment/fulfillment.ts';
import { inTime } from '#workers/in-time.ts';
import { owedNames, owedWork } from '#workers/owed-work.ts';
import type { OwedJob } from '#workers/owed.ts';
import type { Queues } from '#workers/queues.ts';

/** How long a count is believed. */
const countedForMs = 1000;

interface Count {
  waiting: number;
  at: number;
}

/** Puts what a commit left to be done on its queues, as long as not too much waits there. Rejects when the queue server is away. */
export function createAnnouncer(queues: Queues): (owed: Owed) => Promise<void> {
  const counts = new Map<QueueName, Count>();
  const announce = async (queue: QueueName, jobs: readonly OwedJob[], mostWaiting: number) => {
    const count = counts.get(queue) ?? { waiting: 0, at: -Infinity };
    counts.set(queue, count);
    if (performance.now() - count.at > countedForMs) {
      count.at = performance.now();
      count.waiting = await inTime(queues.all[queue].getWaitingCount());
    }
    if (count.waiting >= mostWaiting) return;
    count.waiting += jobs.length;
    await queues.enqueue(queue, jobs);
  };
  return async (owed) => {
    const announcing = owedNames.flatMap((name) => {
      const { announced, mostWaiting = Infinity } = owedWork[name];
      const jobs = announced?.(owed) ?? [];
      return [...Map.groupBy(jobs, ({ queue }) => queue)].map(([queue, some]) =>
        announce(queue, some, mostWaiting),
      );
    });
    await Promise.all(announcing);
  };
}
