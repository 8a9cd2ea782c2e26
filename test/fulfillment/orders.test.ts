import { describe, expect, test } from 'vitest';
import { maskCode } from '#src/domain/code.ts';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { decideAll, existing, outcomeAfter, outcomeById } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { agreed, day, order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';

const officeScan = activationCode('OS', 1);
const spare = activationCode('OS', 2);

describe('an upgrade order', () => {
  test('retains what the account owns, leaves the rest to a registration, and yields a key and a certificate', async () => {
    const { database, fulfillment, query } = await openLedger();
    await givenHoldings(
      database,
      [{ id: 'acme' }],
      [{ account: 'acme', activationCode: officeScan, seats: 50 }],
    );
    const outcome = await outcomeAfter(fulfillment, order());
    expect(outcome).toMatchObject({
      status: 'fulfilled',
      account: 'acme',
      suite: 'SPE',
      seats: 100,
      certificate: { version: 1, status: 'pending' },
      notes: [{ code: 'TERM_OVERLAPS', message: expect.stringContaining('101 days of the term') }],
    });
    const [first, ...others] = existing(outcome.lines);
    expect(first).toMatchObject({
      component: 'OfficeScan',
      action: 'retained',
      activationCode: officeScan,
      seats: 100,
      previousSeats: 50,
      validThrough: outcome.validThrough,
      previouslyValidThrough: day(100),
    });
    expect(others.map(({ action }) => action)).toEqual(Array(6).fill('awaiting-registration'));
    expect(await query("select reseller from account where id = 'acme'")).toEqual([
      { reseller: 'northwind' },
    ]);
    expect(
      await query('select number, cause_kind as cause, seats from license_grant order by number'),
    ).toEqual([
      { number: 1, cause: 'import', seats: 50 },
      { number: 2, cause: 'order', seats: 100 },
    ]);
  });

  test('announces its certificate after the commit', async () => {
    const announced: unknown[] = [];
    const { database, fulfillment } = await openLedger({
      announce: ({ certificates }) => void announced.push(...certificates),
    });
    await givenHoldings(database, [{ id: 'acme' }]);
    const { certificate } = await outcomeAfter(fulfillment, order());
    expect(announced).toEqual([{ number: certificate?.number, version: 1 }]);
  });

  test('for a suite that the account has a key of replaces the seats, keeps the later end, and writes the next version', async () => {
    const { database, fulfillment } = await openLedger();
    await givenHoldings(database, [{ id: 'acme' }]);
    const first = await outcomeAfter(fulfillment, order({ term: 'P3Y' }));
    const second = await outcomeAfter(fulfillment, order({ orderNumber: 'PO-2', seats: 70 }));
    expect(second).toMatchObject({
      status: 'fulfilled',
      registrationKey: first.registrationKey,
      seats: 70,
      validThrough: first.validThrough,
      certificate: { number: first.certificate?.number, version: 2 },
    });
  });

  test('without an account gets a key of its own each time', async () => {
    const { fulfillment, query } = await openLedger();
    const customer = { account: undefined };
    const [first, second] = [
      await outcomeAfter(fulfillment, order({ customer })),
      await outcomeAfter(fulfillment, order({ customer, orderNumber: 'PO-2' })),
    ];
    expect(first.registrationKey).not.toBe(second.registrationKey);
    expect(await query('select account from registration_key')).toEqual([
      { account: null },
      { account: null },
    ]);
  });

  test('with `register` issues the missing codes in the same transaction', async () => {
    const { database, fulfillment, query } = await openLedger();
    await givenHoldings(database, [{ id: 'acme' }], [{ account: 'acme', activationCode: officeScan }]);
    const outcome = await outcomeAfter(fulfillment, order({ register: agreed }));
    expect(outcome.lines?.map(({ action }) => action)).toEqual(['retained', ...Array(6).fill('issued')]);
    expect(
      await query('select distinct type, edition from license where registration_key is not null'),
    ).toEqual([{ type: 'reseller', edition: 'full' }]);
    expect((await query('select from license_grant where cause_kind = $1', ['order'])).length).toBe(7);
  });

  test.each([
    ['UNKNOWN_SUITE', { suite: 'NONE' }],
    ['UNKNOWN_RESELLER', { reseller: 'eastwind' }],
    ['UNKNOWN_ACCOUNT', { customer: { account: 'nobody' } }],
    ['TERM_ALREADY_OVER', { startsOn: day(-800) }],
    ['KEEP_NOT_A_CANDIDATE', { keep: [activationCode('CM', 9)] }],
  ])('is rejected with %s, recorded, and changes nothing else', async (code, changes) => {
    const { database, fulfillment, query } = await openLedger();
    await givenHoldings(database, [{ id: 'acme' }], [{ account: 'acme', activationCode: officeScan }]);
    const outcome = await outcomeAfter(fulfillment, order(changes));
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code } });
    expect(
      await query(
        'select from registration_key union all select from certificate union all select from hold',
      ),
    ).toEqual([]);
    expect(await query('select reseller from account')).toEqual([{ reseller: null }]);
  });

  test.each([
    ['SEATS_BELOW_HOLDING', { seats: 10 }, [{ activationCode: officeScan, seats: 50 }]],
    ['LICENSE_NOT_USABLE', {}, [{ activationCode: officeScan, status: 'suspended' }]],
    ['AMBIGUOUS_PRODUCT_FAMILY', {}, [{ activationCode: officeScan }, { activationCode: spare }]],
    ['ACCOUNT_OF_ANOTHER_RESELLER', { reseller: 'southwind' }, []],
  ] as const)('is held with %s for a person, and changes nothing else', async (code, changes, licenses) => {
    const { database, fulfillment, query } = await openLedger();
    await givenHoldings(
      database,
      [{ id: 'acme', reseller: 'northwind' }],
      licenses.map((license) => ({ ...license, account: 'acme' })),
    );
    const outcome = await outcomeAfter(fulfillment, order(changes));
    expect(outcome).toMatchObject({ status: 'held', reason: { code } });
    expect(await query('select id, code, decision from hold')).toEqual([
      { id: outcome.hold, code, decision: null },
    ]);
    expect(await query('select from registration_key union all select from certificate')).toEqual([]);
    expect(JSON.stringify(outcome)).not.toContain(officeScan);
    if (code === 'AMBIGUOUS_PRODUCT_FAMILY')
      expect(outcome.reason?.details['candidates']).toEqual([maskCode(officeScan), maskCode(spare)]);
  });

  test('more than a day ahead is invalid and not recorded', async () => {
    const { fulfillment, query } = await openLedger();
    const [ending] = await decideAll(fulfillment, order({ placedAt: `${day(3)}T00:00:00Z` }));
    expect(ending).toMatchObject({ outcome: 'invalid', errors: [{ path: 'placedAt' }] });
    expect(await query('select from message')).toEqual([]);
  });
});

