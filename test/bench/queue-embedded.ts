import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createPostgresBackend, withBackend } from 'bullmq';
import type { Base } from '#test/bench/base-database.ts';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import { untilListening } from '#test/bench/listening.ts';
import { orderData } from '#test/bench/messages-mix.ts';
import { startProduct } from '#test/bench/product-processes.ts';
import { untilStandstill } from '#test/bench/stands-still.ts';

const name = 'no-ops';
const program = fileURLToPath(new URL('no-op-worker-embedded.ts', import.meta.url));

/** In hand of a worker at most, as the product has it. */
const concurrency = 350;

/**
 * What BullMQ's own backend in PostgreSQL takes by itself, as it comes: jobs as large as orders, completed by one worker process that does
 * nothing and keeps them all. Measured as the product's work is.
 * @returns jobs a second of a backlog
 */
export async function queueEmbedded(servers: BenchServers, base: Base, jobs: number): Promise<number> {
  const database = 'bench_queue';
  const databaseUrl = await servers.clone(base.database, database);
  const { Queue } = withBackend(createPostgresBackend);
  const queue = new Queue(name, { connection: { connectionString: databaseUrl, max: 2 } });
  queue.on('error', () => {});
  await queue.pause();
  for (let from = 0; from < jobs; from += 1000)
    await queue.addBulk(
      Array.from({ length: Math.min(1000, jobs - from) }, (_, i) => ({ name, data: orderData(from + i) })),
    );
  const worker = startProduct([name, databaseUrl, String(concurrency)], {
    folder: servers.folder,
    environment: {},
    program,
  });
  try {
    await untilListening(queue, 1, databaseUrl);
    await servers.checkpoint();
    const startedAt = performance.now();
    await queue.resume();
    const moves = untilStandstill('BullMQ in PostgreSQL');
    for (;;) {
      const { wait = 0, active = 0 } = await queue.getJobCounts('wait', 'active');
      if (wait + active === 0) break;
      moves(wait + active);
      await delay(20);
    }
    return jobs / ((performance.now() - startedAt) / 1000);
  } finally {
    await worker.stop();
    await queue.close();
    await servers.drop(database);
  }
}
