import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction, statement } from '#src/persistence/database.ts';
import { decideAll } from '#test/fulfillment/ending.ts';
import { day, parsed } from '#test/fulfillment/messages-by-hand.ts';
import { addAccount } from '#test/http/holdings.ts';
import { fulfilled, get, orderFor, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let key: string;

beforeAll(async () => {
  t = await openTestApp();
  key = await t.reseller('northwind');
});
afterAll(() => t.close());

test('a return over HTTP ends as its preview said, and the order says so', async () => {
  await addAccount(t.database, 'acme', 'northwind', [
    { activationCode: 'OS-2345-67892-34567-89234-56789-23459', seats: 50 },
  ]);
  const order = orderFor('acme', { startsOn: undefined, seats: 80 });
  const id = await fulfilled(t, key, order);
  const body = {
    requestNumber: 'CR-1',
    requestedAt: '2027-01-10T09:00:00Z',
    kind: 'return',
    order: order['orderNumber'],
  };
  const seen = (await post(t, key, '/v1/change-requests?preview=true', body)).json<{ lines: unknown }>();
  expect(seen).toMatchObject({
    status: 'fulfilled',
    kind: 'return',
    lines: [{ action: 'reverted', seats: 50 }],
  });
  const change = (await post(t, key, '/v1/change-requests', body)).json<{ id: string }>();
  await t.fulfil(change.id);
  const outcome = (await get(t, key, `/v1/change-requests/${change.id}`)).json<{ lines: unknown }>();
  expect(outcome).toMatchObject({ status: 'fulfilled', account: 'acme', certificate: { version: 2 } });
  expect(outcome.lines).toEqual(seen.lines);
  const returned = (await get(t, key, `/v1/upgrade-orders/${id}`)).json<object>();
  expect(returned).toMatchObject({
    status: 'fulfilled',
    returnedBy: { requestNumber: 'CR-1', id: change.id },
  });
  const list = (await get(t, key, '/v1/change-requests?requestNumber=CR-1')).json<object>();
  expect(list).toMatchObject({ items: [{ id: change.id }], next: null });
});

test.each([
  [-1, 'must not be in the past'],
  [31, 'must not be more than 30 days ahead'],
])(
  'an old code that shall resolve until %i days from today is invalid, in a preview too',
  async (days, message) => {
    const body = {
      requestNumber: 'CR-until',
      requestedAt: '2026-01-10T09:00:00Z',
      kind: 'code-replacement',
      activationCode: 'OS-2345-67892-34567-89234-56789-23459',
      because: 'leaked',
      oldCodeUntil: day(days),
    };
    for (const address of ['/v1/change-requests', '/v1/change-requests?preview=true']) {
      const answer = await post(t, key, address, body);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({
        code: 'INVALID_MESSAGE',
        errors: [{ path: 'oldCodeUntil', message }],
      });
    }
    const [ending] = await decideAll(
      t.fulfillment,
      parsed('change-request', { ...body, reseller: 'northwind' }),
    );
    expect(ending).toMatchObject({ outcome: 'invalid', errors: [{ path: 'oldCodeUntil', message }] });
  },
);

test('the history of an order is in the order of time, with all that its messages had rendered', async () => {
  await addAccount(t.database, 'late', 'northwind', []);
  const order = orderFor('late', { startsOn: undefined });
  const id = await fulfilled(t, key, order);
  const body = {
    requestNumber: 'CR-late',
    requestedAt: '2027-01-10T09:00:00Z',
    kind: 'return',
    order: order['orderNumber'],
  };
  await inTransaction(t.database, (tx) =>
    statement(tx, 'update certificate set rendered_at = clock_timestamp() where message = $1', [id]),
  );
  const change = (await post(t, key, '/v1/change-requests', body)).json<{ id: string }>();
  await t.fulfil(change.id);
  const { items } = (await get(t, key, `/v1/upgrade-orders/${id}/events`)).json<{
    items: readonly { readonly event: string }[];
  }>();
  expect(items.map(({ event }) => event)).toEqual([
    'accepted',
    'fulfilled',
    'certificate-rendered',
    'returned',
  ]);
});

test('an end before the first day of the term is invalid', async () => {
  const order = orderFor('acme', { term: undefined, startsOn: '2027-02-01', validThrough: '2027-01-31' });
  const answer = await post(t, key, '/v1/upgrade-orders', order);
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({
    errors: [{ path: 'validThrough', message: 'must not be before "startsOn"' }],
  });
});
