import type { Logger } from 'pino';
import { backoffMs } from '#src/mechanisms/backoff.ts';
import type { Retried } from '#workers/jobs-in-the-way.ts';
import type { Reconciled } from '#workers/reconciler.ts';

export interface Lookout {
  /** Looks now, besides the looks that come by themselves. */
  look(): void;
  /** No look begins any more. */
  close(): void;
}

export interface LookoutOptions {
  readonly intervalMs: number;
  readonly look: (olderThanSeconds: number, retried: Retried) => Promise<Reconciled>;
  readonly log: Logger;
}

/**
 * Looks for open work at once and then at intervals. A look that failed is followed by another within seconds, until one succeeds: work
 * goes on as soon as the servers are back, not with the next interval. The first look of a process also retries what a person was to look
 * at, since a newer version may be what mends it.
 */
export function openLookout({ intervalMs, look, log }: LookoutOptions): Lookout {
  let isClosed = false;
  let isFirst = true;
  let failures = 0;
  let again: NodeJS.Timeout | undefined;

  const attempt = async (olderThanSeconds: number) => {
    if (isClosed) return;
    try {
      const { looked } = await look(olderThanSeconds, isFirst ? 'all' : 'transient');
      if (looked) isFirst = false;
      failures = 0;
    } catch (error) {
      failures += 1;
      log.warn({ err: error }, 'reconciling failed; it is tried again');
      clearTimeout(again);
      if (!isClosed) again = setTimeout(() => void attempt(0), backoffMs(failures + 2));
    }
  };

  void attempt(0);
  const timer = setInterval(() => void attempt(intervalMs / 2000), intervalMs);
  return {
    look: () => void attempt(0),
    close() {
      isClosed = true;
      clearInterval(timer);
      clearTimeout(again);
    },
  };
}
