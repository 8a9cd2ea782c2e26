import { expect, test } from 'vitest';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { existing, outcomeAfter } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { agreed, change, order, serviceMerge } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';
import { mergingCatalog } from '#test/lifecycle/oracle/merging-catalog.ts';

// An account has one issued license of a product. Once a merge has taken it away, another may be issued.

/** Two suites of the same products, and two accounts that `acme` merges its service into. */
async function open(): Promise<Ledger> {
  const catalog = await mergingCatalog();
  const suite = existing(catalog.suites.find(({ code }) => code === 'SBS'));
  const suites = [...catalog.suites, { ...suite, code: 'SBT' }];
  const ledger = await openLedger({ catalog: { ...catalog, suites } });
  const service = { pid: '100502EN01', type: 'oem' } as const;
  await givenHoldings(
    ledger.database,
    [{ id: 'acme' }, { id: 'first' }, { id: 'second' }],
    [
      { ...service, account: 'first', activationCode: activationCode('WS', 1) },
      { ...service, account: 'second', activationCode: activationCode('WS', 2) },
      { account: 'acme', activationCode: activationCode('OS', 3) },
    ],
  );
  return ledger;
}

async function taken(ledger: Ledger, suite: string, orderNumber: string, into: string): Promise<void> {
  const ordered = await outcomeAfter(ledger.fulfillment, order({ suite, orderNumber, register: agreed }));
  expect(ordered).toMatchObject({ status: 'fulfilled' });
  const merge = serviceMerge(into, 'acme', { requestNumber: `into-${into}` });
  expect(await outcomeAfter(ledger.fulfillment, merge)).toMatchObject({ status: 'fulfilled' });
}

function undo({ fulfillment }: Ledger, mergeRequest: string, requestNumber: string): Promise<Outcome> {
  const asked = { kind: 'undo-merge', reseller: undefined, mergeRequest, requestNumber };
  return outcomeAfter(fulfillment, change(asked));
}

test('a merge whose license was issued anew is not undone before what issued it is returned', async () => {
  const ledger = await open();
  await taken(ledger, 'SBS', 'PO-1', 'first');
  const anew = order({ suite: 'SBT', orderNumber: 'PO-2', register: agreed });
  expect(await outcomeAfter(ledger.fulfillment, anew)).toMatchObject({ status: 'fulfilled' });
  expect(await undo(ledger, 'into-first', 'U-1')).toMatchObject({
    status: 'rejected',
    reason: { code: 'MERGE_BUILT_UPON', message: expect.stringContaining('PO-2') },
  });
  const returned = change({ kind: 'return', order: 'PO-2', requestNumber: 'R' });
  expect(await outcomeAfter(ledger.fulfillment, returned)).toMatchObject({ status: 'fulfilled' });
  expect(await undo(ledger, 'into-first', 'U-2')).toMatchObject({ status: 'fulfilled' });
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('of two merges whose licenses cannot both stand again, one is undone', async () => {
  const ledger = await open();
  await taken(ledger, 'SBS', 'PO-1', 'first');
  await taken(ledger, 'SBT', 'PO-2', 'second');
  expect(await undo(ledger, 'into-first', 'U-1')).toMatchObject({ status: 'fulfilled' });
  expect(await undo(ledger, 'into-second', 'U-2')).toMatchObject({
    status: 'rejected',
    reason: { code: 'MERGE_BUILT_UPON', message: expect.stringContaining('undo-merge U-1') },
  });
  expect(await brokenInvariants(ledger)).toEqual([]);
});
