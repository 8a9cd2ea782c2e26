import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { openPlace, type Running } from '#test/commands/run-chancery.ts';
import { onDatabase } from '#test/environment/admin.ts';
import { adminOf, redisCluster, testFolder } from '#test/environment/redis-places.ts';
import { hasRedisServer } from '#test/environment/redis-program.ts';
import { startRedisServer } from '#test/environment/redis-server.ts';
import { existing } from '#test/fulfillment/ending.ts';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';
import { prepareQueues } from '#workers/prepare-queues.ts';

/** A process that starts, on a machine that does much else. */
const longMs = 600_000;

interface WorkerProcess extends Running {
  readonly url: string;
  probe(path: string): Promise<{ readonly status: number; readonly body: string }>;
}

/** `chancery worker`, once it says that it works. */
async function startWorker(environment: Readonly<Record<string, string>>): Promise<WorkerProcess> {
  const place = await openPlace();
  onTestFinished(() => place.remove());
  const running = place.start(['worker'], environment);
  const url = /"probes":"(http:[^"]+)"/.exec(await running.said('"msg":"working"'))?.[1] ?? '';
  return {
    ...running,
    url,
    async probe(path) {
      const response = await fetch(`${url}${path}`);
      return { status: response.status, body: await response.text() };
    },
  };
}

/** It says what is wrong, answers every probe, and goes on as soon as the server lets it. */
async function healsAndEnds(worker: WorkerProcess, ledger: Ledger, heal: () => Promise<unknown>) {
  await expect
    .poll(async () => worker.probe('/health/ready'), { timeout: longMs / 4 })
    .toMatchObject({ status: 503, body: expect.stringContaining('"queue":{"ok":false') });
  expect((await worker.probe('/health/live')).status).toBe(200);
  expect((await worker.probe('/metrics')).status).toBe(200);
  await givenHoldings(ledger.database, [{ id: 'acme' }]);
  await acceptMessages(ledger.fulfillment, [order()], 'test');
  await heal();
  await expect
    .poll(() => ledger.query('select status from message'), { timeout: longMs / 4 })
    .toEqual([{ status: 'fulfilled' }]);
  await expect
    .poll(async () => (await worker.probe('/health/ready')).status, { timeout: longMs / 4 })
    .toBe(200);
  await endsOnSigterm(worker);
}

async function endsOnSigterm(worker: WorkerProcess) {
  worker.signal('SIGTERM');
  expect((await worker.ended).code).toBe(0);
}

/** A role beside the owner of the ledger's database, and its URL. */
async function roleBeside(ledger: Ledger, rights: string) {
  const name = `limited_${randomBytes(4).toString('hex')}`;
  await onDatabase(ledger.url, `create role ${name} login password 'secret' ${rights}`);
  onTestFinished(() => onDatabase(ledger.url, `drop owned by ${name} cascade; drop role ${name}`));
  await onDatabase(
    ledger.url,
    `grant all on schema public to ${name}; grant all on all tables in schema public to ${name};
     grant all on all sequences in schema public to ${name}`,
  );
  const url = new URL(ledger.url);
  url.username = name;
  url.password = 'secret';
  return { name, url: url.href };
}

describe('a worker whose PostgreSQL refuses the queues', { timeout: longMs }, () => {
  test('for lack of connections (53300) answers, says so, heals and ends', async () => {
    const ledger = await openLedger();
    await prepareQueues(ledger.url);
    const { name, url } = await roleBeside(ledger, 'superuser');
    const worker = await startWorkerWithFewConnections(ledger, name, url);
    await healsAndEnds(worker, ledger, () =>
      onDatabase(ledger.url, `alter role ${name} connection limit -1 superuser`),
    );
  });

  test('for lack of rights (42501) answers, says so, heals and ends', async () => {
    const ledger = await openLedger();
    await prepareQueues(ledger.url);
    const { name, url } = await roleBeside(ledger, '');
    const worker = await startWorker({ DATABASE_URL: url });
    await healsAndEnds(worker, ledger, () => onDatabase(ledger.url, `alter role ${name} superuser`));
  });

  test('ends on SIGTERM while it is refused', async () => {
    const ledger = await openLedger();
    await prepareQueues(ledger.url);
    const { url } = await roleBeside(ledger, '');
    const worker = await startWorker({ DATABASE_URL: url });
    await expect
      .poll(async () => (await worker.probe('/health/ready')).status, { timeout: longMs / 4 })
      .toBe(503);
    await endsOnSigterm(worker);
  });
});

/** Superusers are not counted, so it is made one of them no longer. */
async function startWorkerWithFewConnections(ledger: Ledger, name: string, url: string) {
  await onDatabase(ledger.url, `grant pg_read_all_data, pg_write_all_data to ${name}`);
  await onDatabase(ledger.url, `alter role ${name} nosuperuser connection limit 4`);
  return startWorker({ DATABASE_URL: url });
}

describe.runIf(hasRedisServer)(
  'a worker whose Redis refuses it (needs a redis-server on the PATH)',
  { timeout: longMs },
  () => {
    test('its scripts (NOPERM) answers, asks seldom, heals and ends', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'chancery-refusing-'));
      const server = existing(await startRedisServer(folder));
      const admin = new Redis(server.url);
      onTestFinished(async () => {
        admin.disconnect();
        await server.stop();
        await rm(folder, { recursive: true, force: true });
      });
      await admin.acl('SETUSER', 'limited', 'on', '>pw', '~*', '&*', '+@all', '-evalsha', '-eval');
      const ledger = await openLedger();
      const worker = await startWorker({
        DATABASE_URL: ledger.url,
        REDIS_URL: `redis://limited:pw@127.0.0.1:${server.port}`,
      });
      await expect
        .poll(async () => (await worker.probe('/health/ready')).status, { timeout: longMs / 4 })
        .toBe(503);
      const before = await refused(admin);
      await new Promise((resolve) => setTimeout(resolve, 3000));
      // Four workers, each with a pause after each refusal; without pauses there are thousands.
      expect((await refused(admin)) - before).toBeLessThan(200);
      await healsAndEnds(worker, ledger, () => admin.acl('SETUSER', 'limited', '+@all'));
    });

    test('at one node of its cluster (NOAUTH) answers, says so, heals and ends', async () => {
      const cluster = await redisCluster(await testFolder(), () => [], {});
      const ledger = await openLedger();
      const [first = 0, second = 0] = cluster.ports;
      const slot = await adminOf({ port: first }).cluster('KEYSLOT', '{chancery}');
      const holder = adminOf({ port: slot <= 8191 ? first : second });
      const worker = await startWorker({
        DATABASE_URL: ledger.url,
        REDIS_URL: `redis://127.0.0.1:${first}`,
      });
      await holder.config('SET', 'requirepass', 'another');
      // Who is connected stays so; it is told to come again.
      await holder.call('client', 'kill', 'type', 'normal', 'skipme', 'yes');
      await healsAndEnds(worker, ledger, () => holder.config('SET', 'requirepass', ''));
    });
  },
);

async function refused(redis: Redis): Promise<number> {
  const found = /^cmdstat_evalsha:.*rejected_calls=(\d+)/m.exec(await redis.info('commandstats'));
  return Number(found?.[1] ?? 0);
}
