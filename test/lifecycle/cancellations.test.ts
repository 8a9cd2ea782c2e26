import { expect, test } from 'vitest';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { existing, outcomeAfter } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { change, day, order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

const code = activationCode('OS', 1);

async function begin(): Promise<Ledger> {
  const ledger = await openLedger();
  await givenHoldings(
    ledger.database,
    [{ id: 'acme' }],
    [{ account: 'acme', activationCode: code, seats: 50, validThrough: day(120) }],
  );
  return ledger;
}

async function endOf({ query }: Ledger): Promise<unknown> {
  const [row] = await query<{ readonly end: string }>(
    'select valid_through::text as end from license where activation_code = $1',
    [code],
  );
  return row?.end;
}

test('what changed a license without moving its end does not keep the end that a cancelled key gave', async () => {
  const ledger = await begin();
  await outcomeAfter(ledger.fulfillment, order());
  const byCode = { activationCode: code, because: 'unpaid' };
  await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'seats', requestNumber: 'A', activationCode: code, seats: 300 }),
  );
  await outcomeAfter(ledger.fulfillment, change({ kind: 'suspension', requestNumber: 'B', ...byCode }));
  await outcomeAfter(ledger.fulfillment, change({ kind: 'resumption', requestNumber: 'C', ...byCode }));
  await outcomeAfter(ledger.fulfillment, change({ kind: 'cancellation', requestNumber: 'D', order: 'PO-1' }));
  expect(await endOf(ledger)).toBe(day(120));
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('a license keeps what its other key reaches, and no more, and what it was imported with when that ends, too', async () => {
  const ledger = await begin();
  await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'LONG', suite: 'SPC', term: 'P3Y' }));
  const short = await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'SHORT', term: 'P1Y' }));
  await outcomeAfter(ledger.fulfillment, change({ kind: 'cancellation', requestNumber: 'A', order: 'LONG' }));
  expect(await endOf(ledger)).toBe(existing(short.validThrough));
  await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'cancellation', requestNumber: 'B', order: 'SHORT' }),
  );
  expect(await endOf(ledger)).toBe(day(120));
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('a renewal by its code stands when the key is cancelled', async () => {
  const ledger = await begin();
  await outcomeAfter(ledger.fulfillment, order({ term: 'P2M', startsOn: day(90) }));
  const renewal = { kind: 'renewal', requestNumber: 'A', activationCode: code, validThrough: day(400) };
  const held = await outcomeAfter(ledger.fulfillment, change(renewal));
  expect(held.reason?.code).toBe('RENEWAL_TOO_EARLY');
  await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'cancellation', requestNumber: 'B', activationCode: code, endsOn: day(60) }),
  );
  await outcomeAfter(ledger.fulfillment, change({ ...renewal, requestNumber: 'C' }));
  await outcomeAfter(ledger.fulfillment, change({ kind: 'cancellation', requestNumber: 'D', order: 'PO-1' }));
  expect(await endOf(ledger)).toBe(day(400));
});
