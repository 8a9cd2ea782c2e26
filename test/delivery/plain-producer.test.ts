import { Redis } from 'ioredis';
import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { retryMessage } from '#src/fulfillment/batch/retry-message.ts';
import {
  allEnded,
  openDeliverySite,
  type DeliverySite,
  type PlainQueue,
} from '#test/delivery/delivery-site.ts';
import { openGate } from '#test/delivery/gate.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { onDatabase } from '#test/environment/admin.ts';
import { describeWithRedis } from '#test/environment/redis.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import {
  agreed,
  order,
  orderData,
  registrationData,
  serviceMergeData,
} from '#test/fulfillment/messages-by-hand.ts';

const canary = 'CANARY-QUITE-SECRET';

/** A site with the accounts `acme` and `branch`, each with a service license. */
async function site(redisUrl: string | null): Promise<DeliverySite> {
  const opened = await openDeliverySite(redisUrl);
  await givenHoldings(
    opened.database,
    [{ id: 'acme' }, { id: 'branch' }],
    ['acme', 'branch'].map((account, i) => ({
      account,
      activationCode: activationCode('WS', i),
      pid: '100502EN01',
    })),
  );
  return opened;
}

/** What a person would see of a failed job. */
async function failed(
  queue: PlainQueue,
): Promise<readonly { readonly reason: string; readonly all: string; readonly attempts: number }[]> {
  const jobs = await queue.getFailed();
  return jobs.map(({ failedReason, stacktrace, attemptsMade }) => ({
    reason: failedReason ?? '',
    all: JSON.stringify([failedReason, stacktrace]),
    attempts: attemptsMade,
  }));
}

