import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { day } from '#test/fulfillment/messages-by-hand.ts';
import { get, operatorKey, orderFor, order as orderOf, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let key: string;
beforeAll(async () => {
  t = await openTestApp();
  key = await t.reseller('northwind');
});
afterAll(() => t.close());

let numbers = 0;

function change(fields: object): object {
  numbers += 1;
  return { requestNumber: `CR-${numbers}`, requestedAt: `${day()}T00:00:00Z`, ...fields };
}

async function accepted(path: string, body: object): Promise<string> {
  const answer = await post(t, key, path, { ...body });
  expect({ status: answer.statusCode, body: answer.body }).toMatchObject({ status: 202 });
  return answer.json<{ id: string }>().id;
}

const outcome = async (path: string, id: string) => (await get(t, key, `${path}/${id}`)).json<object>();

describe('a request for an order that is still open', () => {
  test.each([
    ['of an account', () => orderFor('acme', { startsOn: undefined })],
    ['without an account', () => orderOf({ startsOn: undefined })],
  ])('%s: previewed it says so, decided it comes after the order', async (_, make) => {
    if (numbers === 0) await givenHoldings(t.database, [{ id: 'acme' }]);
    for (const [fields, expected] of [
      [
        { kind: 'seats', seats: 500 },
        { status: 'fulfilled', seats: 500 },
      ],
      [{ kind: 'return' }, { status: 'fulfilled', kind: 'return' }],
    ] as const) {
      const order = make();
      const ordered = await accepted('/v1/upgrade-orders', order);
      const body = change({ ...fields, order: order['orderNumber'] });
      const seen = await post(t, key, '/v1/change-requests?preview=true', { ...body });
      expect(seen.json()).toMatchObject({
        status: 'rejected',
        reason: { code: 'NOT_FULFILLED', message: expect.stringContaining('is open') },
      });
      const id = await accepted('/v1/change-requests', body);
      // The order is not among what the worker was given.
      await decideBatch(t.fulfillment, [{ recorded: id }]);
      expect(await outcome('/v1/change-requests', id)).toMatchObject(expected);
      expect(await outcome('/v1/upgrade-orders', ordered)).toMatchObject({ status: 'fulfilled' });
    }
  });
});

test('a code that was replaced is found, and says so', async () => {
  await givenHoldings(
    t.database,
    [{ id: 'harbor' }],
    [{ account: 'harbor', activationCode: activationCode('OS', 5) }],
  );
  await t.fulfil(await accepted('/v1/upgrade-orders', orderFor('harbor', { startsOn: undefined })));
  const old = activationCode('OS', 5);
  const body = change({
    kind: 'code-replacement',
    activationCode: old,
    because: 'leaked',
    oldCodeUntil: day(3),
  });
  const id = await accepted('/v1/change-requests', body);
  await t.fulfil(id);
  const { lines } = (await get(t, key, `/v1/change-requests/${id}`)).json<{
    lines: readonly { activationCode: string }[];
  }>();
  const expected = {
    items: [
      {
        what: 'activation-code',
        activationCode: lines[0]?.activationCode,
        replaced: { code: old, until: day(3) },
      },
    ],
  };
  expect((await get(t, operatorKey, `/v1/find?code=${old}`)).json()).toMatchObject(expected);
  expect((await post(t, operatorKey, '/v1/find', { q: old })).json()).toMatchObject(expected);
});
