import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { z } from 'zod';
import type { Base } from '#test/bench/base-database.ts';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import { openHttpConnection, type HttpConnection } from '#test/bench/http-client.ts';
import { percentile } from '#test/bench/median.ts';
import { orderData } from '#test/bench/messages-mix.ts';
import { startApi } from '#test/bench/product-api.ts';
import { startProduct } from '#test/bench/product-processes.ts';
import { untilStandstill } from '#test/bench/stands-still.ts';
import { createQueueBackend } from '#workers/queue-backend.ts';
import { openQueues } from '#workers/queues.ts';

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface LatencyOptions {
  readonly servers: BenchServers;
  readonly base: Base;
  readonly perSecond: number;
  readonly orders: number;
  /** What a durable commit takes: PostgreSQL dates a commit just before it is made durable. */
  readonly commitMs: number;
}

const accepted = z.object({ id: z.string() });
const warmUp = 1000;

/** An order's id, and when it arrived, by this process's clock. */
interface Arrived {
  readonly id: string;
  readonly at: number;
}

/**
 * From an order's arrival at the API until it is fulfilled, durably, in PostgreSQL, which is asked afterwards, so that looking costs
 * nothing meanwhile. Open loop: the times of arrival are fixed beforehand (exponential gaps), and an order that waits for a connection
 * of the client has arrived already.
 */
export async function latency(options: LatencyOptions): Promise<Latency> {
  const { servers, base, perSecond, orders, commitMs } = options;
  const databaseUrl = await servers.clone(base.database, 'bench_latency');
  const backend = createQueueBackend({ redisUrl: [servers.redisUrl], databaseUrl, onError: () => {} });
  const queues = openQueues(backend);
  await queues.all.certificates.pause();
  const environment = { DATABASE_URL: databaseUrl, REDIS_URL: servers.redisUrl, HTTP_PORT: '0' };
  const worker = startProduct(['worker'], { folder: servers.folder, environment });
  const api = await startApi(servers, databaseUrl);
  const clients = await Promise.all(
    Array.from({ length: 64 }, () => openHttpConnection(api.port, base.apiKey)),
  );
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    await untilFulfilled(database, await arrivals(clients, 0, warmUp, 200));
    await servers.checkpoint();
    const ahead = await clockAheadMs(database);
    const arrived = await arrivals(clients, warmUp, orders, perSecond);
    const committedAt = await untilFulfilled(database, arrived);
    const latencies = arrived.map(
      ({ id, at }) => (committedAt.get(id) ?? Number.NaN) - ahead - at + commitMs,
    );
    return { p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99) };
  } finally {
    for (const client of clients) client.close();
    await database.end();
    await Promise.all([api.process.stop(), worker.stop()]);
    for (const queue of Object.values(queues.all)) await queue.obliterate({ force: true });
    await queues.close();
    await servers.drop('bench_latency');
  }
}

/** Sends orders at their times. @returns each when it was answered */
async function arrivals(
  clients: readonly HttpConnection[],
  from: number,
  count: number,
  perSecond: number,
): Promise<readonly Arrived[]> {
  const free = [...clients];
  const waiting: ((client: HttpConnection) => void)[] = [];
  const sent: Promise<Arrived>[] = [];
  const send = async (number: number, at: number) => {
    const client = free.pop() ?? (await new Promise<HttpConnection>((resolve) => waiting.push(resolve)));
    const { status, body } = await client.post('/v1/upgrade-orders', JSON.stringify(orderData(number)));
    const next = waiting.shift();
    if (next) next(client);
    else free.push(client);
    if (status !== 202) throw new Error(`An order was answered ${status}: ${body}`);
    return { id: accepted.parse(JSON.parse(body)).id, at };
  };
  for (const [i, at] of arrivalTimes(count, perSecond, performance.now() + 100).entries()) {
    await until(at, perSecond);
    sent.push(send(from + i, at));
  }
  return Promise.all(sent);
}

/** Exact at rest, where looking at the clock all the time takes nothing from anybody; otherwise to a millisecond, which counts as latency. */
async function until(at: number, perSecond: number): Promise<void> {
  if (perSecond > 100) {
    while (performance.now() < at) await delay(1);
    return;
  }
  const ahead = at - performance.now();
  if (ahead > 1.5) await delay(ahead - 1);
  while (performance.now() < at) await new Promise((resolve) => setImmediate(resolve));
}

/** @returns when each was committed, in milliseconds of PostgreSQL's clock, by id */
async function untilFulfilled(
  database: Client,
  orders: readonly Arrived[],
): Promise<ReadonlyMap<string, number>> {
  const ids = orders.map(({ id }) => id);
  const moves = untilStandstill('fulfilling what arrived');
  for (;;) {
    const { rows: open } = await database.query("select from message where status = 'accepted'");
    if (open.length === 0) break;
    moves(open.length);
    await delay(50);
  }
  const { rows } = await database.query<{ readonly id: string; readonly at: number }>(
    `select id, extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as at
     from message where id = any($1) and status = 'fulfilled'`,
    [ids],
  );
  if (rows.length !== orders.length)
    throw new Error(`${rows.length} of ${orders.length} orders were fulfilled.`);
  return new Map(rows.map(({ id, at }) => [id, at]));
}

/** How far PostgreSQL's clock is ahead of `performance.now()`, in milliseconds: of many questions, by the one that was answered soonest. */
async function clockAheadMs(database: Client): Promise<number> {
  let soonest = Infinity;
  let ahead = 0;
  for (let i = 0; i < 200; i += 1) {
    const askedAt = performance.now();
    const { rows } = await database.query<{ readonly at: number }>(
      'select extract(epoch from clock_timestamp())::float8 * 1000 as at',
    );
    const tookMs = performance.now() - askedAt;
    if (tookMs >= soonest) continue;
    soonest = tookMs;
    ahead = (rows[0]?.at ?? Number.NaN) - (askedAt + tookMs / 2);
  }
  return ahead;
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
