import { afterAll, beforeAll, expect, test } from 'vitest';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import { storeCertificates, type StoredCertificate } from '#src/fulfillment/batch/store-certificates.ts';
import type { Breakpoint } from '#src/fulfillment/fulfillment.ts';
import { toldEvents } from '#src/fulfillment/looking/event-feed.ts';
import { inTransaction, reading, statement } from '#src/persistence/database.ts';
import { placeEvents, recordSystemEvents, removeOldEvents } from '#src/persistence/events.ts';
import { addAccount } from '#test/http/holdings.ts';
import { fulfilled, get, orderFor, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

interface Page {
  readonly items: readonly {
    readonly id: string;
    readonly sequence: number;
    readonly type: string;
    readonly data: Readonly<Record<string, unknown>>;
  }[];
  readonly next: string;
}

let t: TestApp;
let northwind: string;
let contoso: string;
const operator = 'the-operator-key-of-the-environment';

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  contoso = await t.reseller('contoso');
  await addAccount(t.database, 'acme', 'northwind');
});
afterAll(() => t.close());

async function feed(key: string, query = ''): Promise<Page> {
  const answer = await get(t, key, `/v1/events${query}`);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<Page>();
}

test('each decision is told once, in order, without a code, to its reseller and to operators', async () => {
  const before = await feed(northwind);
  const ids: string[] = [];
  for (let i = 0; i < 5; i += 1) ids.push(await fulfilled(t, northwind, orderFor('acme')));
  const seen: Page['items'][number][] = [];
  let { next } = before;
  for (;;) {
    const page = await feed(northwind, `?after=${next}&limit=2`);
    if (page.items.length === 0) break;
    seen.push(...page.items);
    next = page.next;
  }
  expect(seen.map(({ data }) => data['id'])).toEqual(ids);
  expect(seen.map(({ sequence }) => sequence)).toEqual(
    seen.map(({ sequence }) => sequence).sort((a, b) => a - b),
  );
  expect(new Set(seen.map(({ type }) => type))).toEqual(new Set(['upgrade_order.fulfilled']));
  expect(String(seen[0]?.data['url'])).toMatch(new RegExp(`^http://.*/v1/upgrade-orders/${ids[0]}$`));
  expect(seen[0]?.data['registrationKey']).toMatch(/^[A-Z]{2}-…-[0-9A-Z]{4}$/);
  const codes = await statement<{ code: string }>(
    reading(t.database),
    'select code from registration_key union all select activation_code from license',
  );
  expect(codes.length).toBeGreaterThan(0);
  for (const { code } of codes) expect(JSON.stringify(seen)).not.toContain(code);
  expect((await feed(contoso)).items).toEqual([]);
  expect((await feed(operator)).items.map(({ data }) => data['id'])).toEqual(expect.arrayContaining(ids));
});

test('an event that commits late is neither skipped nor put before what was shown', async () => {
  const id = await fulfilled(t, northwind, orderFor('acme'));
  let { next } = await feed(northwind, '?limit=1000');
  const client = await t.database.connect();
  try {
    await client.query('begin');
    await client.query(
      `insert into event (sequence, id, type, reseller, message, about)
       select 0, gen_random_uuid(), 'upgrade_order.fulfilled', 'northwind', $1, '{"status":"fulfilled"}'`,
      [id],
    );
    const other = await fulfilled(t, northwind, orderFor('acme'));
    const shown = await feed(northwind, `?after=${next}`);
    expect(shown.items.map(({ data }) => data['id'])).toEqual([other]);
    next = shown.next;
    await client.query('commit');
  } finally {
    client.release();
  }
  expect((await feed(northwind, `?after=${next}`)).items.map(({ sequence }) => sequence)).toEqual([0]);
});

/** The certificate that the message wrote, as it is stored when it has been rendered. */
async function certificateOf(message: string, account = 'acme'): Promise<StoredCertificate> {
  const [name] = await statement<{ number: string; version: number }>(
    reading(t.database),
    'select number, version from certificate where message = $1',
    [message],
  );
  if (!name) throw new Error('no certificate was written');
  return { ...name, jws: 'a.b.c', pdf: Buffer.from('pdf'), accounts: [account] };
}

