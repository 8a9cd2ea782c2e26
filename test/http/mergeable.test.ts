import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MergePartner } from '#src/fulfillment/looking/merge-partners.ts';
import type { MergeableProduct } from '#src/fulfillment/looking/mergeable.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { get, operatorKey, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';
import { cast, givenMergeable, services } from '#test/merging/mergeable-holdings.ts';

let t: TestApp;
let northwind: string;
let southwind: string;

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  southwind = await t.reseller('southwind');
  await givenMergeable(t.database);
});
afterAll(() => t.close());

async function mergeable(account: string, key = northwind): Promise<readonly MergeableProduct[]> {
  const answer = await get(t, key, `/v1/accounts/${account}/mergeable`);
  expect(answer.statusCode).toBe(200);
  const { items, next } = answer.json<{ items: MergeableProduct[]; next: null }>();
  expect(next).toBeNull();
  return items;
}

let requests = 0;
const head = () => {
  requests += 1;
  return { requestNumber: `MR-${requests}`, requestedAt: '2026-01-02T03:04:05Z' };
};

async function preview(request: object, key = northwind): Promise<Outcome> {
  return (await post(t, key, '/v1/merge-requests?preview=true', { ...head(), ...request })).json<Outcome>();
}

async function real(request: object): Promise<Outcome> {
  const { id } = (await post(t, northwind, '/v1/merge-requests', { ...head(), ...request })).json<{
    id: string;
  }>();
  await t.fulfil(id);
  return (await get(t, northwind, `/v1/merge-requests/${id}`)).json<Outcome>();
}

/** What the list must say of a partner when a request for the pair would end so. */
function answerOf({
  status,
  reason,
  survivor: kept,
}: Outcome): Omit<MergePartner, 'account' | 'activationCode'> {
  if (status === 'fulfilled')
    return { mergeable: 'yes', seats: kept?.seats ?? 0, validThrough: kept?.validThrough ?? '' };
  return { mergeable: status === 'held' ? 'held' : 'no', ...(reason && { reason }) };
}

test('lists every product of the account with its licenses as they count today', async () => {
  const products = await mergeable('premises');
  expect(products.map(({ product, kind, licenses }) => [product, kind, licenses.length])).toEqual([
    ['OfficeScan', 'on-premises', 1],
    ['Control Manager', 'on-premises', 2],
    ['WFBS', 'on-premises', 8],
  ]);
  const [officeScan, manager, wfbs] = products;
  expect(officeScan?.licenses).toMatchObject([{ with: [], reason: { code: 'MERGE_NOT_SUPPORTED' } }]);
  for (const { with: partners } of manager?.licenses ?? [])
    expect(partners).toMatchObject([{ mergeable: 'no', reason: { code: 'MERGE_NOT_SUPPORTED' } }]);
  expect(wfbs?.licenses.map(({ status }) => status).sort()).toEqual([
    ...Array.from({ length: 6 }, () => 'active'),
    'expired',
    'revoked',
  ]);
  expect(await mergeable('empty')).toEqual([]);
});

describe('agrees with what a request then gives', () => {
  test('for every pair of licenses on premises', async () => {
    const said = new Set<string>();
    for (const { licenses } of await mergeable('premises')) {
      for (const { activationCode: retain, with: partners } of licenses) {
        expect(partners).toHaveLength(licenses.length - 1);
        for (const { activationCode, ...answer } of partners) {
          const request = { kind: 'on-premises', account: 'premises', retain, merge: [activationCode] };
          expect({ retain, activationCode, ...answer }).toEqual({
            retain,
            activationCode,
            ...answerOf(await preview(request)),
          });
          if (answer.mergeable !== 'yes') expect(answerOf(await real(request))).toEqual(answer);
          said.add(answer.reason?.code ?? answer.mergeable);
        }
      }
    }
    expect([...said].sort()).toEqual([
      'MERGE_EXPIRED',
      'MERGE_NOT_SUPPORTED',
      'MERGE_NOT_USABLE',
      'MERGE_RESELLER_WITH_RESELLER',
      'MERGE_TRIAL',
      'MERGE_TYPES_NOT_ALLOWED',
      'yes',
    ]);
  });

  test('for every pair of accounts with the service', async () => {
    const said = new Set<string>();
    const ids = Object.keys(services);
    for (const into of ids) {
      const [product, ...others] = await mergeable(into);
      expect([product?.product, product?.kind, others]).toEqual(['WFBS-SVC', 'service', []]);
      const licenses = product?.licenses ?? [];
      const anyActive = licenses.some(({ status }) => status === 'active');
      for (const { with: partners, status } of licenses) {
        expect(partners.map(({ account }) => account)).toEqual(ids.filter((id) => id !== into));
        for (const { account: from, ...answer } of partners) {
          if (anyActive && status !== 'active') {
            expect(answer.mergeable).toBe('no');
            continue;
          }
          const request = { kind: 'service', product: 'WFBS-SVC', into, from };
          expect({ into, from, ...answer }).toEqual({ into, from, ...answerOf(await preview(request)) });
          said.add(answer.reason?.code ?? answer.mergeable);
        }
      }
    }
    expect([...said].sort()).toEqual([
      'MERGE_ALREADY_MERGED',
      'MERGE_EXPIRED',
      'MERGE_NOT_USABLE',
      'MERGE_REGION_MISMATCH',
      'MERGE_RESELLER_WITH_RESELLER',
      'MERGE_SEVERAL_ACTIVE',
      'MERGE_TRIAL',
      'MERGE_TYPES_NOT_ALLOWED',
      'yes',
    ]);
  });

  test('and then the merge is gone from the list of what could be', async () => {
    const [product] = await mergeable('a-reseller');
    const partner = product?.licenses[0]?.with.find(({ account }) => account === 'c-oem');
    expect(partner).toMatchObject({ mergeable: 'yes', seats: 60 });
    const request = { kind: 'service', product: 'WFBS-SVC', into: 'a-reseller', from: 'c-oem' };
    expect(answerOf(await real(request))).toEqual({ ...partner, account: undefined });
    const [after] = await mergeable('a-reseller');
    expect(after?.licenses).toMatchObject([{ seats: 60 }]);
    expect(after?.licenses[0]?.with.find(({ account }) => account === 'c-oem')).toMatchObject({
      mergeable: 'no',
      reason: { code: 'MERGE_ALREADY_MERGED' },
    });
    const [gone] = await mergeable('c-oem');
    expect(gone?.licenses[0]?.with.map(({ reason }) => reason?.code)).toEqual(
      gone?.licenses[0]?.with.map(() => 'MERGE_ALREADY_MERGED'),
    );
  });
});

