import { describe, expect, test } from 'vitest';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { decideAll, existing, outcomeAfter, statusesOf } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import {
  agreed,
  day,
  newAccountData,
  order,
  parsed,
  registration,
  registrationData,
} from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';

const officeScan = activationCode('OS', 1);
const unbound = { account: undefined };

/** The Registration Key of an order without an account. */
async function keyOf(fulfillment: Fulfillment, orderNumber = 'PO-1', seats = 100): Promise<string> {
  const outcome = await outcomeAfter(fulfillment, order({ orderNumber, seats, customer: unbound }));
  return existing(outcome.registrationKey);
}

const actions = ({ lines }: Outcome) =>
  Object.fromEntries((lines ?? []).map((line) => [line.component, line.action]));
const issuedCodes = ({ lines }: Outcome) =>
  (lines ?? []).flatMap((line) => (line.action === 'issued' ? [line.activationCode] : []));

describe('a registration', () => {
  test('of an account that exists retains what it owns and issues the rest', async () => {
    const ledger = await openLedger();
    const { database, fulfillment, query } = ledger;
    await givenHoldings(
      database,
      [{ id: 'acme' }],
      [{ account: 'acme', activationCode: officeScan, seats: 20 }],
    );
    const key = await keyOf(fulfillment);
    const outcome = await outcomeAfter(fulfillment, registration(key));
    expect(outcome).toMatchObject({
      status: 'fulfilled',
      account: 'acme',
      registrationKey: key,
      certificate: { version: 2 },
    });
    expect(outcome.lines?.[0]).toMatchObject({
      action: 'retained',
      activationCode: officeScan,
      seats: 100,
      previousSeats: 20,
    });
    expect(issuedCodes(outcome)).toHaveLength(6);
    expect(await query('select account from registration_key')).toEqual([{ account: 'acme' }]);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('never lowers the seats that the account has', async () => {
    const { database, fulfillment } = await openLedger();
    await givenHoldings(
      database,
      [{ id: 'acme' }],
      [{ account: 'acme', activationCode: officeScan, seats: 900 }],
    );
    const outcome = await outcomeAfter(fulfillment, registration(await keyOf(fulfillment)));
    expect(outcome.lines?.[0]).toMatchObject({ action: 'retained', seats: 900 });
  });

  test('by a first-time user makes the account, which belongs to the reseller', async () => {
    const { fulfillment, query } = await openLedger();
    const newAccount = newAccountData('nordlys');
    const outcome = await outcomeAfter(fulfillment, registration(await keyOf(fulfillment), { newAccount }));
    expect(outcome).toMatchObject({ status: 'fulfilled', account: 'nordlys' });
    expect(await query('select id, reseller, region from account')).toEqual([
      { id: 'nordlys', reseller: 'northwind', region: 'emea' },
    ]);
  });

  test('issues what was selected; again, with more selected, it adds that and never a second code for a product', async () => {
    const ledger = await openLedger();
    const { database, fulfillment } = ledger;
    await givenHoldings(database, [{ id: 'acme' }]);
    const key = await keyOf(fulfillment);
    const first = await outcomeAfter(fulfillment, registration(key, { select: ['OfficeScan'] }));
    expect(actions(first)).toMatchObject({ OfficeScan: 'issued', 'Control Manager': 'available' });
    const second = await outcomeAfter(
      fulfillment,
      registration(key, { select: ['Control Manager', '100101EN01'] }),
    );
    expect(actions(second)).toMatchObject({
      OfficeScan: 'issued',
      'Control Manager': 'issued',
      'Security for Mac': 'available',
    });
    expect(issuedCodes(second)).toEqual(expect.arrayContaining(issuedCodes(first)));
    expect(second.certificate).toMatchObject({ version: 3 });
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('repeated gives the first outcome; with a later acceptance of the agreement it is a repeat too', async () => {
    const { database, fulfillment, query } = await openLedger();
    await givenHoldings(database, [{ id: 'acme' }]);
    const key = await keyOf(fulfillment);
    const [first] = await decideAll(fulfillment, registration(key));
    const later = parsed('registration', {
      ...registrationData(key),
      acceptedAgreementAt: '2026-09-09T09:09:09Z',
    });
    expect(await decideAll(fulfillment, registration(key), later)).toEqual(
      Array.from({ length: 2 }, () => ({ ...first, repeat: true })),
    );
    expect(await query('select max(version) as version from certificate')).toEqual([{ version: 2 }]);
  });

  test('by an account that holds a key of the suite makes the new key an alias of the older, seats and end brought together', async () => {
    const ledger = await openLedger();
    const { database, fulfillment, query } = ledger;
    await givenHoldings(database, [{ id: 'acme' }]);
    const older = await outcomeAfter(
      fulfillment,
      order({ orderNumber: 'PO-0', seats: 500, term: 'P3Y', register: agreed }),
    );
    const key = await keyOf(fulfillment, 'PO-9', 700);
    const outcome = await outcomeAfter(fulfillment, registration(key));
    expect(outcome).toMatchObject({
      registrationKey: older.registrationKey,
      seats: 700,
      validThrough: older.validThrough,
      certificate: { number: older.certificate?.number, version: 2 },
    });
    expect(outcome.notes).toMatchObject([{ code: 'REGISTRATION_KEY_ALIAS' }]);
    expect(
      await query(
        'select older.code from registration_key as key join registration_key as older on older.id = key.alias_of',
      ),
    ).toEqual([{ code: older.registrationKey }]);
    expect(await outcomeAfter(fulfillment, registration(key, { select: [] }))).toMatchObject({
      status: 'fulfilled',
      registrationKey: older.registrationKey,
    });
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('after an order for the same account in one batch becomes an alias of the key that the order was given', async () => {
    const ledger = await openLedger();
    const { database, fulfillment } = ledger;
    await givenHoldings(database, [{ id: 'acme' }]);
    const key = await keyOf(fulfillment, 'PO-9');
    const endings = await decideAll(
      fulfillment,
      order(),
      registration(key),
      order({ orderNumber: 'PO-2', seats: 300 }),
    );
    expect(endings).toMatchObject(
      Array.from({ length: 3 }, () => ({ outcome: 'decided', status: 'fulfilled' })),
    );
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('is held as an order is, and goes on when a person approves', async () => {
    const { database, fulfillment } = await openLedger();
    await givenHoldings(
      database,
      [{ id: 'acme' }],
      [{ account: 'acme', activationCode: officeScan, status: 'suspended' }],
    );
    const outcome = await outcomeAfter(fulfillment, registration(await keyOf(fulfillment)));
    expect(outcome).toMatchObject({ status: 'held', reason: { code: 'LICENSE_NOT_USABLE' } });
  });

  test.each([
    ['UNKNOWN_REGISTRATION_KEY', 'of another reseller', { reseller: 'southwind' }],
    ['UNKNOWN_ACCOUNT', 'by an account that does not exist', { account: 'nobody' }],
    ['UNKNOWN_ACCOUNT', 'by an account of another reseller', { account: 'theirs' }],
    ['ACCOUNT_EXISTS', 'by a new account whose id is taken', { newAccount: newAccountData('acme') }],
    ['NOT_IN_SUITE', 'that selects a product from outside the suite', { select: ['WFBS'] }],
  ])('is rejected with %s: %s', async (code, _, changes) => {
    const { database, fulfillment } = await openLedger();
    await givenHoldings(database, [{ id: 'acme' }, { id: 'theirs', reseller: 'southwind' }]);
    const outcome = await outcomeAfter(fulfillment, registration(await keyOf(fulfillment), changes));
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code } });
  });

  test('of a key that another account has registered is rejected', async () => {
    const { database, fulfillment } = await openLedger();
    await givenHoldings(database, [{ id: 'acme' }, { id: 'other' }]);
    const key = await keyOf(fulfillment);
    await decideAll(fulfillment, registration(key));
    const outcome = await outcomeAfter(fulfillment, registration(key, { account: 'other' }));
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { code: 'REGISTRATION_KEY_OF_ANOTHER_ACCOUNT' },
    });
  });

  test('by two accounts at once is fulfilled for one of them', async () => {
    const ledger = await openLedger();
    const { database, fulfillment } = ledger;
    const accounts = ['one', 'two', 'three', 'four'];
    await givenHoldings(
      database,
      accounts.map((id) => ({ id })),
    );
    const key = await keyOf(fulfillment);
    const endings = await Promise.all(
      accounts.map((account) => decideAll(fulfillment, registration(key, { account }))),
    );
    expect(statusesOf(endings.flat())).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('keeps the component list that the suite had when the key was issued', async () => {
    const { database, fulfillment } = await openLedger();
    await givenHoldings(database, [{ id: 'acme' }]);
    const key = await keyOf(fulfillment);
    const { catalog } = fulfillment;
    const later = {
      ...fulfillment,
      catalog: {
        ...catalog,
        suites: catalog.suites.map((suite) => ({ ...suite, components: suite.components.slice(0, 2) })),
      },
    };
    expect((await outcomeAfter(later, registration(key))).lines).toHaveLength(7);
  });

  test('extends a license that has run out by the end of the key', async () => {
    const { database, fulfillment } = await openLedger();
    await givenHoldings(
      database,
      [{ id: 'acme' }],
      [{ account: 'acme', activationCode: officeScan, validThrough: day(-5) }],
    );
    const outcome = await outcomeAfter(fulfillment, registration(await keyOf(fulfillment)));
    expect(outcome.lines?.[0]).toMatchObject({
      action: 'retained',
      validThrough: outcome.validThrough,
      previouslyValidThrough: day(-5),
    });
  });
});
