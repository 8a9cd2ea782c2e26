import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { QueueEvents } from 'bullmq';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import { untilListening } from '#test/bench/listening.ts';
import { percentile } from '#test/bench/median.ts';
import { orderData } from '#test/bench/messages-mix.ts';
import { startProduct } from '#test/bench/product-processes.ts';
import { createQueueBackend, type OpenQueue } from '#workers/queue-backend.ts';

const name = 'no-ops';
const program = fileURLToPath(new URL('no-op-worker.ts', import.meta.url));

/** In hand of a worker at most, as the product has it. */
const concurrency = 350;

export interface QueueAlone {
  readonly perSecond: number;
  readonly p50Ms: number;
}

/**
 * What BullMQ on Redis takes by itself: jobs as large as orders, completed by one worker process that does nothing, with the product's
 * settings and flags. Measured as the product's work is, but to the end of the last job.
 * @returns jobs a second of a backlog; and, one job at a time, the milliseconds from adding it to hearing that it is completed
 */
export async function queueAlone(servers: BenchServers, jobs: number): Promise<QueueAlone> {
  const backend = createQueueBackend({ redisUrl: [servers.redisUrl], databaseUrl: '', onError: () => {} });
  const queue = backend.openQueue(name);
  await queue.obliterate({ force: true });
  await queue.pause();
  for (let from = 0; from < jobs; from += 1000)
    await queue.addBulk(
      Array.from({ length: Math.min(1000, jobs - from) }, (_, i) => ({ name, data: orderData(from + i) })),
    );
  const worker = startProduct([name, servers.redisUrl, String(concurrency)], {
    folder: servers.folder,
    environment: {},
    program,
  });
  try {
    await untilListening(queue, 1);
    const startedAt = performance.now();
    await queue.resume();
    await until(async () =>
      Object.values(await queue.getJobCounts('wait', 'active')).every((count) => count === 0),
    );
    const perSecond = jobs / ((performance.now() - startedAt) / 1000);
    return { perSecond, p50Ms: await oneByOne(servers, queue) };
  } finally {
    await worker.stop();
    await queue.obliterate({ force: true });
    await queue.close();
    await backend.close();
  }
}

async function oneByOne({ redisUrl }: BenchServers, queue: OpenQueue): Promise<number> {
  const events = new QueueEvents(name, {
    connection: { url: redisUrl },
    prefix: 'chancery',
    // From now on: by default, from the first time that it reads, before which the first job may have ended.
    lastEventId: String(Date.now()),
  });
  const completedAt = new Map<string, number>();
  events.on('completed', ({ jobId }) => completedAt.set(jobId, performance.now()));
  await events.waitUntilReady();
  try {
    const latencies: number[] = [];
    for (let i = 0; i < 300; i += 1) {
      const at = performance.now();
      const jobId = `idle-${i}`;
      await queue.add(name, orderData(i), { jobId });
      while (!completedAt.has(jobId))
        await once(events, 'completed', { signal: AbortSignal.timeout(120_000) });
      latencies.push((completedAt.get(jobId) ?? Number.NaN) - at);
      await delay(20);
    }
    return percentile(latencies, 0.5);
  } finally {
    await events.close();
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 300_000;
  while (!(await isSo())) {
    if (performance.now() > deadline)
      throw new Error('The worker that does nothing got nothing done in five minutes.');
    await delay(10);
  }
}
