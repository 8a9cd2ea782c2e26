import { kinds } from '#jobs/kinds.ts';
import { reading, type Database } from '#src/persistence/database.ts';
import { findOpenMessages, lastDecision, type OpenMessageRow } from '#src/persistence/open-work.ts';
import { inTime, QueueServerAwayError } from '#workers/in-time.ts';
import { transientReason } from '#workers/jobs-in-the-way.ts';
import type { Queues } from '#workers/queues.ts';

/** A message that is younger may be on its way. */
const waitedSeconds = 15;

/** With the time that a message may be on its way, and between two looks, a standstill is told in little more than a minute. */
const longestStandstillSeconds = 45;

/** Messages in one look: when none of the oldest moves, and none is decided at all, more of them would say the same. */
const looked = 20;

/** Whether what was accepted gets decided, whoever does it: all servers may answer, and nothing come of it. */
export interface OwedWatch {
  /** Looks into PostgreSQL. Never rejects. */
  count(): Promise<void>;
  /** A sentence when messages are open and none has been decided for long. */
  standstill(): string | undefined;
}

/** @param now the monotonic clock, in milliseconds */
export function watchOwed(
  database: Database,
  { all }: Pick<Queues, 'all'>,
  now: () => number = () => performance.now(),
): OwedWatch {
  let decided: string | undefined;
  let movedAt = now();

  /** What a person has to look at, or has stopped, waits for no worker. Neither does anything while the queue server is away. */
  const waitsForWorker = async ({ id, kind }: OpenMessageRow): Promise<boolean> => {
    const queue = all[kinds[kind].queue];
    try {
      if (await inTime(queue.isPaused())) return false;
      const job = await inTime(queue.getJob(id));
      return !(job && (await inTime(job.isFailed())) && !job.failedReason?.startsWith(transientReason));
    } catch (error) {
      return !isAway(error);
    }
  };
  const isOwed = async (messages: readonly OpenMessageRow[]): Promise<boolean> => {
    for (const message of messages) if (await waitsForWorker(message)) return true;
    return false;
  };
  return {
    async count() {
      try {
        const last = await lastDecision(reading(database));
        const open = await findOpenMessages(reading(database), waitedSeconds, '0', looked);
        const moves = last !== decided;
        decided = last;
        if (moves || !(await isOwed(open))) movedAt = now();
      } catch {
        // PostgreSQL is away, which readiness tells.
        movedAt = now();
      }
    },
    standstill() {
      const seconds = Math.round((now() - movedAt) / 1000);
      return seconds > longestStandstillSeconds
        ? `Accepted messages are open, and none has been decided for ${seconds} s.`
        : undefined;
    },
  };
}

function isAway(error: unknown): boolean {
  return (
    error instanceof QueueServerAwayError ||
    (error instanceof Error &&
      /ECONN|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_AGAIN|closed|max retries|writeable/i.test(error.message))
  );
}
