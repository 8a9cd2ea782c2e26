import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { OpenQueue } from '#workers/queue-backend.ts';

/**
 * Waits until so many worker processes listen to the queue.
 * @param databaseUrl where queues in PostgreSQL live, whose workers share one listening connection a process
 */
export async function untilListening(queue: OpenQueue, count: number, databaseUrl?: string): Promise<void> {
  const client = databaseUrl === undefined ? undefined : new Client({ connectionString: databaseUrl });
  await client?.connect();
  try {
    const deadline = performance.now() + 300_000;
    const listening = async () => {
      if (!client) return queue.getWorkersCount();
      const { rows } = await client.query<{ count: number }>(
        `select count(*)::integer as count from pg_stat_activity where datname = current_database() and query ilike '%listen bullmq_jobs%'
           and pid <> pg_backend_pid()`,
      );
      return rows[0]?.count ?? 0;
    };
    while ((await listening()) < count) {
      if (performance.now() > deadline)
        throw new Error('The workers did not start to listen within five minutes.');
      await delay(50);
    }
  } finally {
    await client?.end();
  }
  // What a process does once, at its start, is not measured.
  await delay(1500);
}
