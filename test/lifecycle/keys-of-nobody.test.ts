import { expect, test } from 'vitest';
import { auditBooks } from '#src/persistence/books.ts';
import { reading } from '#src/persistence/database.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { existing, outcomeAfter } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import {
  agreed,
  change,
  day,
  order,
  registration,
  type ChangeChanges,
} from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

const nobody = { customer: { account: undefined } };

async function fulfilled({ fulfillment }: Ledger, changes: ChangeChanges): Promise<void> {
  expect(await outcomeAfter(fulfillment, change(changes))).toMatchObject({ status: 'fulfilled' });
}

async function keyNow(ledger: Ledger) {
  const [key] = await ledger.query(
    `select key.seats, suspended, ended_on as "endedOn", ender.number as "endedBy"
     from registration_key as key left join message as ender on ender.id = key.ended_by`,
  );
  expect(await brokenInvariants(ledger)).toEqual([]);
  expect((await auditBooks(reading(ledger.database))).contradictions).toEqual([]);
  return key;
}

test('a change that was returned in the midst does not come back when the later one is returned', async () => {
  const ledger = await openLedger();
  await outcomeAfter(ledger.fulfillment, order({ ...nobody, seats: 180 }));
  await fulfilled(ledger, { kind: 'seats', requestNumber: 'C1', order: 'PO-1', seats: 290 });
  await fulfilled(ledger, { kind: 'seats', requestNumber: 'C2', order: 'PO-1', seats: 460 });
  // The total of the later one stands: nothing of the key changes.
  await fulfilled(ledger, { kind: 'return', requestNumber: 'R1', change: 'C1' });
  expect(await keyNow(ledger)).toMatchObject({ seats: 460 });
  await fulfilled(ledger, { kind: 'return', requestNumber: 'R2', change: 'C2' });
  expect(await keyNow(ledger)).toMatchObject({ seats: 180 });
});

test('the same when the key was registered in between', async () => {
  const ledger = await openLedger();
  await givenHoldings(
    ledger.database,
    [{ id: 'acme' }],
    [{ account: 'acme', activationCode: activationCode('OS', 1), seats: 100, validThrough: day(120) }],
  );
  const { registrationKey } = await outcomeAfter(ledger.fulfillment, order({ ...nobody, seats: 180 }));
  await fulfilled(ledger, { kind: 'seats', requestNumber: 'C1', order: 'PO-1', seats: 290 });
  await fulfilled(ledger, { kind: 'seats', requestNumber: 'C2', order: 'PO-1', seats: 460 });
  await fulfilled(ledger, { kind: 'return', requestNumber: 'R1', change: 'C1' });
  await outcomeAfter(ledger.fulfillment, registration(existing(registrationKey)));
  await fulfilled(ledger, { kind: 'return', requestNumber: 'R2', change: 'C2' });
  expect(await keyNow(ledger)).toMatchObject({ seats: 180 });
  expect(await ledger.query('select distinct seats from license')).toEqual([{ seats: 180 }]);
});

test('what was suspended twice stays so when the first suspension is returned', async () => {
  const ledger = await openLedger();
  await outcomeAfter(ledger.fulfillment, order(nobody));
  const suspension = { kind: 'suspension', order: 'PO-1', because: 'unpaid' };
  await fulfilled(ledger, { ...suspension, requestNumber: 'C1' });
  await fulfilled(ledger, { ...suspension, requestNumber: 'C2' });
  await fulfilled(ledger, { kind: 'return', requestNumber: 'R1', change: 'C1' });
  expect(await keyNow(ledger)).toMatchObject({ suspended: true });
  await fulfilled(ledger, { kind: 'return', requestNumber: 'R2', change: 'C2' });
  expect(await keyNow(ledger)).toMatchObject({ suspended: false });
});

test('a key that was cancelled and fell on one day has fallen, whatever is returned afterwards', async () => {
  const ledger = await openLedger();
  await givenHoldings(ledger.database, [{ id: 'acme' }], []);
  const ordered = await outcomeAfter(ledger.fulfillment, order({ register: agreed }));
  await fulfilled(ledger, { kind: 'cancellation', requestNumber: 'C1', order: 'PO-1' });
  await fulfilled(ledger, { kind: 'return', requestNumber: 'R1', order: 'PO-1' });
  const fallen = { endedOn: day(), endedBy: 'R1' };
  expect(await keyNow(ledger)).toMatchObject(fallen);
  const key = existing(ordered.registrationKey);
  const suspension = { kind: 'suspension', registrationKey: key, because: 'unpaid' };
  await fulfilled(ledger, { ...suspension, requestNumber: 'C2' });
  await fulfilled(ledger, { kind: 'return', requestNumber: 'R2', change: 'C2' });
  expect(await keyNow(ledger)).toMatchObject({ ...fallen, suspended: false });
});
