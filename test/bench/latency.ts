import { setTimeout as delay } from 'node:timers/promises';
import { QueueEvents } from 'bullmq';
import { z } from 'zod';
import { createQueueBackend } from '#workers/queue-backend.ts';
import { openQueues } from '#workers/queues.ts';
import type { Base } from '#test/bench/base-database.ts';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import { openHttpConnection, type HttpConnection } from '#test/bench/http-client.ts';
import { percentile } from '#test/bench/median.ts';
import { orderData } from '#test/bench/messages-mix.ts';
import { startApi } from '#test/bench/product-api.ts';
import { startProduct } from '#test/bench/product-processes.ts';

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface LatencyOptions {
  readonly servers: BenchServers;
  readonly base: Base;
  readonly perSecond: number;
  readonly orders: number;
}

const accepted = z.object({ id: z.string() });
const warmUp = 1000;

/**
 * From an order's arrival at the API until its job is completed, which is after it was fulfilled in PostgreSQL. Open loop: the times of
 * arrival are fixed beforehand (exponential gaps), and an order that waits for a connection of the client has arrived already.
 */
export async function latency({ servers, base, perSecond, orders }: LatencyOptions): Promise<Latency> {
  const databaseUrl = await servers.clone(base.database, 'bench_latency');
  const backend = createQueueBackend({ redisUrl: [servers.redisUrl], databaseUrl, onError: () => {} });
  const queues = openQueues(backend);
  await queues.all.certificates.pause();
  const environment = { DATABASE_URL: databaseUrl, REDIS_URL: servers.redisUrl, HTTP_PORT: '0' };
  const worker = startProduct(['worker'], { folder: servers.folder, environment });
  const api = await startApi(servers, databaseUrl);
  const events = new QueueEvents('upgrade-orders', {
    connection: { url: servers.redisUrl },
    prefix: 'chancery',
  });
  const completedAt = new Map<string, number>();
  events.on('completed', ({ jobId }) => completedAt.set(jobId, performance.now()));
  await events.waitUntilReady();
  const clients = await Promise.all(
    Array.from({ length: 64 }, () => openHttpConnection(api.port, base.apiKey)),
  );
  try {
    await arrivals(clients, completedAt, 0, warmUp, 200);
    await servers.checkpoint();
    const latencies = await arrivals(clients, completedAt, warmUp, orders, perSecond);
    return { p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99) };
  } finally {
    for (const client of clients) client.close();
    await events.close();
    await Promise.all([api.process.stop(), worker.stop()]);
    for (const queue of Object.values(queues.all)) await queue.obliterate({ force: true });
    await queues.close();
    await servers.drop('bench_latency');
  }
}

async function arrivals(
  clients: readonly HttpConnection[],
  completedAt: ReadonlyMap<string, number>,
  from: number,
  count: number,
  perSecond: number,
): Promise<readonly number[]> {
  const free = [...clients];
  const waiting: ((client: HttpConnection) => void)[] = [];
  const sent: Promise<{ readonly id: string; readonly at: number }>[] = [];
  const send = async (number: number, at: number) => {
    const client = free.pop() ?? (await new Promise<HttpConnection>((resolve) => waiting.push(resolve)));
    const { status, body } = await client.post('/v1/upgrade-orders', JSON.stringify(orderData(number)));
    const next = waiting.shift();
    if (next) next(client);
    else free.push(client);
    if (status !== 202) throw new Error(`An order was answered ${status}: ${body}`);
    return { id: accepted.parse(JSON.parse(body)).id, at };
  };
  const times = arrivalTimes(count, perSecond, performance.now() + 100);
  for (const [i, at] of times.entries()) {
    const ahead = at - performance.now();
    if (ahead > 1.5) await delay(ahead - 1);
    while (performance.now() < at) await new Promise((resolve) => setImmediate(resolve));
    sent.push(send(from + i, at));
  }
  const orders = await Promise.all(sent);
  const deadline = performance.now() + 60_000;
  while (orders.some(({ id }) => !completedAt.has(id))) {
    if (performance.now() > deadline) throw new Error('An order was not fulfilled within a minute.');
    await delay(20);
  }
  return orders.map(({ id, at }) => (completedAt.get(id) ?? Number.NaN) - at);
}

/** A Poisson process, the same in every run. */
function arrivalTimes(count: number, perSecond: number, begin: number): readonly number[] {
  let seed = 42;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (seed + 1) / 2_147_483_649;
  };
  let at = begin;
  return Array.from({ length: count }, () => (at += (-Math.log(random()) / perSecond) * 1000));
}
