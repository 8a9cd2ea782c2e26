import { expect, test } from 'vitest';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import { decideHold } from '#src/fulfillment/batch/decide-hold.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { existing, outcomeAfter, outcomeById } from '#test/fulfillment/ending.ts';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { approval } from '#test/fulfillment/held.ts';
import { agreed, change, day, order, registration } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';

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

test('codes that a later registration would have issued itself stay', async () => {
  const ledger = await begin();
  const first = await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O1', seats: 100 }));
  await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O2', seats: 200, register: agreed }));
  const registered = await outcomeAfter(ledger.fulfillment, registration(existing(first.registrationKey)));
  const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', order: 'O2' }));
  expect(returned.status).toBe('fulfilled');
  const codes = await ledger.query<{ readonly code: string }>(
    "select activation_code as code from license where status = 'active' and seats = 100 order by pid",
  );
  expect(codes.map(({ code }) => code)).toEqual(registered.lines?.map((line) => line.activationCode));
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('a key that stood for an older one and fell stands for nothing any more', async () => {
  const ledger = await begin();
  await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O1', seats: 100 }));
  const second = order({ orderNumber: 'O2', seats: 200, customer: { account: undefined } });
  const fallen = existing((await outcomeAfter(ledger.fulfillment, second)).registrationKey);
  expect(await outcomeAfter(ledger.fulfillment, registration(fallen))).toMatchObject({ seats: 200 });
  expect(
    await outcomeAfter(ledger.fulfillment, change({ kind: 'return', requestNumber: 'R', order: 'O2' })),
  ).toMatchObject({ status: 'fulfilled' });
  const ended = { status: 'rejected', reason: { code: 'KEY_ENDED' } };
  const changes = { kind: 'seats', seats: 300 };
  expect(
    await outcomeAfter(ledger.fulfillment, change({ ...changes, requestNumber: 'A', order: 'O2' })),
  ).toMatchObject(ended);
  expect(
    await outcomeAfter(
      ledger.fulfillment,
      change({ ...changes, requestNumber: 'B', registrationKey: fallen }),
    ),
  ).toMatchObject(ended);
  expect(
    await outcomeAfter(ledger.fulfillment, registration(fallen, { select: ['OfficeScan'] })),
  ).toMatchObject(ended);
  expect(await ledger.query('select seats from registration_key where ended_on is null')).toEqual([
    { seats: 100 },
  ]);
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('a return that names itself names nothing, whether it is recorded before or as it is decided', async () => {
  const ledger = await begin();
  const naming = (requestNumber: string) => change({ kind: 'return', requestNumber, change: requestNumber });
  const fresh = await outcomeAfter(ledger.fulfillment, naming('R1'));
  expect(fresh).toMatchObject({ status: 'rejected', reason: { code: 'UNKNOWN_CHANGE' } });
  const [accepted] = await acceptMessages(ledger.fulfillment, [naming('R2')], 'test');
  const id = accepted && 'id' in accepted ? accepted.id : '';
  await decideBatch(ledger.fulfillment, [{ recorded: id }]);
  expect(await outcomeById(ledger.fulfillment, id)).toMatchObject({
    status: 'rejected',
    reason: { code: 'UNKNOWN_CHANGE' },
  });
});
