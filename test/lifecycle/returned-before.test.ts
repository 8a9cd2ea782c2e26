import { expect, test } from 'vitest';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { existing, outcomeAfter } from '#test/fulfillment/ending.ts';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { change, order, registration, type ChangeChanges } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

// Of a key without an account, what was returned without a trace in its figures still does not count.

const done = { status: 'fulfilled' };

/** Nobody's key has 100 seats, then 300, then 200; the 300 are returned, and the total stands. */
async function open() {
  const ledger = await openLedger();
  await givenHoldings(ledger.database, [{ id: 'acme' }]);
  const ordered = await outcomeAfter(ledger.fulfillment, order({ customer: { account: undefined } }));
  const seats = { kind: 'seats', order: 'PO-1', allowFewerSeats: true };
  for (const changes of [
    { requestNumber: 'C-1', ...seats, seats: 300 },
    { requestNumber: 'C-2', ...seats, seats: 200 },
    { requestNumber: 'R-1', kind: 'return', change: 'C-1' },
  ])
    expect(await outcomeAfter(ledger.fulfillment, change(changes))).toMatchObject(done);
  expect(await seatsOf(ledger)).toBe(200);
  return { ledger, key: existing(ordered.registrationKey) };
}

async function seatsOf({ query }: Ledger): Promise<number | undefined> {
  const [key] = await query<{ readonly seats: number }>('select seats from registration_key');
  return key?.seats;
}

function returned({ fulfillment }: Ledger, changes: Partial<ChangeChanges>) {
  return outcomeAfter(fulfillment, change({ requestNumber: 'R-2', ...changes, kind: 'return' }));
}

test.each([
  ['nobody has', false],
  ['is registered since', true],
])('a return of the change after it, of a key that %s, goes back to before both', async (_, isRegistered) => {
  const { ledger, key } = await open();
  if (isRegistered) expect(await outcomeAfter(ledger.fulfillment, registration(key))).toMatchObject(done);
  expect(await returned(ledger, { change: 'C-2' })).toMatchObject(done);
  expect(await seatsOf(ledger)).toBe(100);
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('a return of the order takes it along no second time', async () => {
  const { ledger, key } = await open();
  expect(await outcomeAfter(ledger.fulfillment, registration(key))).toMatchObject(done);
  expect(await returned(ledger, { order: 'PO-1' })).toMatchObject(done);
  expect(
    await ledger.query(
      `select named.number, by_message.number as "by" from reversal join message as named on named.id = reversal.message
       join message as by_message on by_message.id = reversed_by where named.kind = 'change-request' order by 1`,
    ),
  ).toEqual([
    { number: 'C-1', by: 'R-1' },
    { number: 'C-2', by: 'R-2' },
  ]);
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('a total that changed nothing stands when the one before it is returned', async () => {
  const ledger = await openLedger();
  await outcomeAfter(ledger.fulfillment, order({ customer: { account: undefined } }));
  const seats = { kind: 'seats', order: 'PO-1', seats: 300 };
  for (const requestNumber of ['C-1', 'C-2'])
    expect(await outcomeAfter(ledger.fulfillment, change({ requestNumber, ...seats }))).toMatchObject(done);
  expect(await returned(ledger, { change: 'C-1' })).toMatchObject(done);
  expect(await seatsOf(ledger)).toBe(300);
});
