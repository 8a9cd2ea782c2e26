import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { existing } from '#test/fulfillment/ending.ts';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { get, operatorKey, order, orderFor, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';
import { bothAccounts, castOf, type Cast } from '#test/merging/merge-case.ts';

let t: TestApp;
let northwind: string;
let casts = 0;

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
});
afterAll(() => t.close());

const now = new Date().toISOString();

async function ended(path: string, body: object): Promise<Outcome> {
  const { id } = (await post(t, northwind, path, body)).json<{ id: string }>();
  await t.fulfil(id);
  const outcome = (await get(t, northwind, `${path}/${id}`)).json<Outcome>();
  expect(outcome.status).toBe('fulfilled');
  return outcome;
}

async function keyOf(body: Record<string, unknown>): Promise<string> {
  const { registrationKey } = await ended('/v1/upgrade-orders', { ...body, placedAt: now });
  return existing(registrationKey);
}

const registered = (registrationKey: string, changes: object) =>
  ended('/v1/registrations', { registrationKey, acceptedAgreementAt: now, ...changes });

const merge = (cast: Cast, changes: object = {}) =>
  ended('/v1/merge-requests', {
    requestNumber: `MR-${Object.values(changes).join()}-${cast.into}`,
    requestedAt: now,
    ...cast.serviceRequest(changes),
  });

/** Two accounts, each with a service license. */
async function twoAccounts(): Promise<Cast> {
  casts += 1;
  const cast = castOf(casts);
  const licenses = [cast.service(0), cast.service(1, { account: cast.from })];
  await givenHoldings(t.database, bothAccounts(cast), licenses);
  return cast;
}

async function found(code: string) {
  const { items } = (await get(t, operatorKey, `/v1/find?code=${code}`)).json();
  return items[0];
}

test('a key of the merged account becomes the survivor’s, under its own code', async () => {
  const cast = await twoAccounts();
  const key = await keyOf(orderFor(cast.from));
  await merge(cast);
  expect(await found(key)).toMatchObject({ registrationKey: key, account: cast.into, aliasOf: null });
  expect(await registered(key, { account: cast.into })).toMatchObject({
    account: cast.into,
    registrationKey: key,
  });
  expect(await ended('/v1/upgrade-orders', { ...orderFor(cast.into), placedAt: now })).toMatchObject({
    registrationKey: key,
  });
});

test.each([
  ['survivor’s', true],
  ['merged account’s', false],
])(
  'of two keys of one suite the newer is an alias of the older, here the %s, and both resolve',
  async (_, first) => {
    const cast = await twoAccounts();
    const [one, two] = first ? [cast.into, cast.from] : [cast.from, cast.into];
    const older = await keyOf(orderFor(one));
    const newer = await keyOf(orderFor(two));
    await merge(cast);
    expect(await found(older)).toMatchObject({ account: cast.into, aliasOf: null });
    expect(await found(newer)).toMatchObject({ account: cast.into, aliasOf: older });
    const byNewer = await registered(newer, { account: cast.into, select: ['OfficeScan'] });
    expect(byNewer).toMatchObject({ registrationKey: older });
    const issued = byNewer.lines?.find(({ component }) => component === 'OfficeScan');
    expect(issued).toMatchObject({ action: 'issued', activationCode: expect.any(String) });
    const byOlder = await registered(older, { account: cast.into });
    expect(byOlder.lines).toHaveLength(7);
    expect(byOlder.lines).toContainEqual(expect.objectContaining({ activationCode: issued?.activationCode }));
    const { items } = (await get(t, northwind, `/v1/accounts/${cast.into}/licenses`)).json();
    expect(items).toHaveLength(1 + 7);
  },
);

test.each([
  ['without a key of that suite', false],
  ['with an older key of that suite', true],
])('an alias that the merged account brings along resolves at a survivor %s', async (_, hasOlder) => {
  const cast = await twoAccounts();
  const oldest = hasOlder ? await keyOf(orderFor(cast.into)) : undefined;
  const key = await keyOf(orderFor(cast.from));
  const alias = await keyOf(order());
  await registered(alias, { account: cast.from, select: [] });
  expect(await found(alias)).toMatchObject({ account: cast.from, aliasOf: key });
  await merge(cast);
  const active = oldest ?? key;
  expect(await found(alias)).toMatchObject({ aliasOf: active });
  for (const [i, named] of [alias, key].entries()) {
    const select = [['OfficeScan', 'Mobile Security'][i]];
    expect(await registered(named, { account: cast.into, select })).toMatchObject({
      account: cast.into,
      registrationKey: active,
    });
  }
});

test('a key stays with an account that has other active licenses left', async () => {
  const cast = await twoAccounts();
  await givenHoldings(t.database, [], [cast.premises(2, { account: cast.from })]);
  const key = await keyOf(orderFor(cast.from));
  await merge(cast);
  expect(await found(key)).toMatchObject({ account: cast.from, aliasOf: null });
  expect(await registered(key, { account: cast.from })).toMatchObject({ account: cast.from, notes: [] });
});
