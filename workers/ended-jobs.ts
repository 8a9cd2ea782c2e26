import type { PostgresQueueBackend } from 'bullmq';

/** How many ended jobs stay to be looked at, and for how many seconds at most. */
export type KeptJobs = Readonly<
  Record<'completed' | 'failed', { readonly count: number; readonly age: number }>
>;

/** Workers of several processes do the same; they need not do it at the same time. */
const intervalMs = 10_000;

/** In one transaction. */
const mostAtOnce = 5000;

/**
 * Takes ended jobs away in intervals. BullMQ on PostgreSQL would count them all at the end of every job.
 * @returns ends it
 */
export function cleanEndedJobs(
  backend: PostgresQueueBackend,
  kept: KeptJobs,
  onError: (error: Error) => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const wait = () => {
    if (!isOver) timer = setTimeout(look, intervalMs * (0.75 + Math.random() / 2));
  };
  const look = () => {
    void clean(backend, kept)
      .catch((error: unknown) => onError(error instanceof Error ? error : new Error(String(error))))
      .then(wait);
  };
  wait();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

async function clean(backend: PostgresQueueBackend, kept: KeptJobs): Promise<void> {
  const now = Date.now();
  for (const state of ['completed', 'failed'] as const) {
    const { count, age } = kept[state];
    await backend.cleanJobsByState(state, now - age * 1000, mostAtOnce);
    for (;;) {
      const [ended = 0] = await backend.getCounts([state]);
      if (ended <= count) break;
      await backend.cleanJobsByState(state, now, Math.min(ended - count, mostAtOnce));
      if (ended - count <= mostAtOnce) break;
    }
  }
}
