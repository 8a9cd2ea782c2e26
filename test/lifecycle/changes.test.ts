import { describe, expect, test } from 'vitest';
import { decideHold } from '#src/fulfillment/batch/decide-hold.ts';
import { preview } from '#src/fulfillment/looking/preview.ts';
import { auditBooks } from '#src/persistence/books.ts';
import { reading } from '#src/persistence/database.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { existing, outcomeAfter, outcomeById } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import {
  change,
  day,
  onPremisesMerge,
  order,
  registration,
  serviceMerge,
  type ChangeChanges,
} from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

async function foreseen({ fulfillment }: Ledger, changes: ChangeChanges) {
  const seen = await preview(fulfillment, change(changes), { kind: 'operator' });
  if (seen.outcome !== 'preview') throw new Error(`There was no preview, but ${seen.outcome}.`);
  return seen.preview;
}

describe('a code replacement', () => {
  test('gives a key a new code; the old one says so to its owner', async () => {
    const ledger = await openLedger();
    await givenHoldings(ledger.database, [{ id: 'acme' }]);
    const { registrationKey } = await outcomeAfter(ledger.fulfillment, order());
    const key = existing(registrationKey);
    const asked = { kind: 'code-replacement', registrationKey: key, because: 'leaked' };
    const replaced = await outcomeAfter(ledger.fulfillment, change(asked));
    expect(replaced).toMatchObject({ status: 'fulfilled', certificate: { version: 2 } });
    const newest = existing(replaced.registrationKey);
    expect(newest).not.toBe(key);
    const byOld = await outcomeAfter(ledger.fulfillment, registration(key));
    expect(byOld).toMatchObject({ status: 'rejected', reason: { code: 'CODE_REPLACED' } });
    const byNew = await outcomeAfter(ledger.fulfillment, registration(newest));
    expect(byNew.status).toBe('fulfilled');
    expect(await brokenInvariants(ledger)).toEqual([]);
  });
});

describe('withdrawing a held order', () => {
  test('rejects it, decides its hold, and writes no certificate', async () => {
    const ledger = await openLedger();
    const license = { account: 'acme', activationCode: activationCode('OS', 1), seats: 200 };
    await givenHoldings(ledger.database, [{ id: 'acme' }], [license]);
    const held = await outcomeAfter(ledger.fulfillment, order({ seats: 10 }));
    expect(held.status).toBe('held');
    const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', order: 'PO-1' }));
    expect(returned).toMatchObject({ status: 'fulfilled', kind: 'return', lines: [] });
    expect(returned.certificate).toBeUndefined();
    expect(await outcomeById(ledger.fulfillment, existing(held.id))).toMatchObject({
      status: 'rejected',
      reason: { code: 'WITHDRAWN' },
    });
    expect(await brokenInvariants(ledger)).toEqual([]);
  });
});