describeOnBothBackends('a plain BullMQ producer', (redisUrl) => {
  test('adds an order, a registration and a merge request without any options, and each is fulfilled', async () => {
    const opened = await site(redisUrl);
    const { query, queues } = opened;
    await opened.startWorkers();
    await queues['upgrade-order'].add('upgrade-order.v1', orderData({ customer: { account: undefined } }));
    await queues['merge-request'].add('merge-request.v1', serviceMergeData('acme', 'branch'));
    await allEnded(opened);
    const [key] = await query<{ readonly code: string }>('select code from registration_key');
    await queues.registration.add('registration.v1', registrationData(key?.code ?? ''));
    await allEnded(opened);
    expect(await query('select kind, status from message order by kind')).toEqual(
      ['merge-request', 'registration', 'upgrade-order'].map((kind) => ({ kind, status: 'fulfilled' })),
    );
  });

  test('gets business outcomes as completed jobs, whose return values hold ids and no code', async () => {
    const opened = await site(redisUrl);
    const { query, queues } = opened;
    await opened.startWorkers();
    await queues['upgrade-order'].add('upgrade-order.v1', orderData({ register: agreed }));
    await queues['upgrade-order'].add('upgrade-order.v1', orderData({ orderNumber: 'PO-2', suite: 'NONE' }));
    await allEnded(opened);
    const values = (await queues['upgrade-order'].getCompleted()).map(({ returnvalue }) => returnvalue);
    expect(values).toHaveLength(2);
    // A code says why, where there is a reason (contract §10).
    const named = values.map((value) => Object.keys(value ?? {}).sort());
    expect(named.sort((a, b) => a.length - b.length)).toEqual([
      ['id', 'status'],
      ['code', 'id', 'status'],
    ]);
    const codes = await query<{ readonly code: string }>(
      'select code from registration_key union all select activation_code from license',
    );
    expect(codes.filter(({ code }) => JSON.stringify([values, opened.logLines]).includes(code))).toEqual([]);
    if (redisUrl !== null)
      expect(
        await findInRedis(
          redisUrl,
          opened.worker.prefix,
          codes.map(({ code }) => code),
        ),
      ).toEqual([]);
  });

  test('whose message does not parse, or has an unknown name, sees it fail at once, and Postgres keeps it with a count', async () => {
    const opened = await site(redisUrl);
    const { query, queues } = opened;
    await opened.startWorkers();
    const queue = queues['upgrade-order'];
    const bad = {
      ...orderData({ orderNumber: canary }),
      seats: -1,
      [canary]: activationCode('OS', 5),
      customer: { company: canary },
    };
    const options = { attempts: 5 };
    await queue.add('upgrade-order.v1', bad, options);
    await queue.add('upgrade-order.v1', bad);
    await queue.add('upgrade-order.v9', orderData({ orderNumber: canary }));
    await queue.add('upgrade-order.v1', 'no object at all');
    await queues.registration.add('registration.v1', { ...registrationData('SP-2222-2222-2222-2223') });
    await allEnded(opened);
    const jobs = await failed(queue);
    expect(jobs).toHaveLength(4);
    for (const { attempts, all } of jobs) {
      expect(attempts).toBe(1);
      expect(all).not.toContain(activationCode('OS', 5));
    }
    expect(jobs.map(({ reason }) => reason.replace(/:.*/s, '')).sort()).toEqual([
      'INVALID_MESSAGE',
      'INVALID_MESSAGE',
      'INVALID_MESSAGE',
      'UNKNOWN_JOB_NAME',
    ]);
    expect(jobs.find(({ reason }) => reason.includes('seats'))?.reason).toContain(
      'customer.email is missing',
    );
    const [mistyped] = await failed(queues.registration);
    expect(mistyped?.reason).toMatch(/^MISTYPED_CODE/);
    expect(mistyped?.all).not.toContain('SP-2222');
    expect(
      await query(
        'select queue, job_name as name, code, count from rejected_message order by queue, code, count, name',
      ),
    ).toEqual([
      { queue: 'registrations', name: 'registration.v1', code: 'MISTYPED_CODE', count: 1 },
      { queue: 'upgrade-orders', name: 'upgrade-order.v1', code: 'INVALID_MESSAGE', count: 1 },
      { queue: 'upgrade-orders', name: 'upgrade-order.v1', code: 'INVALID_MESSAGE', count: 2 },
      { queue: 'upgrade-orders', name: 'upgrade-order.v9', code: 'UNKNOWN_JOB_NAME', count: 1 },
    ]);
    expect(await query('select from message')).toEqual([]);
    expect(opened.logLines.join()).not.toContain(activationCode('OS', 5));
  });

  test('that reuses a number for another order sees a conflict; both fingerprints are recorded, the first order is untouched', async () => {
    const opened = await site(redisUrl);
    const { query, queues } = opened;
    await opened.startWorkers();
    await queues['upgrade-order'].add('upgrade-order.v1', orderData());
    await allEnded(opened);
    await queues['upgrade-order'].add('upgrade-order.v1', orderData({ seats: 7 }));
    await queues['upgrade-order'].add('upgrade-order.v1', orderData());
    await allEnded(opened);
    expect(await failed(queues['upgrade-order'])).toMatchObject([
      { reason: expect.stringMatching(/^ORDER_CONFLICT/) },
    ]);
    const [first] = await query<{ readonly fingerprint: string }>(
      "select encode(fingerprint, 'hex') as fingerprint from message",
    );
    expect(
      await query(
        `select code, encode(accepted_fingerprint, 'hex') as accepted, fingerprint <> accepted_fingerprint as other, content->>'seats' as seats from rejected_message`,
      ),
    ).toEqual([{ code: 'ORDER_CONFLICT', accepted: first?.fingerprint, other: true, seats: '7' }]);
    expect(await query('select seats from registration_key')).toEqual([{ seats: 100 }]);
  });

  test('that corrects a rejected order under its number sees a new try fulfilled; the first content again is still rejected', async () => {
    const opened = await site(redisUrl);
    const { fulfillment, query, queues } = opened;
    await opened.startWorkers();
    const add = async (data: object) => {
      await queues['upgrade-order'].add('upgrade-order.v1', data);
      await allEnded(opened);
    };
    await add(orderData({ suite: 'spe' }));
    await add(orderData());
    await add(orderData({ suite: 'spe' }));
    await add(orderData());
    expect(await query('select attempt, status from message order by attempt')).toEqual([
      { attempt: 1, status: 'rejected' },
      { attempt: 2, status: 'fulfilled' },
    ]);
    expect(await failed(queues['upgrade-order'])).toEqual([]);
    await add(orderData({ orderNumber: 'PO-2', customer: { account: 'soon' } }));
    const [late] = await query<{ readonly id: string }>("select id from message where number = 'PO-2'");
    await givenHoldings(opened.database, [{ id: 'soon' }]);
    await retryMessage(fulfillment, late?.id ?? '', 'operator maria');
    await add({ recorded: late?.id ?? '' });
    expect(await query("select status from message where number = 'PO-2'")).toEqual([
      { status: 'fulfilled' },
    ]);
  });

  test('that names a recorded message sees it decided, and an unknown id fail', async () => {
    const opened = await site(redisUrl);
    const { fulfillment, query, queues } = opened;
    await opened.startWorkers();
    const [accepted] = await acceptMessages(fulfillment, [order()], 'test');
    await queues['upgrade-order'].add('upgrade-order.v1', {
      recorded: accepted && 'id' in accepted ? accepted.id : '',
    });
    await queues['upgrade-order'].add('upgrade-order.v1', {
      recorded: '00000000-0000-7000-8000-000000000000',
    });
    await allEnded(opened);
    expect(await query('select status from message')).toEqual([{ status: 'fulfilled' }]);
    expect(await failed(queues['upgrade-order'])).toMatchObject([
      { reason: expect.stringMatching(/^UNKNOWN_MESSAGE/), attempts: 1 },
    ]);
  });

  test('that gave a single attempt loses nothing while Postgres is away: the jobs are put back, and fulfilled afterwards', async () => {
    const opened = await site(redisUrl);
    const { query, queues } = opened;
    const gate = await openGate(opened.url);
    await opened.startWorkers(gate.url);
    await gate.shut();
    const orders = Array.from({ length: 20 }, (_, i) => orderData({ orderNumber: `PO-${i}` }));
    for (const data of orders) await queues['upgrade-order'].add('upgrade-order.v1', data);
    await expect
      .poll(() => opened.logLines.filter((line) => line.includes('"outcome":"put back"')).length, {
        timeout: 120_000,
        interval: 50,
      })
      .toBeGreaterThanOrEqual(20);
    expect(await query('select from message')).toEqual([]);
    await gate.open();
    await allEnded(opened);
    expect(await query('select status, count(*)::integer as count from message group by status')).toEqual([
      { status: 'fulfilled', count: 20 },
    ]);
    expect(await failed(queues['upgrade-order'])).toEqual([]);
  });

  test('whose order PostgreSQL refuses to record has it put back; its neighbours end, and it ends when the fault is mended', async () => {
    const opened = await site(redisUrl);
    const { query, queues } = opened;
    await query(`create function refuse() returns trigger language plpgsql as $$ begin
      if new.number = 'PO-7' then raise exception 'nobody foresaw this'; end if; return new; end $$`);
    await query('create trigger refuse before insert on message for each row execute function refuse()');
    const orders = Array.from({ length: 20 }, (_, i) => orderData({ orderNumber: `PO-${i}` }));
    for (const data of orders) await queues['upgrade-order'].add('upgrade-order.v1', data);
    await opened.startWorkers();
    const counts = 'select status, count(*)::integer as count from message group by status';
    await expect
      .poll(() => query(counts), { timeout: 120_000, interval: 50 })
      .toEqual([{ status: 'fulfilled', count: 19 }]);
    await expect
      .poll(() => opened.logLines.filter((line) => line.includes('"outcome":"put back"')).length, {
        timeout: 120_000,
      })
      .toBeGreaterThanOrEqual(2);
    const [refused] = opened.logLines.filter((line) => line.includes('"outcome":"put back"')).slice(-1);
    const { attempt, job } = z.object({ attempt: z.int(), job: z.string() }).parse(JSON.parse(refused ?? ''));
    expect(attempt).toBeGreaterThanOrEqual(2);
    await expect
      .poll(async () => (await queues['upgrade-order'].getJobLogs(job)).logs)
      .toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^attempt 1: error \(P0001\); put back for \d+ ms$/),
          expect.stringMatching(/^attempt 2: error \(P0001\); put back for \d+ ms$/),
        ]),
      );
    await query('drop trigger refuse on message');
    await allEnded(opened);
    expect(await query(counts)).toEqual([{ status: 'fulfilled', count: 20 }]);
    expect(await failed(queues['upgrade-order'])).toEqual([]);
    expect(opened.logLines.find((line) => line.includes('could not be recorded'))).toContain(
      'nobody foresaw this',
    );
  });

  // Queues in a PostgreSQL that takes no writes could not be written either.
  test.skipIf(redisUrl === null)(
    'loses nothing while PostgreSQL takes no writes, as a standby before its promotion',
    async () => {
      const opened = await site(redisUrl);
      const { url, query, queues } = opened;
      await opened.startWorkers();
      await query('select 1');
      await takeWrites(url, false);
      const orders = Array.from({ length: 5 }, (_, i) => orderData({ orderNumber: `PO-${i}` }));
      for (const data of orders) await queues['upgrade-order'].add('upgrade-order.v1', data);
      await expect
        .poll(() => opened.logLines.filter((line) => line.includes('(25006)')).length, { timeout: 120_000 })
        .toBeGreaterThanOrEqual(5);
      expect(await failed(queues['upgrade-order'])).toEqual([]);
      await takeWrites(url, true);
      await allEnded(opened);
      expect(await query('select status, count(*)::integer as count from message group by status')).toEqual([
        { status: 'fulfilled', count: 5 },
      ]);
      expect(await failed(queues['upgrade-order'])).toEqual([]);
    },
  );
});

