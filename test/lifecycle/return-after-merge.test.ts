import { expect, test } from 'vitest';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { existing, outcomeAfter } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import {
  agreed,
  change,
  day,
  order,
  registration,
  serviceMerge,
} from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';
import { mergingCatalog } from '#test/lifecycle/oracle/merging-catalog.ts';

/** Two accounts with a license of a service each, and one with a product more, so that a merge does not merge it away. */
async function twoAccounts(): Promise<Ledger> {
  const ledger = await openLedger({ catalog: await mergingCatalog() });
  const service = { pid: '100502EN01', seats: 50 } as const;
  await givenHoldings(
    ledger.database,
    [{ id: 'acme' }, { id: 'other' }],
    [
      { ...service, account: 'acme', activationCode: activationCode('WS', 1) },
      { ...service, account: 'other', activationCode: activationCode('WS', 2), validThrough: day(500) },
      { account: 'acme', pid: '100101EN01', activationCode: activationCode('OS', 3) },
    ],
  );
  return ledger;
}

/** The license that survives in the other account. */
function survivorOf({ query }: Ledger) {
  return query("select seats, valid_through as end from license where account = 'other'");
}

test('a change that reached a license of another account, by a merge, is returned there, too', async () => {
  const ledger = await twoAccounts();
  await outcomeAfter(ledger.fulfillment, order({ suite: 'SBS', seats: 60 }));
  const merged = await outcomeAfter(ledger.fulfillment, serviceMerge('other', 'acme'));
  expect(merged.status).toBe('fulfilled');
  const before = await survivorOf(ledger);
  const changed = await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'seats', requestNumber: 'S', order: 'PO-1', seats: 500 }),
  );
  expect(await survivorOf(ledger)).not.toEqual(before);
  const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', change: 'S' }));
  expect(returned.status).toBe('fulfilled');
  expect(await survivorOf(ledger)).toEqual(before);
  const sum = (lines: typeof changed.lines) => lines?.reduce((all, { seatDays }) => all + seatDays, 0);
  expect(sum(returned.lines)).toBe(-existing(sum(changed.lines)));
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('a person is asked where the other account has changed such a license meanwhile', async () => {
  const ledger = await twoAccounts();
  await outcomeAfter(ledger.fulfillment, order({ suite: 'SBS', seats: 60 }));
  await outcomeAfter(ledger.fulfillment, serviceMerge('other', 'acme'));
  await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'seats', requestNumber: 'S', order: 'PO-1', seats: 500 }),
  );
  await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'seats', requestNumber: 'T', activationCode: activationCode('WS', 2), seats: 600 }),
  );
  expect(await outcomeAfter(ledger.fulfillment, change({ kind: 'return', change: 'S' }))).toMatchObject({
    status: 'held',
    reason: { code: 'LATER_CHANGES' },
  });
});

test('a cancelled key leaves a license of another account the end that others gave it', async () => {
  const ledger = await twoAccounts();
  await outcomeAfter(ledger.fulfillment, order({ suite: 'SBS', seats: 60, term: 'P1M' }));
  await outcomeAfter(ledger.fulfillment, serviceMerge('other', 'acme'));
  const [before] = await ledger.query("select valid_through as end from license where account = 'other'");
  await outcomeAfter(ledger.fulfillment, change({ kind: 'cancellation', order: 'PO-1' }));
  const [after] = await ledger.query("select valid_through as end from license where account = 'other'");
  expect(after).toEqual(before);
});

test('what came after a merge that did not merge the account away is decided again', async () => {
  const ledger = await twoAccounts();
  const first = await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O1', seats: 100 }));
  await outcomeAfter(ledger.fulfillment, serviceMerge('other', 'acme'));
  await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O2', seats: 200, register: agreed }));
  const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', order: 'O1' }));
  expect(returned).toMatchObject({ status: 'fulfilled', registrationKey: first.registrationKey, seats: 200 });
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('what was registered under a merged name is decided again as the account that stands for it', async () => {
  const ledger = await openLedger({ catalog: await mergingCatalog() });
  const service = { pid: '100502EN01', seats: 50 } as const;
  await givenHoldings(
    ledger.database,
    [{ id: 'acme' }, { id: 'other' }],
    [
      { ...service, account: 'acme', activationCode: activationCode('WS', 1) },
      { ...service, account: 'other', activationCode: activationCode('WS', 2) },
    ],
  );
  await outcomeAfter(ledger.fulfillment, serviceMerge('other', 'acme'));
  const ordered = await outcomeAfter(ledger.fulfillment, order({ customer: { account: undefined } }));
  await outcomeAfter(ledger.fulfillment, registration(existing(ordered.registrationKey)));
  const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', order: 'PO-1' }));
  expect(returned.status).toBe('fulfilled');
  const [{ count } = { count: 0 }] = await ledger.query<{ readonly count: number }>(
    "select count(*)::integer from license where registration_key is not null and status <> 'revoked'",
  );
  expect(count).toBe(0);
  expect(await brokenInvariants(ledger)).toEqual([]);
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