test('a license that is not active, beside one that is, could not be retained, and its own code says why', async () => {
  const [product] = await mergeable('k-expired-and-active');
  const answers = product?.licenses.map(({ status, with: partners }) => {
    const { mergeable: answer, reason } = partners.find(({ account }) => account === 'b-retail') ?? {};
    return [status, answer, reason?.code];
  });
  expect(answers?.toSorted()).toEqual([
    ['active', 'yes', undefined],
    ['expired', 'no', 'MERGE_EXPIRED'],
    ['merged', 'no', 'MERGE_ALREADY_MERGED'],
  ]);
});

test('shows no full code in a reason', async () => {
  const [product] = await mergeable('j-merged');
  const reasons = JSON.stringify(
    product?.licenses.map(({ with: partners }) => partners.map(({ reason }) => reason)),
  );
  expect(reasons).toContain(`${cast.code(2, 'WS').slice(0, 2)}-…-${cast.code(2, 'WS').slice(-4)}`);
  expect(reasons).not.toContain(cast.code(2, 'WS'));
});

describe("of an account that is nobody's", () => {
  test('a reseller sees masked codes, what could merge within it, and no other account that is not its own', async () => {
    const [wfbs, service] = await mergeable('nobodys');
    const [a, b] = [23, 24].map((i) => `${cast.code(i).slice(0, 2)}-…-${cast.code(i).slice(-4)}`).toSorted();
    expect(wfbs?.licenses.map(({ activationCode }) => activationCode).toSorted()).toEqual([a, b]);
    expect(wfbs?.licenses.flatMap(({ with: partners }) => partners)).toMatchObject([
      { mergeable: 'yes', activationCode: expect.stringContaining('…') },
      { mergeable: 'yes', activationCode: expect.stringContaining('…') },
    ]);
    expect(service?.licenses).toMatchObject([{ with: [], reason: { code: 'MERGE_NO_LICENSE' } }]);
    const all = JSON.stringify(await mergeable('nobodys'));
    expect([21, 23, 24].filter((i) => all.includes(cast.code(i, i === 21 ? 'WS' : 'WF')))).toEqual([]);
  });

  test('an operator sees the codes and the others', async () => {
    const [wfbs, service] = await mergeable('nobodys', operatorKey);
    expect(wfbs?.licenses.map(({ activationCode }) => activationCode)).toContain(cast.code(23));
    expect(service?.licenses[0]?.with).toMatchObject([{ account: 'nobodys-too', mergeable: 'yes' }]);
  });
});

test("another reseller's account is unknown in the very words for one that does not exist", async () => {
  const [theirs, none, malformed] = await Promise.all([
    get(t, northwind, '/v1/accounts/theirs/mergeable'),
    get(t, northwind, '/v1/accounts/nowhere/mergeable'),
    get(t, northwind, '/v1/accounts/No_Account/mergeable'),
  ]);
  expect([theirs.statusCode, none.statusCode, malformed.statusCode]).toEqual([404, 404, 404]);
  expect(theirs.json().detail).toBe(none.json().detail);
  const [own] = await mergeable('theirs', southwind);
  expect(own?.licenses).toMatchObject([{ with: [], reason: { code: 'MERGE_NO_LICENSE' } }]);
});

test('of many licenses comes by pages, each license with a hundred others and how many more there are', async () => {
  const pid = '100501EN01';
  const codes = Array.from({ length: 250 }, (_, i) => activationCode('WF', 5000 + i));
  await givenHoldings(
    t.database,
    [{ id: 'many', reseller: 'northwind' }],
    codes.map((code) => ({ account: 'many', activationCode: code, pid })),
  );
  const seen: string[] = [];
  const sizes: number[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const answer = await get(t, northwind, `/v1/accounts/many/mergeable${query}`);
    const { items, next } = answer.json<{ items: readonly MergeableProduct[]; next: string | null }>();
    const licenses = items.flatMap((product) => product.licenses);
    for (const license of licenses) {
      expect(license.with).toHaveLength(100);
      expect(license.more).toBe(149);
    }
    sizes.push(licenses.length);
    seen.push(...licenses.map((license) => license.activationCode));
    cursor = next;
  }
  expect(sizes).toEqual([100, 100, 50]);
  expect(seen.toSorted()).toEqual(codes.toSorted());
});