/** For sessions that begin from now on; the others are ended. */
async function takeWrites(url: string, yes: boolean): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  const admin = inject('adminDatabaseUrl');
  await onDatabase(admin, `alter database ${name} set default_transaction_read_only = ${yes ? 'off' : 'on'}`);
  await onDatabase(
    admin,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`,
  );
}

// PostgreSQL refuses such content at the producer already when the queues are there, too.
describeWithRedis('a message with content that PostgreSQL cannot keep as it is', (redisUrl) => {
  const nested = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;

  test.each([
    ['NUL in a text', '"seats":"1\\u00002"', { seats: String.raw`1\u00002` }],
    ['NUL in a key', '"ke\\u0000y":1', { [String.raw`ke\u0000y`]: 1 }],
    ['half a surrogate pair in a text', '"seats":"1\\ud8002"', { seats: String.raw`1\ud8002` }],
    ['half a surrogate pair in a key', '"ke\\udfffy":1', { [String.raw`ke\udfffy`]: 1 }],
    ['a number beyond all numbers', '"seats":1e999', { seats: 'Infinity' }],
  ])('fails and is kept, once: %s', async (_, field, kept) => {
    const opened = await site(redisUrl);
    await addRaw(opened, redisUrl, 'upgrade-order.v1', `{${field}}`);
    await addRaw(opened, redisUrl, 'upgrade-order.v1', `{${field}}`);
    await opened.startWorkers();
    await allEnded(opened);
    expect(await failed(opened.queues['upgrade-order'])).toHaveLength(2);
    expect(await opened.query('select code, count, content from rejected_message')).toEqual([
      { code: 'INVALID_MESSAGE', count: 2, content: kept },
    ]);
  });

  test('fails and is kept, once: nesting deeper than any stack', async () => {
    const opened = await site(redisUrl);
    await addRaw(opened, redisUrl, 'upgrade-order.v1', `{"seats":${nested}}`);
    await addRaw(opened, redisUrl, 'upgrade-order.v1', `{"seats":${nested}}`);
    await opened.startWorkers();
    await allEnded(opened);
    expect(
      await opened.query(
        "select count, content::text like '%nested deeper than 200 levels%' as said from rejected_message",
      ),
    ).toEqual([{ count: 2, said: true }]);
  });

  test('fails and is kept: NUL in the name of its job', async () => {
    const opened = await site(redisUrl);
    await addRaw(opened, redisUrl, 'upgrade\0order', '{}');
    await opened.startWorkers();
    await allEnded(opened);
    expect(await opened.query('select code, job_name as name from rejected_message')).toEqual([
      { code: 'UNKNOWN_JOB_NAME', name: String.raw`upgrade\u0000order` },
    ]);
  });
});

/** Adds a job whose data is the text as it is: what a producer in another language may write. */
async function addRaw(
  { queues, worker }: DeliverySite,
  redisUrl: string,
  name: string,
  data: string,
): Promise<void> {
  const { id } = await queues['upgrade-order'].add('upgrade-order.v1', {});
  const redis = new Redis(redisUrl);
  await redis.hset(`${worker.prefix}:upgrade-orders:${id}`, { name, data });
  await redis.quit();
}

/** Which of the texts are anywhere in the prefix's keys and values. */
async function findInRedis(
  redisUrl: string,
  prefix: string,
  texts: readonly string[],
): Promise<readonly string[]> {
  const redis = new Redis(redisUrl);
  const keys = await redis.keys(`${prefix}*`);
  const dumps = await Promise.all(
    keys.map(async (key) =>
      (await redis.type(key)) === 'hash'
        ? JSON.stringify(await redis.hgetall(key))
        : (await redis.dumpBuffer(key))?.toString('latin1'),
    ),
  );
  await redis.quit();
  expect(keys.length).toBeGreaterThan(0);
  return texts.filter((text) => dumps.some((dump) => dump?.includes(text)));
}
