import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readConfiguration } from '#src/configuration.ts';
import { listenHttp } from '#src/process/http-api.ts';
import { openSystem } from '#src/process/system.ts';
import { listenProbes } from '#src/process/worker-probes.ts';
import { onDatabase, urlOfDatabase } from '#test/environment/admin.ts';
import { hasRedisServer } from '#test/environment/redis-program.ts';
import { startRedisServer } from '#test/environment/redis-server.ts';
import { existing } from '#test/fulfillment/ending.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';

interface Probed {
  readonly status: number;
  readonly body: unknown;
}

interface ProbedSite {
  readonly databaseUrl: string;
  readonly redis: Redis;
  readonly stopRedis: () => Promise<void>;
  readonly workerUrl: string;
  readonly worker: () => Promise<Probed>;
  readonly api: () => Promise<Probed>;
}

/** The probes of a worker and of an api process, on a Redis of their own that is set up as the product asks for. */
async function openProbedSite(): Promise<ProbedSite> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-readiness-'));
  const server = existing(await startRedisServer(folder));
  const { url: databaseUrl } = await openLedger();
  const configuration = readConfiguration({
    DATABASE_URL: databaseUrl,
    REDIS_URL: server.url,
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: '0',
    DATA_DIRECTORY: folder,
  });
  const log = pino({ level: 'silent' });
  const system = await openSystem({ configuration, databaseUrl, log, poolSize: 5, applicationName: 'test' });
  const worker = existing(
    await listenProbes(
      system,
      () => false,
      () => undefined,
    ),
  );
  const api = await listenHttp(system, () => false);
  const redis = new Redis(server.url);
  redis.on('error', () => {});
  onTestFinished(async () => {
    redis.disconnect();
    await worker.close();
    await api.close();
    await system.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const probe = (origin: string) => async () => {
    const response = await fetch(`${origin}/health/ready`);
    return { status: response.status, body: await response.json() };
  };
  return {
    databaseUrl,
    redis,
    stopRedis: () => server.stop(),
    workerUrl: worker.url,
    worker: probe(worker.url),
    api: probe(api.url),
  };
}

const ready = { status: 200, body: { ready: true, checks: { queue: { ok: true } } } };

describe.runIf(hasRedisServer)('readiness, on a redis-server of its own (needs one on the PATH)', () => {
  test('is given when Redis is set up as it must be', async () => {
    const { worker, api } = await openProbedSite();
    for (const probe of [worker, api]) {
      const answer = await probe();
      expect(answer).toMatchObject(ready);
      expect(JSON.stringify(answer)).not.toContain('message');
    }
  });

  test('is given without an append-only file, with a sentence: only jobs of plain producers can get lost', async () => {
    const { redis, worker, api } = await openProbedSite();
    await redis.config('SET', 'appendonly', 'no');
    const message = expect.stringContaining('Redis writes no append-only file');
    for (const probe of [worker, api]) {
      expect(await probe()).toMatchObject({
        status: 200,
        body: { ready: true, checks: { queue: { ok: true, message } } },
      });
    }
  });

  test('is refused to a worker whose Redis would throw jobs away, until that is mended; an api process only reports it', async () => {
    const { redis, worker, api } = await openProbedSite();
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const queue = { ok: false, message: expect.stringContaining('maxmemory-policy allkeys-lru') };
    expect(await worker()).toMatchObject({ status: 503, body: { ready: false, checks: { queue } } });
    expect(await api()).toMatchObject({ status: 200, body: { ready: true, checks: { queue } } });
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    expect(await worker()).toMatchObject(ready);
  });

  test('is refused to a worker whose Redis is away; an api process goes on accepting', async () => {
    const { stopRedis, worker, api } = await openProbedSite();
    await stopRedis();
    const checks = { queue: { ok: false }, postgres: { ok: true } };
    expect(await worker()).toMatchObject({ status: 503, body: { ready: false, checks } });
    expect(await api()).toMatchObject({ status: 200, body: { ready: true, checks } });
  });

  test('and metrics are all that a worker answers', async () => {
    const { workerUrl } = await openProbedSite();
    const metrics = await fetch(`${workerUrl}/metrics?now`);
    expect(metrics.status).toBe(200);
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    expect(metrics.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await metrics.text()).toContain('chancery_up{server="queue"} 1');
    const head = await fetch(`${workerUrl}/health/live`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const posted = await fetch(`${workerUrl}/metrics`, { method: 'POST', body: 'x' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const elsewhere = await fetch(`${workerUrl}/v1/upgrade-orders`);
    expect(elsewhere.headers.get('content-type')).toContain('application/problem+json');
    expect(await elsewhere.json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  test('says of a PostgreSQL that has become read-only what it is, in api and worker, until it is no more', async () => {
    const { databaseUrl, worker, api } = await openProbedSite();
    const { pathname } = new URL(databaseUrl);
    const database = pathname.slice(1);
    await onDatabase(databaseUrl, `alter database ${database} set default_transaction_read_only = on`);
    await onDatabase(
      urlOfDatabase(databaseUrl, 'postgres'),
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`,
    );
    const postgres = { ok: false, message: expect.stringContaining('read-only') };
    for (const probe of [worker, api])
      await expect.poll(probe).toMatchObject({ status: 503, body: { ready: false, checks: { postgres } } });
    // The server is the writer again; nobody ends the connections of meanwhile.
    await onDatabase(
      urlOfDatabase(databaseUrl, 'postgres'),
      `alter database ${database} reset default_transaction_read_only`,
    );
    for (const probe of [worker, api])
      await expect.poll(probe).toMatchObject({ body: { checks: { postgres: { ok: true } } } });
  });
});
