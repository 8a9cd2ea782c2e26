import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readConfiguration } from '#src/configuration.ts';
import { examine } from '#src/doctor/doctor.ts';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { listenHttp } from '#src/process/http-api.ts';
import { openSystem } from '#src/process/system.ts';
import { freePort } from '#test/environment/free-port.ts';
import { ownAuthority } from '#test/environment/own-authority.ts';
import {
  adminOf,
  eventually,
  redisCluster,
  redisForTest,
  testFolder,
  tlsSettings,
} from '#test/environment/redis-places.ts';
import { hasRedisServer, redisProgram } from '#test/environment/redis-program.ts';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';
import { silent } from '#test/workers/open-queue-site.ts';
import { startWorkers } from '#workers/worker-process.ts';

const longMs = 600_000;

const operatorKey = 'an-operator-key-of-this-test';

interface Place {
  /** Orders of these numbers go through the queues to their end. */
  fulfils(...numbers: readonly string[]): Promise<void>;
  /** A job that nobody can accept ends as failed, and is kept. */
  refuses(): Promise<void>;
  /** What operators see of the workers. */
  dashboard(): Promise<number>;
  /** Of doctor, but for findings that every Redis of a test has. */
  complaints(): Promise<readonly string[]>;
}

/** An api's and a worker's parts, on the Redis that the variables name. */
async function openPlace(variables: Readonly<Record<string, string>>): Promise<Place> {
  const ledger = await openLedger();
  await givenHoldings(ledger.database, [{ id: 'acme' }]);
  const environment = {
    DATABASE_URL: ledger.url,
    DATA_DIRECTORY: await testFolder(),
    HTTP_PORT: '0',
    OPERATOR_API_KEY: operatorKey,
    ...variables,
  };
  const configuration = readConfiguration({ ...environment, RECONCILE_INTERVAL_SECONDS: '3600' });
  const system = await openSystem({
    configuration,
    databaseUrl: ledger.url,
    log: silent,
    poolSize: 8,
    applicationName: 'test',
  });
  const workers = startWorkers({ ...system, sizes: configuration });
  onTestFinished(async () => {
    await workers.close(10_000);
    await system.close();
  });
  return {
    async fulfils(...numbers) {
      const accepted = await acceptMessages(
        ledger.fulfillment,
        numbers.map((orderNumber) => order({ orderNumber })),
        'test',
      );
      const ids = accepted.flatMap((one) => ('id' in one ? [one.id] : []));
      await eventually(async () => {
        await system.queues.enqueueRecorded('upgrade-order', ids);
        return true;
      });
      await expect
        .poll(
          () =>
            ledger.query(
              "select count(*)::int from message where status = 'fulfilled' and number = any ($1)",
              [numbers],
            ),
          { timeout: longMs / 3 },
        )
        .toEqual([{ count: numbers.length }]);
    },
    async refuses() {
      const queue = system.queues.all['upgrade-orders'];
      const before = (await queue.getFailedCount()) + 1;
      await queue.add('upgrade-order.v1', { nonsense: true });
      await expect.poll(() => queue.getFailedCount(), { timeout: longMs / 3 }).toBe(before);
    },
    async dashboard() {
      const http = await listenHttp(system, () => false);
      try {
        const response = await fetch(`${http.url}/ops/queues/api/queues`, {
          headers: { authorization: `Bearer ${operatorKey}` },
        });
        return response.status;
      } finally {
        await http.close();
      }
    },
    async complaints() {
      const findings = await examine(environment);
      return findings
        .filter(({ check, verdict }) => verdict !== 'ok' && /Redis|Queues|Jobs|REDIS/.test(check))
        .map(({ check, message, advice }) => `${check}: ${message} ${advice ?? ''}`);
    },
  };
}

/** As the runbook lists it. */
const leastRights = 'nocommands +@read +@write +@connection +@scripting -@dangerous +info';

