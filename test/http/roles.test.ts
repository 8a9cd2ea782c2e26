import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeOperator, rotateHolder } from '#src/fulfillment/batch/key-holders.ts';
import { reading, statement } from '#src/persistence/database.ts';
import { addAccount } from '#test/http/holdings.ts';
import { bearer, fulfilled, get, order, orderFor, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let northwind: string;
const keys: Record<string, string> = {};
const code = 'OS-2345-67892-34567-89234-56789-2345A';

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  for (const role of ['viewer', 'decider', 'admin'] as const)
    keys[role] = await makeOperator(t.database, `the-${role}`, role, { by: 'operator root' });
  await addAccount(t.database, 'acme', 'northwind', [{ activationCode: code, seats: 50 }]);
});
afterAll(() => t.close());

const keyOf = (role: string) => keys[role] ?? '';

describe('what a role may not do', () => {
  test('is refused to a viewer over HTTP, and changes nothing', async () => {
    const viewer = keyOf('viewer');
    const rejected = await fulfilled(t, northwind, orderFor('nobody-knows'));
    const tries = [
      await post(t, viewer, '/v1/accounts/acme/reseller', { reseller: null, reason: 'x' }),
      await post(t, viewer, `/v1/upgrade-orders/${rejected}/retry`, {}),
      await post(t, viewer, '/v1/holds/0199aaaa-0000-7000-8000-000000000000/approve', { reason: 'x' }),
      await post(t, viewer, '/v1/holds/0199aaaa-0000-7000-8000-000000000000/reject', { reason: 'x' }),
      await post(t, viewer, '/v1/upgrade-orders', order({ reseller: 'northwind' })),
      // Before anything is said of the content.
      await post(t, viewer, '/v1/registrations', {}),
      await post(t, viewer, '/v1/merge-requests', {}),
      await post(t, viewer, '/v1/change-requests', {}),
    ];
    expect(tries.map(({ statusCode }) => statusCode)).toEqual(tries.map(() => 403));
    expect((await get(t, northwind, `/v1/upgrade-orders/${rejected}`)).json()).toMatchObject({
      status: 'rejected',
    });
    expect((await get(t, viewer, '/v1/accounts/acme/licenses')).statusCode).toBe(200);
    const previewed = await post(
      t,
      viewer,
      '/v1/upgrade-orders?preview=true',
      order({ reseller: 'northwind' }),
    );
    expect(previewed.statusCode).toBe(200);
    const retried = await post(t, keyOf('decider'), `/v1/upgrade-orders/${rejected}/retry`, {});
    expect(retried.statusCode).toBe(202);
  });

  test('includes PDFs and kits, which show codes in full: a viewer is told so', async () => {
    const id = await fulfilled(t, northwind, order({ orderNumber: 'PO-pdf' }));
    const sold = (await get(t, northwind, `/v1/upgrade-orders/${id}`)).json<{
      certificate: { number: string };
    }>();
    const pdf = async (role: string) =>
      t.app.inject({
        url: `/v1/certificates/${sold.certificate.number}`,
        headers: { ...bearer(keyOf(role)), accept: 'application/pdf' },
      });
    const refused = await pdf('viewer');
    expect([refused.statusCode, refused.json<{ detail: string }>().detail]).toEqual([
      403,
      'This takes the role decider; yours is viewer.',
    ]);
    expect((await pdf('decider')).statusCode).toBe(503);
  });

  test('includes codes in full, which a viewer does not see', async () => {
    for (const [role, shown] of [
      ['viewer', 'OS-…-345A'],
      ['decider', code],
      ['admin', code],
    ] as const) {
      const licenses = await get(t, keyOf(role), '/v1/accounts/acme/licenses');
      expect(licenses.json()).toMatchObject({ items: [{ activationCode: shown }] });
      const found = await get(t, keyOf(role), `/v1/find?code=${code}`);
      expect(found.json()).toMatchObject({ items: [{ activationCode: shown }] });
      const searched = await post(t, keyOf(role), '/v1/find', { q: code });
      expect(searched.json()).toMatchObject({ items: [{ activationCode: shown }] });
      if (role === 'viewer') expect([licenses.body, found.body, searched.body].join()).not.toContain(code);
    }
  });
});

describe('the search', () => {
  test.each<[string, object]>([
    ['acme', { what: 'account', account: 'acme' }],
    ['acme g', { what: 'account', account: 'acme' }],
    ['345A', { what: 'activation-code', activationCode: code }],
    ['os-…-345a', { what: 'activation-code', activationCode: code }],
  ])('finds %s', async (q, expected) => {
    const { json } = await post(t, keyOf('admin'), '/v1/find', { q });
    expect(json<{ items: unknown[] }>().items).toEqual(
      expect.arrayContaining([expect.objectContaining(expected)]),
    );
  });

  test.each(['%', '_cme', 'acme%', 'a_me', '\\'])('takes %s for what it is', async (q) => {
    const { statusCode, json } = await post(t, keyOf('admin'), '/v1/find', { q });
    expect([statusCode, json()]).toEqual([200, { items: [], next: null }]);
  });
});

describe('the audit', () => {
  test('tells who moved an account, and why; codes are masked in it', async () => {
    const reason = `Asked for by the holder of ${code}.`;
    await post(t, keyOf('decider'), '/v1/accounts/acme/reseller', { reseller: null, reason });
    const audit = await get(t, keyOf('viewer'), '/v1/audit?action=account-moved');
    expect(audit.json()).toMatchObject({
      items: [
        {
          by: 'operator the-decider',
          on: { kind: 'account', id: 'acme' },
          account: 'acme',
          because: 'Asked for by the holder of OS-…-345A.',
          details: { from: 'northwind', to: null },
        },
      ],
      next: null,
    });
    expect((await get(t, northwind, '/v1/audit')).statusCode).toBe(403);
  });

  test('is filtered as at the desk: by a name alone, and by days', async () => {
    await post(t, keyOf('decider'), '/v1/accounts/acme/reseller', { reseller: 'northwind', reason: 'back' });
    const today = new Date().toISOString().slice(0, 10);
    const counted = async (query: string) =>
      (await get(t, keyOf('viewer'), `/v1/audit?subject=acme&${query}`)).json<{ items: object[] }>().items
        .length;
    expect(await counted('by=the-decider')).toBe(await counted('by=operator%20the-decider'));
    expect(await counted(`by=the-decider&from=${today}&to=${today}`)).toBeGreaterThan(0);
    expect(await counted('to=2020-01-01')).toBe(0);
    expect((await get(t, keyOf('viewer'), '/v1/audit?from=2026-02-31')).statusCode).toBe(400);
  });

  test('tells of keys, but not the keys', async () => {
    const rotated = await rotateHolder(t.database, 'operator', 'the-admin', {
      by: 'operator root',
      reason: 'lost',
    });
    keys['admin'] = rotated;
    const { body, json } = await get(t, rotated, '/v1/audit?limit=1&subject=the-admin');
    expect(json()).toMatchObject({ items: [{ action: 'key-rotated', because: 'lost' }] });
    expect(body).not.toContain(rotated);
    const more = json<{ next: string }>().next;
    const second = await get(t, rotated, `/v1/audit?limit=1&subject=the-admin&cursor=${more}`);
    expect(second.json()).toMatchObject({ items: [{ action: 'key-made', details: { role: 'admin' } }] });
  });

  test.each(["update audit set actor = 'nobody'", 'delete from audit', 'truncate audit'])(
    'refuses: %s',
    async (sql) => {
      await expect(statement(reading(t.database), sql)).rejects.toThrow('stays as it is');
    },
  );
});
