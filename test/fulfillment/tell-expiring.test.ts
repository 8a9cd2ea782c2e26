import { expect, test } from 'vitest';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import { tellExpiring } from '#src/fulfillment/batch/tell-expiring.ts';
import { eventFeed, type ToldEvent } from '#src/fulfillment/looking/event-feed.ts';
import { activationCode, givenHoldings, type GivenLicense } from '#test/fulfillment/given-holdings.ts';
import { day, order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

const code = (number: number) => activationCode('OS', number);

async function told({ fulfillment }: Ledger, reseller?: string): Promise<readonly ToldEvent[]> {
  const viewer =
    reseller === undefined
      ? ({ kind: 'operator' } as const)
      : ({ kind: 'reseller', name: reseller } as const);
  const feed = await eventFeed(
    fulfillment,
    viewer,
    { after: undefined, limit: 1000 },
    'https://licenses.example',
  );
  return (feed?.items ?? []).filter(({ type }) => type === 'license.expiring');
}

/** Ends of licenses are moved, as orders move them: with a grant. */
async function move({ query }: Ledger, number: number, validThrough: string): Promise<void> {
  await query(
    `with moved as (update license set valid_through = $2, grants = grants + 1 where activation_code = $1 returning id, grants, seats)
     insert into license_grant (license, number, cause_kind, cause, seats, valid_through, made_at)
     select id, grants, 'import', gen_random_uuid(), seats, $2, now() from moved`,
    [code(number), validThrough],
  );
}

const ending = (number: number, days: number, more: Partial<GivenLicense> = {}): GivenLicense => ({
  account: 'acme',
  activationCode: code(number),
  pid: `1001${String(number).padStart(2, '0')}EN01`,
  validThrough: day(days),
  ...more,
});

test('each license is told of at 90, 60, 30 and 7 days before its end, once, with what is left', async () => {
  const ledger = await openLedger();
  await givenHoldings(
    ledger.database,
    [{ id: 'acme', reseller: 'northwind' }, { id: 'nobodys' }],
    [
      ending(1, 91),
      ending(2, 90, { pid: '100101EN01', seats: 7 }),
      ending(3, 20),
      ending(4, 0),
      ending(5, -1),
      ending(6, 30, { account: 'nobodys' }),
      ending(7, 30, { status: 'suspended' }),
      ending(8, 30, { status: 'revoked' }),
    ],
  );
  const counts = await Promise.all([1, 2, 3].map(() => tellExpiring(ledger.fulfillment)));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
  expect(await tellExpiring(ledger.fulfillment)).toBe(0);
  const own = await told(ledger, 'northwind');
  expect(own.map(({ data }) => data['daysLeft'])).toEqual([0, 20, 90]);
  expect(own[2]?.data).toEqual({
    account: 'acme',
    product: 'OfficeScan',
    pid: '100101EN01',
    activationCode: `OS-…-${code(2).slice(-4)}`,
    seats: 7,
    validThrough: day(90),
    daysLeft: 90,
    url: 'https://licenses.example/v1/accounts/acme/licenses',
  });
  const sequences = own.map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  expect((await told(ledger)).map(({ data }) => data['account'])).toEqual([
    'acme',
    'acme',
    'nobodys',
    'acme',
  ]);
  const rows = await ledger.query<{ threshold: number }>('select threshold from expiry_told order by 1');
  expect(rows.map(({ threshold }) => threshold)).toEqual([7, 30, 30, 90]);
});

test('a license whose end comes nearer is told of again, and one whose end has moved for its new one', async () => {
  const ledger = await openLedger();
  await givenHoldings(
    ledger.database,
    [{ id: 'acme', reseller: 'northwind' }],
    [ending(1, 80), ending(2, 25)],
  );
  expect(await tellExpiring(ledger.fulfillment)).toBe(2);
  // As if it had been told of 30 days ago.
  await ledger.query('update expiry_told set threshold = 90 where threshold = 30');
  expect(await tellExpiring(ledger.fulfillment)).toBe(1);
  await move(ledger, 1, day(85));
  await move(ledger, 2, day(400));
  expect(await tellExpiring(ledger.fulfillment)).toBe(1);
  const last = (await told(ledger)).at(-1);
  expect(last?.data).toMatchObject({ validThrough: day(85), daysLeft: 85 });
});

test('what was told of ends that are past is forgotten; without events nothing is told', async () => {
  const ledger = await openLedger();
  await givenHoldings(ledger.database, [{ id: 'acme', reseller: 'northwind' }], [ending(1, 5)]);
  expect(await tellExpiring({ ...ledger.fulfillment, events: false })).toBe(0);
  await ledger.query(
    'insert into expiry_told (valid_through, license, threshold) select $1, gen_random_uuid(), 7 from generate_series(1, 2500)',
    [day(-3)],
  );
  expect(await tellExpiring(ledger.fulfillment)).toBe(1);
  expect(await ledger.query('select from expiry_told')).toHaveLength(1);
});

test('many are told of page by page, also while their accounts are decided on', async () => {
  const ledger = await openLedger();
  const accounts = Array.from({ length: 30 }, (_, i) => ({ id: `a-${i}`, reseller: 'northwind' }));
  const licenses = Array.from({ length: 450 }, (_, i) =>
    ending(i + 1, i % 91, { account: `a-${i % 30}`, pid: `${100_200 + Math.floor(i / 30)}EN01` }),
  );
  await givenHoldings(ledger.database, accounts, licenses);
  const orders = accounts.map(({ id }, i) => ({
    message: order({
      orderNumber: `PO-${i}`,
      customer: { account: id },
    }),
  }));
  const [count] = await Promise.all([
    tellExpiring(ledger.fulfillment),
    ...orders.map((item) => decideBatch(ledger.fulfillment, [item])),
  ]);
  expect(count).toBe(450);
  expect(
    new Set((await told(ledger)).map(({ data }) => JSON.stringify([data['account'], data['pid']]))).size,
  ).toBe(450);
});

test('ends are found by an index', async () => {
  const ledger = await openLedger();
  const plan = await ledger.query<{ 'QUERY PLAN': string }>(
    `explain select distinct license from license_grant where valid_through = current_date + 90`,
  );
  expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('license_grant_by_end');
});
