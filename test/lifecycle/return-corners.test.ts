import { expect, test } from 'vitest';
import { decideHold } from '#src/fulfillment/batch/decide-hold.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { existing, outcomeAfter, outcomeById } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { approval } from '#test/fulfillment/held.ts';
import {
  agreed,
  change,
  day,
  order,
  registration,
  serviceMerge,
} from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';
import { mergingCatalog } from '#test/lifecycle/oracle/merging-catalog.ts';

async function begin() {
  const ledger = await openLedger();
  await givenHoldings(ledger.database, [{ id: 'acme' }]);
  return ledger;
}

test('a change of a key that nobody has registered, without a certificate, is returned', async () => {
  const ledger = await begin();
  await outcomeAfter(ledger.fulfillment, order({ customer: { account: undefined } }));
  await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'suspension', requestNumber: 'S', order: 'PO-1', because: 'unpaid' }),
  );
  const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', change: 'S' }));
  expect(returned).toMatchObject({ status: 'fulfilled', certificate: { version: 2 } });
  expect(await ledger.query('select suspended from registration_key')).toEqual([{ suspended: false }]);
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('a key that was cancelled for a later day is so again when the order that took it up is returned', async () => {
  const ledger = await begin();
  await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O1' }));
  const cancelled = await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'cancellation', requestNumber: 'C', order: 'O1', endsOn: day(30) }),
  );
  await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O2', seats: 200 }));
  const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', order: 'O2' }));
  expect(returned.status).toBe('fulfilled');
  expect(await ledger.query('select ended_on as on, ended_by as by from registration_key')).toEqual([
    { on: day(30), by: cancelled.id },
  ]);
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('a registration under a replaced code, and the replacement itself, hold no return', async () => {
  const ledger = await begin();
  const first = await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O1', seats: 100 }));
  await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O2', seats: 200, term: 'P2Y' }));
  await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'code-replacement', requestNumber: 'X', order: 'O1', because: 'leaked' }),
  );
  const [{ code } = { code: '' }] = await ledger.query<{ readonly code: string }>(
    'select code from registration_key',
  );
  expect(code).not.toBe(first.registrationKey);
  const registered = await outcomeAfter(ledger.fulfillment, registration(code, { select: ['OfficeScan'] }));
  const issued = existing(registered.lines?.[0]?.activationCode);
  await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'code-replacement', requestNumber: 'Y', activationCode: issued, because: 'leaked' }),
  );
  const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', order: 'O2' }));
  expect(returned).toMatchObject({ status: 'fulfilled', seats: 100, validThrough: first.validThrough });
  expect(await ledger.query('select seats, valid_through as end from license')).toEqual([
    { seats: 100, end: first.validThrough },
  ]);
  expect(await ledger.query('select code from registration_key')).toEqual([{ code }]);
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('a renewal of a revoked license that a person let through goes back with its return', async () => {
  const ledger = await begin();
  const ordered = await outcomeAfter(ledger.fulfillment, order({ term: 'P2M', register: agreed }));
  await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'return', requestNumber: 'R', order: ordered.orderNumber }),
  );
  const [line] = existing(ordered.lines);
  const held = await outcomeAfter(
    ledger.fulfillment,
    change({
      kind: 'renewal',
      requestNumber: 'N',
      activationCode: line?.activationCode,
      validThrough: day(700),
    }),
  );
  expect(held.reason?.code).toBe('LICENSE_NOT_USABLE');
  await decideHold(ledger.fulfillment, existing(held.hold), approval);
  const renewed = await outcomeById(ledger.fulfillment, existing(held.id));
  const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', change: 'N' }));
  const [there] = existing(renewed.lines);
  expect(returned).toMatchObject({ status: 'fulfilled', lines: [{ action: 'reverted' }] });
  expect(returned.lines?.[0]?.seatDays).toBe(-existing(there?.seatDays));
  const rows = await ledger.query(
    'select status, valid_through as end from license where activation_code = $1',
    [line?.activationCode],
  );
  expect(rows).toEqual([{ status: 'revoked', end: line?.validThrough }]);
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('a cancellation is returned after the suite was ordered again: the key lives again, with what came after', async () => {
  const ledger = await begin();
  const first = await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O1', seats: 100 }));
  await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'cancellation', requestNumber: 'C', order: 'O1', endsOn: day() }),
  );
  const second = await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O2', seats: 200 }));
  expect(second.registrationKey).not.toBe(first.registrationKey);
  const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', change: 'C' }));
  expect(returned.status).toBe('fulfilled');
  const active = await ledger.query('select code, seats from registration_key where ended_by is null');
  expect(active).toEqual([{ code: first.registrationKey, seats: 200 }]);
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('a return whose key serves a license of another account since a merge asks a person', async () => {
  const ledger = await openLedger({ catalog: await mergingCatalog() });
  const service = { pid: '100502EN01', seats: 50 } as const;
  await givenHoldings(
    ledger.database,
    [{ id: 'acme' }, { id: 'other' }],
    [
      { ...service, account: 'acme', activationCode: activationCode('WS', 1) },
      { ...service, account: 'other', activationCode: activationCode('WS', 2) },
      { account: 'acme', pid: '100101EN01', activationCode: activationCode('OS', 3) },
    ],
  );
  await outcomeAfter(ledger.fulfillment, order({ suite: 'SBS', seats: 60 }));
  const merged = await outcomeAfter(ledger.fulfillment, serviceMerge('other', 'acme'));
  expect(merged.status).toBe('fulfilled');
  await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'seats', requestNumber: 'S', order: 'PO-1', seats: 500 }),
  );
  const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', change: 'S' }));
  expect(returned).toMatchObject({
    status: 'held',
    reason: { code: 'LATER_CHANGES', message: expect.stringContaining('is in account other') },
  });
});