describe('undoing a merge', () => {
  test('of two accounts puts both back, and once only', async () => {
    const ledger = await openLedger();
    const service = { pid: '100502EN01', type: 'retail' } as const;
    await givenHoldings(
      ledger.database,
      [{ id: 'acme' }, { id: 'branch' }],
      [
        {
          ...service,
          account: 'acme',
          activationCode: activationCode('WS', 1),
          seats: 10,
          validThrough: day(10),
        },
        {
          ...service,
          account: 'branch',
          activationCode: activationCode('WS', 2),
          seats: 20,
          validThrough: day(40),
        },
      ],
    );
    for (const account of ['acme', 'branch'])
      await outcomeAfter(ledger.fulfillment, order({ orderNumber: `PO-${account}`, customer: { account } }));
    const state = () =>
      ledger.query(
        `select 'license' as what, activation_code as name, status, seats, valid_through::text as until, account, merged_into::text as merged from license
         union all select 'key', code, '', seats, valid_through::text, account, alias_of::text from registration_key
         union all select 'account', id, '', 0, '', reseller, merged_into from account order by 1, 2`,
      );
    const before = await state();
    const merged = await outcomeAfter(ledger.fulfillment, serviceMerge('acme', 'branch'));
    expect(merged.status).toBe('fulfilled');
    const asked = { kind: 'undo-merge', mergeRequest: 'MR-1' };
    const requester = { ...asked, reseller: undefined };
    expect(await foreseen(ledger, requester)).toMatchObject({ status: 'fulfilled', kind: 'undo-merge' });
    const undone = await outcomeAfter(ledger.fulfillment, change(requester));
    expect(undone).toMatchObject({ status: 'fulfilled', restored: [{ account: 'branch', seats: 20 }] });
    expect(await state()).toEqual(before);
    const again = await outcomeAfter(ledger.fulfillment, change({ ...requester, requestNumber: 'CR-2' }));
    expect(again).toMatchObject({ status: 'rejected', reason: { code: 'ALREADY_UNDONE' } });
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('is refused when something builds upon it', async () => {
    const ledger = await openLedger();
    const wf = (number: number) => activationCode('WF', number);
    const premises = { pid: '100501EN01', type: 'retail', account: 'acme' } as const;
    await givenHoldings(
      ledger.database,
      [{ id: 'acme' }],
      [1, 2].map((number) => ({ ...premises, activationCode: wf(number) })),
    );
    await outcomeAfter(ledger.fulfillment, onPremisesMerge('acme', wf(1)));
    const seats = { kind: 'seats', reseller: undefined, activationCode: wf(1), seats: 500 };
    expect((await outcomeAfter(ledger.fulfillment, change(seats))).status).toBe('fulfilled');
    const undo = { kind: 'undo-merge', reseller: undefined, requestNumber: 'CR-2', mergeRequest: 'MR-1' };
    expect(await outcomeAfter(ledger.fulfillment, change(undo))).toMatchObject({
      status: 'rejected',
      reason: { code: 'MERGE_BUILT_UPON', message: expect.stringContaining('seats CR-1') },
    });
  });
});

test('an approved return stands with the figures of what came later', async () => {
  const ledger = await openLedger();
  const license = { account: 'acme', activationCode: activationCode('OS', 1), seats: 200 };
  await givenHoldings(ledger.database, [{ id: 'acme' }], [license]);
  await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O2', seats: 100, allowFewerSeats: true }));
  await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O3', seats: 150 }));
  const held = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', order: 'O2' }));
  expect(held.reason?.code).toBe('LATER_CHANGES');
  const decided = await decideHold(ledger.fulfillment, existing(held.hold), {
    decision: 'approved',
    by: 'maria',
    reason: 'agreed',
    keep: [],
  });
  expect(decided.outcome).toBe('decided');
  expect(await outcomeById(ledger.fulfillment, existing(held.id))).toMatchObject({ status: 'fulfilled' });
  expect(await ledger.query('select seats from license')).toEqual([{ seats: 150 }]);
  expect(await brokenInvariants(ledger)).toEqual([]);
  expect((await auditBooks(reading(ledger.database))).contradictions).toEqual([]);
});

test('a change whose return was approved is not taken along when its order is returned, too', async () => {
  const ledger = await openLedger();
  const license = { account: 'acme', activationCode: activationCode('OS', 1), seats: 50 };
  await givenHoldings(ledger.database, [{ id: 'acme' }], [license]);
  await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O1', seats: 300 }));
  const fewer = { kind: 'seats', requestNumber: 'CR-1', order: 'O1', seats: 100, allowFewerSeats: true };
  expect(await outcomeAfter(ledger.fulfillment, change(fewer))).toMatchObject({ status: 'fulfilled' });
  await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O2', seats: 150 }));
  // Without the change, O2 would have fewer seats than there are.
  const back = { kind: 'return', requestNumber: 'CR-2', change: 'CR-1' };
  const held = await outcomeAfter(ledger.fulfillment, change(back));
  expect(held.reason?.code).toBe('LATER_CHANGES');
  const agreedOn = { decision: 'approved', by: 'operator', reason: 'agreed', keep: [] } as const;
  expect((await decideHold(ledger.fulfillment, existing(held.hold), agreedOn)).outcome).toBe('decided');
  const all = { kind: 'return', requestNumber: 'CR-3', order: 'O1' };
  expect(await outcomeAfter(ledger.fulfillment, change(all))).toMatchObject({ status: 'fulfilled' });
  const reversals = await ledger.query(
    `select named.number, by_message.number as "by", taken_along as "takenAlong" from reversal
     join message as named on named.id = reversal.message
     join message as by_message on by_message.id = reversed_by order by 1`,
  );
  expect(reversals).toEqual([
    { number: 'CR-1', by: 'CR-2', takenAlong: false },
    { number: 'O1', by: 'CR-3', takenAlong: false },
  ]);
  expect(await ledger.query('select seats from license')).toEqual([{ seats: 150 }]);
  expect(await brokenInvariants(ledger)).toEqual([]);
});