describe('the same order', () => {
  test('again gives the first outcome and has no effect', async () => {
    const { database, fulfillment, query } = await openLedger();
    await givenHoldings(database, [{ id: 'acme' }]);
    const [first] = await decideAll(fulfillment, order());
    const [again] = await decideAll(fulfillment, order());
    expect(again).toEqual({ ...first, repeat: true });
    expect(await query('select version from certificate')).toEqual([{ version: 1 }]);
  });

  test('twice in a batch is recorded and fulfilled once', async () => {
    const { database, fulfillment, query } = await openLedger();
    await givenHoldings(database, [{ id: 'acme' }]);
    const [one, other] = await decideAll(fulfillment, order(), order());
    expect(one).toMatchObject({ outcome: 'decided', status: 'fulfilled' });
    expect(other).toMatchObject(one ?? {});
    expect(await query('select status from message')).toEqual([{ status: 'fulfilled' }]);
  });

  test('with other content is a conflict, in one batch as in two, and the first stays untouched', async () => {
    const { database, fulfillment } = await openLedger();
    await givenHoldings(database, [{ id: 'acme' }]);
    const [first, other] = await decideAll(fulfillment, order(), order({ seats: 7 }));
    expect(first).toMatchObject({ outcome: 'decided', status: 'fulfilled' });
    const conflict = {
      outcome: 'conflict',
      code: 'ORDER_CONFLICT',
      acceptedFingerprint: order().fingerprint,
    };
    expect(other).toMatchObject(conflict);
    expect(await decideAll(fulfillment, order({ seats: 8 }))).toMatchObject([conflict]);
    expect(await acceptMessages(fulfillment, [order({ seats: 8 })], 'test')).toMatchObject([conflict]);
    if (first?.outcome === 'decided')
      expect(await outcomeById(fulfillment, first.id)).toMatchObject({ status: 'fulfilled', seats: 100 });
  });

  test('number from another reseller is another order', async () => {
    const { fulfillment } = await openLedger();
    const customer = { account: undefined };
    const endings = await decideAll(
      fulfillment,
      order({ customer }),
      order({ customer, reseller: 'southwind' }),
    );
    expect(new Set(endings.map((ending) => ending.outcome === 'decided' && ending.id)).size).toBe(2);
  });
});
