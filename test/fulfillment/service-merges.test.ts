import { describe, expect, test } from 'vitest';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { decideAll, existing, outcomeAfter, statusesOf } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { day, order, registration, serviceMerge } from '#test/fulfillment/messages-by-hand.ts';
import { normalisedLedger } from '#test/fulfillment/normalised-ledger.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

const ws = (n: number) => activationCode('WS', n);

const ownOfficeScan = activationCode('OS', 1);

/** Accounts `a0`, `a1`, … of northwind's with a WFBS-SVC license of 10, 20, … seats each. */
async function branches(count: number): Promise<Ledger> {
  const ledger = await openLedger();
  const ids = Array.from({ length: count }, (_, i) => `a${i}`);
  await givenHoldings(
    ledger.database,
    ids.map((id) => ({ id, reseller: 'northwind' })),
    ids.map((account, i) => ({ account, activationCode: ws(i), pid: '100502EN01', seats: 10 * (i + 1) })),
  );
  return ledger;
}

describe('a service merge', () => {
  test('adds the seats to the survivor, disables the other, merges the emptied account, and writes a certificate', async () => {
    const ledger = await branches(2);
    const { fulfillment, query } = ledger;
    const outcome = await outcomeAfter(fulfillment, serviceMerge('a0', 'a1'));
    expect(outcome).toMatchObject({
      status: 'fulfilled',
      product: 'WFBS-SVC',
      account: 'a0',
      survivor: { activationCode: ws(0), seats: 30, previousSeats: 10, validThrough: day(100) },
      merged: [{ activationCode: ws(1), account: 'a1', previousSeats: 20 }],
      certificate: { version: 1 },
    });
    expect(await query('select id, merged_into as into from account order by id')).toEqual([
      { id: 'a0', into: null },
      { id: 'a1', into: 'a0' },
    ]);
    expect(await query('select status, seats from license order by activation_code')).toEqual([
      { status: 'active', seats: 30 },
      { status: 'merged', seats: 20 },
    ]);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('requested again changes nothing and gives the first result; with other content it is a conflict', async () => {
    const ledger = await branches(3);
    const [first] = await decideAll(ledger.fulfillment, serviceMerge('a0', 'a1'));
    const state = await normalisedLedger(ledger);
    const [again, other] = await decideAll(
      ledger.fulfillment,
      serviceMerge('a0', 'a1'),
      serviceMerge('a0', 'a2'),
    );
    expect(again).toEqual({ ...first, repeat: true });
    expect(other).toMatchObject({ outcome: 'conflict', code: 'REQUEST_CONFLICT' });
    expect(await normalisedLedger(ledger)).toEqual(state);
  });

  test('and its reverse, in one batch or at once, end as one merge and one MERGE_ALREADY_MERGED', async () => {
    const ledger = await branches(4);
    const { fulfillment } = ledger;
    const inOneBatch = await decideAll(
      fulfillment,
      serviceMerge('a0', 'a1'),
      serviceMerge('a1', 'a0', { requestNumber: 'MR-2' }),
    );
    expect(inOneBatch).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', code: 'MERGE_ALREADY_MERGED' },
    ]);
    const atOnce = await Promise.all([
      decideAll(fulfillment, serviceMerge('a2', 'a3', { requestNumber: 'MR-3' })),
      decideAll(fulfillment, serviceMerge('a3', 'a2', { requestNumber: 'MR-4' })),
    ]);
    expect(statusesOf(atOnce.flat())).toEqual(['fulfilled', 'rejected']);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('is not redirected: an account that was merged is MERGE_ALREADY_MERGED', async () => {
    const { fulfillment } = await branches(3);
    await decideAll(fulfillment, serviceMerge('a0', 'a1'));
    const outcome = await outcomeAfter(fulfillment, serviceMerge('a1', 'a2', { requestNumber: 'MR-2' }));
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'MERGE_ALREADY_MERGED' } });
    expect(JSON.stringify(outcome)).not.toContain(ws(0));
  });

  test('by a reseller of another reseller’s account is UNKNOWN_ACCOUNT', async () => {
    const { fulfillment } = await branches(2);
    const outcome = await outcomeAfter(fulfillment, serviceMerge('a0', 'a1', { reseller: 'southwind' }));
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'UNKNOWN_ACCOUNT' } });
  });

  test('redirects later orders, registrations and `keep`s to the survivor, and they say so', async () => {
    const ledger = await branches(2);
    const { database, fulfillment } = ledger;
    await givenHoldings(database, [], [{ account: 'a0', activationCode: ownOfficeScan, status: 'active' }]);
    const unbound = await outcomeAfter(
      fulfillment,
      order({ orderNumber: 'PO-0', customer: { account: undefined } }),
    );
    await decideAll(fulfillment, serviceMerge('a0', 'a1'));
    const ordered = await outcomeAfter(fulfillment, order({ customer: { account: 'a1' } }));
    expect(ordered).toMatchObject({
      status: 'fulfilled',
      account: 'a0',
      notes: [{ code: 'ACCOUNT_REDIRECTED' }, { code: 'TERM_OVERLAPS' }],
    });
    const registered = await outcomeAfter(
      fulfillment,
      registration(existing(unbound.registrationKey), { account: 'a1' }),
    );
    expect(registered).toMatchObject({
      status: 'fulfilled',
      account: 'a0',
      notes: [{ code: 'ACCOUNT_REDIRECTED' }, { code: 'REGISTRATION_KEY_ALIAS' }],
    });
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('in the same batch redirects the orders behind it', async () => {
    const ledger = await branches(2);
    const endings = await decideAll(
      ledger.fulfillment,
      serviceMerge('a0', 'a1'),
      order({ customer: { account: 'a1' } }),
    );
    expect(endings).toMatchObject(Array.from({ length: 2 }, () => ({ status: 'fulfilled' })));
    expect(await ledger.query('select account from registration_key')).toEqual([{ account: 'a0' }]);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('lets the keys of the merged account resolve; of two of one suite the newer becomes an alias of the older', async () => {
    const ledger = await branches(2);
    const { fulfillment, query } = ledger;
    const older = await outcomeAfter(
      fulfillment,
      order({ orderNumber: 'PO-A', seats: 40, customer: { account: 'a1' } }),
    );
    const newer = await outcomeAfter(
      fulfillment,
      order({ orderNumber: 'PO-B', seats: 70, customer: { account: 'a0' } }),
    );
    const single = await outcomeAfter(
      fulfillment,
      order({ orderNumber: 'PO-C', suite: 'SPC', customer: { account: 'a1' } }),
    );
    await decideAll(fulfillment, serviceMerge('a0', 'a1'));
    expect(
      await query(
        'select code, account, seats, alias_of is not null as alias from registration_key order by order_number',
      ),
    ).toEqual([
      { code: older.registrationKey, account: 'a0', seats: 110, alias: false },
      { code: newer.registrationKey, account: 'a0', seats: 70, alias: true },
      { code: single.registrationKey, account: 'a0', seats: 100, alias: false },
    ]);
    for (const [i, key] of [older, newer].entries()) {
      const select = i === 0 ? [] : ['OfficeScan'];
      const outcome = await outcomeAfter(
        fulfillment,
        registration(existing(key.registrationKey), { account: 'a0', select }),
      );
      expect(outcome).toMatchObject({ status: 'fulfilled', registrationKey: older.registrationKey });
    }
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('chained with others in one batch leaves no alias of an alias: every key goes on resolving', async () => {
    const ledger = await branches(4);
    const { fulfillment, query } = ledger;
    const keys: string[] = [];
    for (const account of ['a0', 'a1', 'a2', 'a3'])
      keys.push(
        existing(
          (await outcomeAfter(fulfillment, order({ orderNumber: account, customer: { account } })))
            .registrationKey,
        ),
      );
    const endings = await decideAll(
      fulfillment,
      serviceMerge('a2', 'a3'),
      serviceMerge('a1', 'a2', { requestNumber: 'MR-2' }),
      serviceMerge('a0', 'a1', { requestNumber: 'MR-3' }),
    );
    expect(endings).toMatchObject(Array.from({ length: 3 }, () => ({ status: 'fulfilled' })));
    expect(await brokenInvariants(ledger)).toEqual([]);
    expect(await query('select distinct account from registration_key')).toEqual([{ account: 'a0' }]);
    for (const [i, key] of keys.entries()) {
      const outcome = await outcomeAfter(
        fulfillment,
        registration(key, {
          account: 'a0',
          select: [['OfficeScan'], ['Mobile Security'], ['Security for Mac'], []][i] ?? [],
        }),
      );
      expect(outcome).toMatchObject({ status: 'fulfilled', registrationKey: keys[0] });
    }
  });

  test('makes the key an alias that was issued later, though both were issued in this very batch', async () => {
    const ledger = await branches(2);
    await decideAll(
      ledger.fulfillment,
      order({ orderNumber: 'PO-A', customer: { account: 'a1' } }),
      order({ orderNumber: 'PO-B', customer: { account: 'a0' } }),
      serviceMerge('a0', 'a1'),
    );
    expect(
      await ledger.query('select order_number as number from registration_key where alias_of is null'),
    ).toEqual([{ number: 'PO-A' }]);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('of an account with other active licenses leaves it where it is', async () => {
    const ledger = await branches(2);
    await givenHoldings(ledger.database, [], [{ account: 'a1', activationCode: ownOfficeScan }]);
    await decideAll(ledger.fulfillment, serviceMerge('a0', 'a1'));
    expect(await ledger.query("select merged_into as into from account where id = 'a1'")).toEqual([
      { into: null },
    ]);
  });
});