describe.runIf(hasRedisServer)('on a Redis (needs a redis-server on the PATH)', { timeout: longMs }, () => {
  test.each([
    ['with the least rights', leastRights.split(' '), []],
    [
      'that may all but what is dangerous, INFO too',
      ['+@all', '-@admin', '-@dangerous'],
      [expect.stringContaining('+info')],
    ],
  ])('a user %s works, and doctor says so', async (_, rights, complaints) => {
    const server = await redisForTest(await testFolder());
    await adminOf(server).acl('SETUSER', 'chancery', 'on', '>pw', '~chancery:*', '&*', ...rights);
    const place = await openPlace({ REDIS_URL: `redis://chancery:pw@127.0.0.1:${server.port}` });
    await place.fulfils('PO-1', 'PO-2');
    await place.refuses();
    expect(await place.dashboard()).toBe(200);
    expect(await place.complaints()).toEqual(complaints);
  });

  test.each([
    [':50%25off', '50%off'],
    [':a,b', 'a,b'],
    [':key=end=', 'key=end='],
    [':p%40ss%2Fword%25', 'p@ss/word%'],
    ['default:a:b', 'a:b'],
    [':9R6ocWz+BVhD1wU=', '9R6ocWz+BVhD1wU='],
  ])('the password in %s is %s', async (written, password) => {
    const server = await redisForTest(await testFolder(), ['--requirepass', password]);
    const place = await openPlace({ REDIS_URL: `redis://${written}@127.0.0.1:${server.port}/3` });
    await place.fulfils('PO-1');
    expect(await place.complaints()).toEqual([]);
  });

  test('doctor names the right that a user lacks', async () => {
    const server = await redisForTest(await testFolder());
    await adminOf(server).acl('SETUSER', 'chancery', 'on', '>pw', '~*', '&*', '+@all', '-eval', '-evalsha');
    const url = `redis://chancery:pw@127.0.0.1:${server.port}`;
    const found = await examine({ DATA_DIRECTORY: await testFolder(), REDIS_URL: url });
    expect(found.find(({ check }) => check === 'Redis')).toMatchObject({
      verdict: 'problem',
      message: expect.stringContaining('NOPERM'),
      advice: expect.stringMatching(/ACL SETUSER <user> \+eval/),
    });
  });

  test('doctor says what to write when the password is wrong', async () => {
    const server = await redisForTest(await testFolder(), ['--requirepass', 'right']);
    const environment = {
      DATA_DIRECTORY: await testFolder(),
      REDIS_URL: `redis://:wrong@127.0.0.1:${server.port}`,
    };
    const found = (await examine(environment)).find(({ check }) => check === 'Redis');
    expect(found).toMatchObject({
      verdict: 'problem',
      advice: expect.stringContaining('Correct user and password'),
    });
  });

  test('with TLS by an authority of its own', async () => {
    const folder = await testFolder();
    const authority = await ownAuthority(folder);
    const port = await freePort();
    await redisForTest(folder, tlsSettings(authority, port), port);
    const url = `rediss://localhost:${port}`;
    const place = await openPlace({ REDIS_URL: url, REDIS_CA: authority.caFile });
    await place.fulfils('PO-1');
    expect(await place.complaints()).toEqual([]);
    const without = await examine({ DATA_DIRECTORY: folder, REDIS_URL: url });
    expect(without.find(({ check }) => check === 'Redis')).toMatchObject({
      verdict: 'problem',
      advice: expect.stringContaining('REDIS_CA'),
    });
  });

  test('by Sentinels, also after another server has become the primary', async () => {
    const folder = await testFolder();
    const [one, two] = [await redisForTest(`${folder}/one`), await redisForTest(`${folder}/two`)];
    await adminOf(two).replicaof('127.0.0.1', one.port);
    const watched = `sentinel monitor main 127.0.0.1 ${one.port} 1\nsentinel down-after-milliseconds main 1000\nsentinel failover-timeout main 3000`;
    const sentinel = await redisSentinel(`${folder}/sentinel`, watched);
    await eventually(async () =>
      String(await adminOf(sentinel).call('sentinel', 'replicas', 'main')).includes(String(two.port)),
    );
    const place = await openPlace({ REDIS_URL: `redis+sentinel://127.0.0.1:${sentinel.port}/main` });
    await place.fulfils('PO-1');
    expect(await place.complaints()).toEqual([]);
    process.kill(one.pid, 'SIGKILL');
    await eventually(async () => (await adminOf(two).role())[0] === 'master');
    await place.fulfils('PO-2');
  });
});

async function redisSentinel(folder: string, configuration: string) {
  const { mkdir, writeFile } = await import('node:fs/promises');
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const file = `${folder}/sentinel.conf`;
  await writeFile(file, `${configuration}\n`);
  const { spawn } = await import('node:child_process');
  const child = spawn(redisProgram, [file, '--sentinel', '--port', String(port), '--dir', folder], {
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const admin = new Redis({ port, retryStrategy: () => 100 });
  admin.on('error', () => {});
  onTestFinished(() => admin.disconnect());
  await eventually(async () => (await admin.ping()) === 'PONG');
  return { port };
}

describe.runIf(hasRedisServer)(
  'on a Redis cluster (needs a redis-server on the PATH)',
  { timeout: longMs },
  () => {
    test.each([
      { way: 'plain', hasPassword: false, hasTls: false },
      { way: 'with a password', hasPassword: true, hasTls: false },
      { way: 'with a password and TLS', hasPassword: true, hasTls: true },
    ])(
      '$way, of which one node is named: also after its replica has taken over',
      async ({ hasPassword, hasTls }) => {
        const folder = await testFolder();
        const authority = hasTls ? await ownAuthority(folder) : undefined;
        const settings = (port: number) => [
          ...(authority ? tlsSettings(authority, port) : []),
          ...(hasPassword ? ['--requirepass', 'pw', '--masterauth', 'pw'] : []),
        ];
        const client = {
          ...(hasPassword && { password: 'pw' }),
          ...(hasTls && { tls: { rejectUnauthorized: false } }),
        };
        const cluster = await redisCluster(folder, settings, client);
        // The node that stays: the keys' own one goes.
        const named = cluster.ports[0];
        const place = await openPlace({
          REDIS_URL: `${hasTls ? 'rediss' : 'redis'}://${hasPassword ? ':pw@' : ''}127.0.0.1:${named}`,
          ...(authority && { REDIS_CA: authority.caFile }),
        });
        await place.fulfils('PO-1', 'PO-2');
        await place.refuses();
        expect(await place.complaints()).toEqual([]);
        await cluster.failOver('{chancery}');
        await place.fulfils('PO-3', 'PO-4');
      },
    );

    test('several servers that are none are refused by name', async () => {
      const folder = await testFolder();
      const [one, two] = [await redisForTest(`${folder}/one`), await redisForTest(`${folder}/two`)];
      const found = await examine({ DATA_DIRECTORY: folder, REDIS_URL: `${one.url},${two.url}` });
      expect(found.find(({ check }) => check === 'Redis')).toMatchObject({
        verdict: 'problem',
        message: expect.stringContaining('is no cluster'),
      });
    });
  },
);
