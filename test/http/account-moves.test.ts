import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAccount } from '#test/http/holdings.ts';
import { fulfilled, get, orderFor, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let northwind: string;
let southwind: string;
let maria: string;

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  southwind = await t.reseller('southwind');
  maria = await t.operator('maria');
  await addAccount(t.database, 'mover', 'southwind', [
    { activationCode: 'OS-2345-67892-34567-89234-56789-2345A', seats: 50 },
  ]);
});
afterAll(() => t.close());

const move = (key: string, account: string, body: object) =>
  post(t, key, `/v1/accounts/${account}/reseller`, body);

test('an operator moves an account, which holds from then on', async () => {
  expect((await get(t, northwind, '/v1/accounts/mover/licenses')).statusCode).toBe(404);
  const reason = 'Customer changed its supplier.';
  const answer = await move(maria, 'mover', { reseller: 'northwind', reason });
  expect([answer.statusCode, answer.json()]).toEqual([
    200,
    {
      account: 'mover',
      reseller: 'northwind',
      previousReseller: 'southwind',
      by: 'operator maria',
      reason,
      movedAt: expect.stringMatching(/Z$/),
    },
  ]);
  expect((await get(t, northwind, '/v1/accounts/mover/licenses')).statusCode).toBe(200);
  expect((await get(t, southwind, '/v1/accounts/mover/licenses')).statusCode).toBe(404);
  const id = await fulfilled(t, northwind, orderFor('mover'));
  expect((await get(t, northwind, `/v1/upgrade-orders/${id}`)).json()).toMatchObject({ status: 'fulfilled' });
  expect((await move(maria, 'mover', { reseller: 'northwind', reason })).json()).toEqual({
    account: 'mover',
    reseller: 'northwind',
    previousReseller: 'northwind',
  });
  expect((await move(maria, 'mover', { reseller: null, reason })).json()).toMatchObject({ reseller: null });
});

test.each<[string, string, object, number, string]>([
  ['an unknown account', 'nobody', { reseller: 'northwind', reason: 'x' }, 404, 'NOT_FOUND'],
  ['no account id at all', 'NO%20BODY', { reseller: 'northwind', reason: 'x' }, 404, 'NOT_FOUND'],
  ['an unknown reseller', 'mover', { reseller: 'nobody', reason: 'x' }, 422, 'UNKNOWN_RESELLER'],
  ['no reason', 'mover', { reseller: 'northwind' }, 400, 'INVALID_MESSAGE'],
  ['no reseller', 'mover', { reason: 'x' }, 400, 'INVALID_MESSAGE'],
  ['an unknown field', 'mover', { reseller: null, reason: 'x', force: true }, 400, 'INVALID_MESSAGE'],
])('%s is refused', async (_, account, body, status, code) => {
  const answer = await move(maria, account, body);
  expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
});

test('a reseller may not move accounts', async () => {
  expect((await move(northwind, 'mover', { reseller: 'northwind', reason: 'x' })).statusCode).toBe(403);
});

test('the catalog is there for everybody with a key', async () => {
  const suites = await get(t, southwind, '/v1/suites');
  expect(suites.json()).toMatchObject({
    next: null,
    items: expect.arrayContaining([
      {
        code: 'SPE',
        name: expect.any(String),
        components: expect.arrayContaining([{ name: 'OfficeScan', pid: '100101EN01' }]),
      },
    ]),
  });
  const products = await get(t, maria, '/v1/products');
  expect(products.json().items).toContainEqual({
    pid: '100502EN01',
    family: '100502',
    name: 'WFBS-SVC',
    delivery: 'service',
    mergeable: true,
  });
  expect((await t.app.inject('/v1/suites')).statusCode).toBe(401);
  expect((await get(t, maria, '/v1/products?limit=1')).statusCode).toBe(400);
});
