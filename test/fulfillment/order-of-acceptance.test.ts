import { describe, expect, test } from 'vitest';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { decideAll, outcomeAfter } from '#test/fulfillment/ending.ts';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';

describe('the order of acceptance', () => {
  test('is the order of effect: an order from a queue takes older recorded ones of its account along', async () => {
    const { database, fulfillment, query } = await openLedger();
    await givenHoldings(database, [{ id: 'acme' }, { id: 'other' }]);
    const accepted = await acceptMessages(
      fulfillment,
      [
        order({ orderNumber: 'A', seats: 10 }),
        order({ orderNumber: 'B', seats: 20 }),
        order({ orderNumber: 'C', customer: { account: 'other' } }),
      ],
      'reseller northwind',
    );
    expect(accepted.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted']);
    const last = await outcomeAfter(fulfillment, order({ orderNumber: 'D', seats: 30 }));
    expect(last).toMatchObject({ seats: 30, certificate: { version: 3 } });
    expect(await query('select number, status from message order by coalesce(decided_number, 1000)')).toEqual(
      [
        { number: 'A', status: 'fulfilled' },
        { number: 'B', status: 'fulfilled' },
        { number: 'D', status: 'fulfilled' },
        { number: 'C', status: 'accepted' },
      ],
    );
  });

  test('holds for jobs of recorded orders that come in another order', async () => {
    const { database, fulfillment, query } = await openLedger();
    await givenHoldings(database, [{ id: 'acme' }]);
    const accepted = await acceptMessages(
      fulfillment,
      ['A', 'B', 'C'].map((orderNumber) => order({ orderNumber })),
      'test',
    );
    const ids = accepted.flatMap((one) => ('id' in one ? [one.id] : []));
    for (const recorded of ids.toReversed()) await decideBatch(fulfillment, [{ recorded }]);
    expect(await query('select number from message order by decided_number')).toEqual(
      ['A', 'B', 'C'].map((number) => ({ number })),
    );
  });

  test('holds for an order that names an account which was merged in two steps into the one that comes', async () => {
    const { database, fulfillment, query } = await openLedger();
    await givenHoldings(database, [{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
    await query(`update account set merged_into = case id when 'b' then 'c' when 'c' then 'a' end`);
    await acceptMessages(fulfillment, [order({ orderNumber: 'OLDER', customer: { account: 'b' } })], 'test');
    await decideAll(fulfillment, order({ orderNumber: 'NEWER', customer: { account: 'a' } }));
    expect(await query('select number, status from message order by decided_number')).toEqual([
      { number: 'OLDER', status: 'fulfilled' },
      { number: 'NEWER', status: 'fulfilled' },
    ]);
    expect(await query('select account from registration_key')).toEqual([{ account: 'a' }]);
  });

  test('holds for orders of an account that does not exist yet', async () => {
    const { fulfillment, query } = await openLedger();
    await acceptMessages(fulfillment, [order({ orderNumber: 'A' })], 'test');
    await decideAll(fulfillment, order({ orderNumber: 'B' }));
    expect(await query('select number, status from message order by decided_number')).toEqual([
      { number: 'A', status: 'rejected' },
      { number: 'B', status: 'rejected' },
    ]);
  });

  test('holds for a backlog that is longer than one transaction takes', async () => {
    const ledger = await openLedger();
    const { database, fulfillment, query } = ledger;
    await givenHoldings(database, [{ id: 'acme' }]);
    const numbers = Array.from({ length: 1100 }, (_, i) => `PO-${i}`);
    await acceptMessages(
      fulfillment,
      numbers.map((orderNumber) => order({ orderNumber })),
      'test',
    );
    const last = await outcomeAfter(fulfillment, order({ orderNumber: 'LAST', seats: 42 }));
    expect(last).toMatchObject({ status: 'fulfilled', seats: 42, certificate: { version: 1101 } });
    expect(
      (await query('select number from message order by decided_number')).map(({ number }) => number),
    ).toEqual([...numbers, 'LAST']);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });
});
