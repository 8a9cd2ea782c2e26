import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { reading, statement } from '#src/persistence/database.ts';
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

const redirected = { code: 'ACCOUNT_REDIRECTED', message: expect.any(String) };
const today = new Date().toISOString();

async function ended(
  path: string,
  body: object,
  key = northwind,
): Promise<Outcome & { readonly id: string }> {
  const { id } = (await post(t, key, path, body)).json<{ id: string }>();
  await t.fulfil(id);
  return (await get(t, key, `${path}/${id}`)).json<Outcome & { readonly id: string }>();
}

let requests = 0;
async function merge(request: object): Promise<Outcome> {
  requests += 1;
  const head = { requestNumber: `MR-${requests}`, requestedAt: today };
  return ended('/v1/merge-requests', { ...head, ...request });
}

const ordered = (body: Record<string, unknown>) => ended('/v1/upgrade-orders', { ...body, placedAt: today });
const overlapping = { code: 'TERM_OVERLAPS' };

const registered = (registrationKey: string | undefined, changes: object) =>
  ended('/v1/registrations', { registrationKey, acceptedAgreementAt: today, ...changes });

/** `from` merged into `into`. */
async function mergedAccounts(): Promise<Cast> {
  casts += 1;
  const cast = castOf(casts);
  await givenHoldings(t.database, bothAccounts(cast), [
    cast.service(0),
    cast.service(1, { account: cast.from }),
  ]);
  expect(await merge(cast.serviceRequest())).toMatchObject({ status: 'fulfilled' });
  return cast;
}

test('a later order that names the merged account goes to the survivor and says so; the preview too', async () => {
  const { into, from } = await mergedAccounts();
  const body = { ...orderFor(from), placedAt: today };
  const preview = await post(t, northwind, '/v1/upgrade-orders?preview=true', body);
  expect(preview.json()).toMatchObject({ status: 'fulfilled', account: into, notes: [redirected] });
  const outcome = await ordered(body);
  expect(outcome).toMatchObject({ status: 'fulfilled', account: into, notes: [redirected] });
  expect(await ordered(orderFor(into))).toMatchObject({
    registrationKey: outcome.registrationKey,
    certificate: { version: 2 },
    notes: [overlapping],
  });
});

test('a later registration that names the merged account goes to the survivor and says so', async () => {
  const { into, from } = await mergedAccounts();
  const { registrationKey } = await ordered(order());
  expect(await registered(registrationKey, { account: from })).toMatchObject({
    status: 'fulfilled',
    account: into,
    notes: [redirected],
  });
  const { items } = (await get(t, northwind, `/v1/accounts/${from}/licenses`)).json();
  expect(items).toHaveLength(1);
});

test('a key of the merged account, registered by it or by the survivor, issues to the survivor', async () => {
  casts += 1;
  const cast = castOf(casts);
  await givenHoldings(t.database, bothAccounts(cast), [
    cast.service(0),
    cast.service(1, { account: cast.from }),
  ]);
  const { registrationKey } = await ordered(orderFor(cast.from));
  await merge(cast.serviceRequest());
  const byMerged = await registered(registrationKey, { account: cast.from, select: ['OfficeScan'] });
  expect(byMerged).toMatchObject({ account: cast.into, registrationKey, notes: [redirected] });
  const bySurvivor = await registered(registrationKey, { account: cast.into, select: ['Mobile Security'] });
  expect(bySurvivor).toMatchObject({ status: 'fulfilled', account: cast.into, registrationKey, notes: [] });
  const { items } = (await get(t, northwind, `/v1/accounts/${cast.into}/licenses`)).json();
  expect(items.map(({ product }: { product: string }) => product)).toEqual([
    'OfficeScan',
    'Mobile Security',
    'WFBS-SVC',
  ]);
});

test('a chain of merges is followed to its end', async () => {
  const { into, from, service, serviceRequest } = await mergedAccounts();
  const head = `head-${into}`;
  await givenHoldings(t.database, [{ id: head, reseller: 'northwind' }], [service(2, { account: head })]);
  expect(await merge(serviceRequest({ into: head, from: into }))).toMatchObject({ survivor: { seats: 150 } });
  for (const account of [from, into])
    expect(await ordered(orderFor(account))).toMatchObject({
      status: 'fulfilled',
      account: head,
      // The second order renews the key of the first.
      notes: account === from ? [redirected] : [redirected, overlapping],
    });
});

test('merge requests are not redirected: whichever side the merged account is on, it is MERGE_ALREADY_MERGED', async () => {
  const { into, from, code, service, serviceRequest } = await mergedAccounts();
  const other = `other-${into}`;
  await givenHoldings(t.database, [{ id: other, reseller: 'northwind' }], [service(2, { account: other })]);
  const survivor = `${code(0, 'WS').slice(0, 2)}-…-${code(0, 'WS').slice(-4)}`;
  for (const sides of [
    { into, from },
    { into: from, from: into },
    { into: from, from: other },
    { into: other, from },
  ]) {
    const outcome = await merge(serviceRequest(sides));
    expect(outcome).toMatchObject({ status: 'rejected', notes: [] });
    expect(outcome.reason).toMatchObject({ code: 'MERGE_ALREADY_MERGED', details: { survivor } });
  }
});

test('an account that was merged and holds a license again by import does not close a circle', async () => {
  const { into, from, service, serviceRequest } = await mergedAccounts();
  await givenHoldings(t.database, [], [service(3, { account: from })]);
  const outcome = await merge(serviceRequest({ into: from, from: into }));
  expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'MERGE_ALREADY_MERGED' } });
});

test('a `keep` that names a merged code stands for its survivor and says so', async () => {
  casts += 1;
  const cast = castOf(casts);
  const keep = cast.code(2, 'OS');
  const [mine, theirs] = [cast.code(3, 'OS'), cast.code(4, 'OS')];
  const officeScan = { pid: '100101EN01' };
  await givenHoldings(t.database, bothAccounts(cast), [
    cast.premises(2, { ...officeScan, activationCode: keep }),
    cast.premises(3, { ...officeScan, activationCode: mine }),
    cast.premises(4, { ...officeScan, activationCode: theirs }),
  ]);
  await statement(
    reading(t.database),
    `update license set status = 'merged', merged_into = (select id from license where activation_code = $2)
     where activation_code = $1`,
    [keep, mine],
  );
  const outcome = await ordered(orderFor(cast.into, { keep: [keep] }));
  expect(outcome).toMatchObject({ status: 'fulfilled', notes: [redirected, overlapping] });
  expect(outcome.lines?.[0]).toMatchObject({ action: 'retained', activationCode: mine });
});

test('reads are not redirected: they show the account its own licenses and what those were merged into', async () => {
  const { into, from, code } = await mergedAccounts();
  for (const key of [northwind, operatorKey]) {
    const { items } = (await get(t, key, `/v1/accounts/${from}/licenses`)).json();
    expect(items).toMatchObject([
      { activationCode: code(1, 'WS'), status: 'merged', seats: 50, mergedInto: code(0, 'WS') },
    ]);
    const survivors = (await get(t, key, `/v1/accounts/${into}/licenses`)).json();
    expect(survivors.items).toMatchObject([
      {
        activationCode: code(0, 'WS'),
        seats: 100,
        mergedInto: null,
        grants: [{ causeKind: 'import' }, { causeKind: 'merge' }],
      },
    ]);
  }
});
