import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { QueueEvents } from 'bullmq';
import { createQueueBackend } from '#workers/queue-backend.ts';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import { percentile } from '#test/bench/median.ts';
import { orderData } from '#test/bench/messages-mix.ts';

const name = 'no-ops';
const program = fileURLToPath(new URL('no-op-worker.ts', import.meta.url));

/** In hand of a worker at most, as the product has it. */
const concurrency = 500;

export interface QueueAlone {
  readonly perSecond: number;
  readonly p50Ms: number;
}

/**
 * What the queue takes by itself: jobs as large as orders, completed by a worker that does nothing, with the product's settings. No
 * figure of the product that goes through the queue can be better.
 * @returns jobs a second of a backlog; and, one job at a time, the milliseconds from adding it to hearing that it is completed
 */
export async function queueAlone(servers: BenchServers, jobs: number): Promise<QueueAlone> {
  const backend = createQueueBackend({ redisUrl: [servers.redisUrl], databaseUrl: '', onError: () => {} });
  const queue = backend.openQueue(name);
  const events = new QueueEvents(name, { connection: { url: servers.redisUrl }, prefix: 'chancery' });
  const completedAt = new Map<string, number>();
  events.on('completed', ({ jobId }) => completedAt.set(jobId, performance.now()));
  await queue.obliterate({ force: true });
  await queue.pause();
  for (let from = 0; from < jobs; from += 1000)
    await queue.addBulk(
      Array.from({ length: Math.min(1000, jobs - from) }, (_, i) => ({ name, data: orderData(from + i) })),
    );
  const worker = spawn(process.execPath, [program, servers.redisUrl, name, String(concurrency)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(worker, 'close');
  try {
    while ((await queue.getWorkersCount()) === 0) await delay(50);
    const startedAt = performance.now();
    await queue.resume();
    while (Object.values(await queue.getJobCounts('wait', 'active')).some((count) => count > 0))
      await delay(10);
    const perSecond = jobs / ((performance.now() - startedAt) / 1000);
    await events.waitUntilReady();
    const latencies: number[] = [];
    for (let i = 0; i < 300; i += 1) {
      const at = performance.now();
      const { id = '' } = await queue.add(name, orderData(i), { jobId: `idle-${i}` });
      while (!completedAt.has(id)) await once(events, 'completed');
      latencies.push((completedAt.get(id) ?? Number.NaN) - at);
      await delay(20);
    }
    return { perSecond, p50Ms: percentile(latencies, 0.5) };
  } finally {
    worker.kill('SIGTERM');
    await ended;
    await events.close();
    await queue.obliterate({ force: true });
    await queue.close();
    await backend.close();
  }
}