test('an account that an order under a merged name claimed stays claimed when a later change is returned', async () => {
  const ledger = await openLedger({ catalog: await mergingCatalog() });
  const service = { pid: '100502EN01', seats: 50, validThrough: day(300) } as const;
  await givenHoldings(
    ledger.database,
    [{ id: 'acme' }, { id: 'other' }],
    [
      { ...service, account: 'acme', activationCode: activationCode('WS', 1) },
      { ...service, account: 'other', activationCode: activationCode('WS', 2) },
    ],
  );
  expect((await outcomeAfter(ledger.fulfillment, serviceMerge('other', 'acme'))).status).toBe('fulfilled');
  await outcomeAfter(ledger.fulfillment, order({ register: agreed }));
  await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'seats', requestNumber: 'S', order: 'PO-1', seats: 500 }),
  );
  const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', change: 'S' }));
  expect(returned.status).toBe('fulfilled');
  const owner = await ledger.query("select reseller, claimed from account where id = 'other'");
  expect(owner).toEqual([{ reseller: 'northwind', claimed: true }]);
});

test('an order that kept an account from being merged away is returned after the merge has been undone', async () => {
  const ledger = await openLedger({ catalog: await mergingCatalog() });
  const service = { pid: '100502EN01', seats: 50, validThrough: day(300) } as const;
  await givenHoldings(
    ledger.database,
    [{ id: 'acme' }, { id: 'other' }],
    [
      { ...service, account: 'acme', activationCode: activationCode('WS', 1) },
      { ...service, account: 'other', activationCode: activationCode('WS', 2) },
    ],
  );
  const customer = { account: 'other' };
  await outcomeAfter(ledger.fulfillment, order({ customer, register: agreed }));
  const merge = serviceMerge('acme', 'other');
  expect((await outcomeAfter(ledger.fulfillment, merge)).status).toBe('fulfilled');
  const mergedInto = () => ledger.query("select merged_into as into from account where id = 'other'");
  expect(await mergedInto()).toEqual([{ into: null }]);
  const returned = await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'return', requestNumber: 'R1', order: 'PO-1' }),
  );
  expect(returned).toMatchObject({
    status: 'rejected',
    reason: { code: 'UNDO_MERGE_FIRST', details: { mergeRequest: merge.number } },
  });
  const undone = await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'undo-merge', requestNumber: 'U', mergeRequest: merge.number, reseller: undefined }),
  );
  expect(undone.status).toBe('fulfilled');
  const again = await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'return', requestNumber: 'R2', order: 'PO-1' }),
  );
  expect(again.status).toBe('fulfilled');
  expect(await mergedInto()).toEqual([{ into: null }]);
  expect(await brokenInvariants(ledger)).toEqual([]);
});