test('a certificate that is ready while its account is decided on is told of behind the decision', async () => {
  const certificate = await certificateOf(await fulfilled(t, northwind, orderFor('acme')));
  const { id } = (await post(t, northwind, '/v1/upgrade-orders', orderFor('acme'))).json<{ id: string }>();
  const { next } = await feed(northwind, '?limit=1000');
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const at = async (breakpoint: Breakpoint) => {
    if (breakpoint !== 'before-commit') return;
    reached.resolve();
    await released.promise;
  };
  const deciding = decideBatch({ ...t.fulfillment, at }, [{ recorded: id }]);
  await reached.promise;
  const storing = storeCertificates(t.fulfillment, [certificate], false);
  const waits = expect
    .poll(
      () =>
        statement(
          reading(t.database),
          "select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())",
        ),
      { timeout: 120_000, interval: 20 },
    )
    .not.toHaveLength(0);
  await Promise.race([storing, waits]);
  expect((await feed(northwind, `?after=${next}`)).items).toEqual([]);
  released.resolve();
  await Promise.all([deciding, storing, waits]);
  const { items } = await feed(northwind, `?after=${next}`);
  expect(items.map(({ type }) => type)).toEqual(['upgrade_order.fulfilled', 'certificate.ready']);
  expect(items[0]?.sequence).toBeLessThan(items[1]?.sequence ?? 0);
  const ids = items.map((item) => item.id);
  const viewer = { kind: 'reseller', name: 'northwind' } as const;
  const base = String(items[0]?.data['url']).replace(/\/v1\/.*/, '');
  expect(await toldEvents(t.database, viewer, ids, base)).toEqual(items);
});

test('a certificate that two jobs rendered, stored together, is ready once', async () => {
  const certificate = await certificateOf(await fulfilled(t, northwind, orderFor('acme')));
  const { next } = await feed(northwind, '?limit=1000');
  await storeCertificates(t.fulfillment, [certificate, certificate], false);
  expect((await feed(northwind, `?after=${next}`)).items).toMatchObject([{ type: 'certificate.ready' }]);
});

test('whoever reads while much is decided sees each event once, those of an account by their sequence', async () => {
  const accounts = ['adatum', 'fabrikam', 'litware'];
  for (const account of accounts) await addAccount(t.database, account, 'northwind');
  const begin = (await feed(northwind, '?limit=1000')).next;
  let isOver = false;
  const follow = async (key: string) => {
    const seen: Page['items'][number][] = [];
    for (let next = begin, last = false; ;) {
      const page = await feed(key, `?after=${next}&limit=3`);
      seen.push(...page.items);
      next = page.next;
      if (page.items.length > 0) continue;
      if (last) return seen;
      last = isOver;
    }
  };
  const readers = [follow(northwind), follow(operator)];
  const decided = await Promise.all(
    Array.from({ length: 30 }, async (_, i) => {
      const account = accounts[i % accounts.length] ?? '';
      const id = await fulfilled(t, northwind, orderFor(account));
      await storeCertificates(t.fulfillment, [await certificateOf(id, account)], false);
      return [id, account] as const;
    }),
  );
  isOver = true;
  const accountOf = new Map(decided);
  const [own, all] = await Promise.all(readers);
  expect(own).toHaveLength(60);
  expect(own?.map(({ id }) => id)).toEqual(all?.map(({ id }) => id));
  expect(new Set(own?.map(({ id }) => id)).size).toBe(60);
  for (const account of accounts) {
    const sequences = own
      ?.filter(({ data }) => accountOf.get(String(data['id'])) === account)
      .map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences?.toSorted((a, b) => a - b));
  }
});

test('what is about no message is told with its data, masked', async () => {
  const { next } = await feed(northwind, '?limit=1000');
  const data = { account: 'acme', activationCode: 'OS-2345-67892-34567-89234-56789-23459', daysLeft: 30 };
  await inTransaction(t.database, (tx) =>
    recordSystemEvents(tx, [
      { type: 'license.expiring', reseller: 'northwind', data, path: '/v1/accounts/acme/licenses' },
      { type: 'endpoint.disabled', reseller: null, data: {}, path: '/v1/webhook-endpoints/1' },
    ]),
  );
  const { items } = await feed(northwind, `?after=${next}`);
  expect(items).toMatchObject([
    {
      type: 'license.expiring',
      data: { account: 'acme', activationCode: 'OS-…-3459', daysLeft: 30 },
    },
  ]);
  const { origin, pathname } = new URL(String(items[0]?.data['url']));
  expect(origin).toMatch(/^http:/);
  expect((await get(t, northwind, pathname)).json()).toMatchObject({ items: expect.any(Array) });
  expect((await feed(operator, `?after=${next}`)).items.map(({ type }) => type)).toEqual([
    'license.expiring',
    'endpoint.disabled',
  ]);
});

