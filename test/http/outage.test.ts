import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';
import { noMeters } from '#src/fulfillment/meters.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { addReseller } from '#src/persistence/api-keys.ts';
import { inTransaction, openDatabase, type Database } from '#src/persistence/database.ts';
import { lock } from '#src/persistence/locks.ts';
import { onDatabase, urlOfDatabase } from '#test/environment/admin.ts';
import { bareDatabase, freshDatabase, type FreshDatabase } from '#test/environment/database.ts';
import { cuttableProxy, type CuttableProxy } from '#test/http/cuttable-proxy.ts';
import { get, operatorKey, order, orderFor, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

describe('while Postgres is away', () => {
  let own: FreshDatabase;
  let proxy: CuttableProxy;
  let database: Database;
  let t: TestApp;
  let key: string;

  beforeAll(async () => {
    own = await freshDatabase();
    proxy = await cuttableProxy(own.url);
    database = openDatabase(proxy.url);
    t = await openTestApp({
      fulfillment: await openFulfillment(database, await loadCatalog(shippedCatalog)),
    });
    key = await inTransaction(database, (tx) => addReseller(tx, 'northwind', 'reseller'));
  });
  afterAll(async () => {
    await t.close();
    await database.close();
    await proxy.close();
    await own.drop();
  });

  test('an order is answered with 503 and Retry-After, never with a false 202, and accepted once it is back', async () => {
    const before = order();
    expect((await post(t, key, '/v1/upgrade-orders', before)).statusCode).toBe(202);
    await proxy.cut();
    const during = order();
    const answers = await Promise.all([1, 2, 3].map(() => post(t, key, '/v1/upgrade-orders', during)));
    for (const answer of answers) {
      expect(answer.statusCode).toBe(503);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect(answer.json()).toMatchObject({ code: 'UNAVAILABLE', status: 503 });
    }
    const strange = await get(t, 'chk_unknown', '/v1/upgrade-orders');
    expect(strange.statusCode).toBe(503);
    const ready = await get(t, key, '/health/ready');
    expect(ready.statusCode).toBe(503);
    expect(ready.json().checks.postgres).toMatchObject({
      ok: false,
      message: expect.stringContaining('PostgreSQL'),
    });
    expect((await get(t, key, '/health/live')).statusCode).toBe(200);
    const metrics = await get(t, key, '/metrics');
    expect(metrics.body).toContain('chancery_up{server="postgres"} 0');
    await proxy.mend();
    expect((await post(t, key, '/v1/upgrade-orders', during)).statusCode).toBe(202);
    expect((await post(t, key, '/v1/upgrade-orders', before)).statusCode).toBe(200);
    // A connection that broke inside a transaction must not stay counted as in use for ever.
    const { pool } = database;
    expect(pool.totalCount).toBe(pool.idleCount);
  });
});

test('a database that takes no connections for now is away, too', async () => {
  const own = await freshDatabase();
  const database = openDatabase(own.url);
  const t = await openTestApp({
    fulfillment: await openFulfillment(database, await loadCatalog(shippedCatalog)),
  });
  const key = await inTransaction(database, (tx) => addReseller(tx, 'northwind', 'reseller'));
  const admin = urlOfDatabase(own.url, 'postgres');
  const name = new URL(own.url).pathname.slice(1);
  await onDatabase(admin, `alter database ${name} allow_connections false`);
  await onDatabase(admin, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
  const answers = [
    await post(t, key, '/v1/upgrade-orders', order()),
    await post(t, key, '/v1/upgrade-orders', order()),
    await get(t, key, '/v1/events'),
  ];
  await onDatabase(admin, `alter database ${name} allow_connections true`);
  expect(answers.map((answer) => answer.json<{ code: string }>().code)).toEqual(
    answers.map(() => 'UNAVAILABLE'),
  );
  expect((await post(t, key, '/v1/upgrade-orders', order())).statusCode).toBe(202);
  await t.close();
  await database.close();
  await own.drop();
});

describe('while the queue server is away', () => {
  test.each([
    ['refuses', () => Promise.reject(new Error('connect ECONNREFUSED'))],
    ['hangs', () => new Promise<void>(() => {})],
  ])('and %s, orders are accepted all the same and the process stays ready, saying so', async (_, fail) => {
    const t = await openTestApp({
      enqueue: fail,
      pingQueue: () => Promise.reject(new Error('connect ECONNREFUSED')),
    });
    const key = await t.reseller('northwind');
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => post(t, key, '/v1/upgrade-orders', order())),
    );
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([202]));
    const ready = await get(t, key, '/health/ready');
    expect(ready.statusCode).toBe(200);
    expect(ready.json().checks.queue).toEqual({
      ok: false,
      message: 'The queue server failed: connect ECONNREFUSED',
    });
    await t.close();
  });
});

test('an order that waits for somebody’s lock for too long is answered with 503 and Retry-After, and is a repeat afterwards', async () => {
  const t = await openTestApp({ answeredWithinMs: 200 });
  const key = await t.reseller('northwind');
  const body = orderFor('acme');
  await inTransaction(t.database, async (tx) => {
    await lock(tx, { accounts: ['acme'] });
    const answer = await post(t, key, '/v1/upgrade-orders', body);
    expect(answer.statusCode).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.json()).toMatchObject({ code: 'UNAVAILABLE', status: 503 });
  });
  let again = await post(t, key, '/v1/upgrade-orders', body);
  // A slow machine may need several tries with so short a limit.
  while (again.statusCode === 503) again = await post(t, key, '/v1/upgrade-orders', body);
  expect(again.statusCode).toBe(200);
  expect(again.headers['idempotent-replayed']).toBe('true');
  expect(t.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  await t.close();
});

test('a process that is stopping, or whose schema is not current, is not ready and says why', async () => {
  const stopping = await openTestApp({ draining: () => true });
  const answer = await get(stopping, operatorKey, '/health/ready');
  expect(answer.statusCode).toBe(503);
  expect(answer.json().checks.draining.ok).toBe(false);
  await stopping.close();

  const bare = await bareDatabase();
  const database = openDatabase(bare.url);
  const catalog = await loadCatalog(shippedCatalog);
  const fulfillment = {
    database,
    catalog,
    suiteSnapshots: new Map(),
    events: true,
    at: () => {},
    announce: () => {},
    meters: noMeters,
  };
  const t = await openTestApp({ fulfillment });
  const ready = await get(t, operatorKey, '/health/ready');
  expect(ready.json().checks.schema).toMatchObject({
    ok: false,
    message: expect.stringContaining('chancery migrate'),
  });
  await t.close();
  await database.close();
  await bare.drop();
});
