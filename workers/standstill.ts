import { queueNames, type QueueName } from '#jobs/queues.ts';
import { recordOf } from '#src/mechanisms/records.ts';
import { inTime } from '#workers/in-time.ts';
import { watchProgress, type Progress } from '#workers/progress.ts';
import type { OpenQueue } from '#workers/queue-backend.ts';
import type { Queues } from '#workers/queues.ts';

/** With the time between two counts of what waits, a standstill is told within a minute. */
const longestStandstillSeconds = 45;

/** Whether the workers of a process get anywhere, queue by queue: one that goes on must not hide another that does not. */
export interface StandstillWatch {
  readonly progress: Readonly<Record<QueueName, Progress>>;
  /** Counts what waits on the queues; a worker that takes no jobs though there are some is noticed by that. Never rejects. */
  count(): Promise<void>;
  /** A worker ended without having been told to. */
  stopped(queue: string): void;
  /** What stands still, in a sentence; undefined when nothing does. */
  standstill(): string | undefined;
}

/** @param now the monotonic clock, in milliseconds */
export function watchStandstill({ all }: Queues, now?: () => number): StandstillWatch {
  const progress = recordOf(queueNames, () => watchProgress(now));
  const stopped = new Set<string>();
  return {
    progress,
    async count() {
      const counting = queueNames.map(async (name) => {
        // A server that is away is what readiness tells: no worker gets anywhere then, and a new one would not either.
        const jobs = await inTime(countWaiting(all[name])).catch(() => 0);
        progress[name].waiting(jobs);
      });
      await Promise.all(counting);
    },
    stopped: (queue) => void stopped.add(queue),
    standstill() {
      for (const queue of stopped) return `The worker of the queue ${queue} has stopped.`;
      for (const name of queueNames) {
        const seconds = Math.round(progress[name].stuckSeconds());
        if (seconds > longestStandstillSeconds)
          return `No job of the queue ${name} has ended for ${seconds} s, while some wait.`;
      }
      return undefined;
    },
  };
}

/** The jobs of a queue that somebody paused wait, too, but not for a worker. */
async function countWaiting(queue: OpenQueue): Promise<number> {
  if (await queue.isPaused()) return 0;
  const counts = await queue.getJobCounts('wait', 'prioritized');
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