test('a certificate is told of when it is rendered, once', async () => {
  const id = await fulfilled(t, northwind, orderFor('acme'));
  const { next } = await feed(northwind, '?limit=1000');
  const told = (await feed(operator, '?limit=1000')).items.find(({ data }) => data['id'] === id);
  const { number, version, ...certificate } = await certificateOf(id);
  expect(told?.data['certificate']).toEqual({ number, version, status: 'pending' });
  const stored = { number, version, ...certificate };
  for (let i = 0; i < 2; i += 1) await storeCertificates(t.fulfillment, [stored], false);
  const { items } = await feed(northwind, `?after=${next}`);
  expect(items.map(({ type }) => type)).toEqual(['certificate.ready']);
  expect(items[0]?.data).toMatchObject({
    id,
    kind: 'upgrade-order',
    certificate: { number, version, status: 'ready' },
  });
});

test('an order that is returned is told of, with what returned it', async () => {
  await addAccount(t.database, 'returner', 'northwind', [
    { activationCode: 'OS-2345-67892-34567-89234-56789-23459', seats: 50 },
  ]);
  const order = orderFor('returner', { startsOn: undefined, seats: 80 });
  const id = await fulfilled(t, northwind, order);
  const { next } = await feed(northwind, '?limit=1000');
  const body = {
    requestNumber: 'CR-1',
    requestedAt: '2027-01-10T09:00:00Z',
    kind: 'return',
    order: order['orderNumber'],
  };
  const change = (await post(t, northwind, '/v1/change-requests', body)).json<{ id: string }>();
  await t.fulfil(change.id);
  const { items } = await feed(northwind, `?after=${next}`);
  expect(items.map(({ type }) => type)).toEqual(['change_request.fulfilled', 'upgrade_order.returned']);
  expect(items[1]?.data).toMatchObject({ id, returnedBy: { requestNumber: 'CR-1', id: change.id } });
  expect(JSON.stringify(items)).not.toContain('OS-2345-67892');
});

test('a rejected message is told of with its reason', async () => {
  const { next } = await feed(northwind, '?limit=1000');
  const body = orderFor('acme', { suite: 'ZZZ' });
  const { id } = (await post(t, northwind, '/v1/upgrade-orders', body)).json<{ id: string }>();
  await t.fulfil(id);
  const { items } = await feed(northwind, `?after=${next}`);
  const read = (await get(t, northwind, `/v1/upgrade-orders/${id}`)).json<{
    status: string;
    reason: unknown;
  }>();
  expect(read.status).toBe('rejected');
  expect(items).toMatchObject([{ type: 'upgrade_order.rejected', data: { id, reason: read.reason } }]);
});

test('without events nothing is written', async () => {
  const quiet = { ...t.fulfillment, events: false };
  const { next } = await feed(northwind, '?limit=1000');
  const { id } = (await post(t, northwind, '/v1/upgrade-orders', orderFor('acme'))).json<{ id: string }>();
  await decideBatch(quiet, [{ recorded: id }]);
  expect((await get(t, northwind, `/v1/upgrade-orders/${id}`)).json()).toMatchObject({ status: 'fulfilled' });
  expect((await feed(northwind, `?after=${next}`)).items).toEqual([]);
});

test('cursors that are none, of another installation or too old are refused', async () => {
  const cursor = (text: string) => Buffer.from(text).toString('base64url');
  expect((await get(t, northwind, '/v1/events?after=nonsense')).statusCode).toBe(400);
  expect((await get(t, northwind, '/v1/events?limit=1001')).statusCode).toBe(400);
  const foreign = cursor('00000000-0000-7000-8000-000000000000 1');
  const answer = await get(t, northwind, `/v1/events?after=${foreign}`);
  expect(answer.statusCode).toBe(410);
  expect(answer.json()).toMatchObject({ code: 'CURSOR_EXPIRED' });
  const first = await feed(operator, '?limit=1');
  await placeEvents(t.database, 1000);
  const last = await feed(operator, '?limit=1000');
  await statement(reading(t.database), "update event set made_at = now() - interval '31 days'");
  expect(await removeOldEvents(t.database)).toBeGreaterThan(5);
  expect((await get(t, operator, `/v1/events?after=${first.next}`)).statusCode).toBe(410);
  expect((await feed(operator, `?after=${last.next}`)).items).toEqual([]);
});
