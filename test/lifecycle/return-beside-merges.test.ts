import { expect, test } from 'vitest';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { outcomeAfter } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { change, onPremisesMerge, order, serviceMerge } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';
import { mergingCatalog } from '#test/lifecycle/oracle/merging-catalog.ts';

const code = (number: number) => activationCode('WF', number);

/** Three licenses of one product, of which one is suspended, and the other two merged. */
async function mergedBesideSuspended(merge?: readonly string[]): Promise<Ledger> {
  const ledger = await openLedger({ catalog: await mergingCatalog() });
  const { database, fulfillment } = ledger;
  const licenses = [1, 2, 3].map((number) => ({
    account: 'acme',
    pid: '100501EN01',
    type: 'retail' as const,
    activationCode: code(number),
  }));
  await givenHoldings(database, [{ id: 'acme' }], licenses);
  const suspension = { kind: 'suspension', reseller: undefined, activationCode: code(3), because: 'unpaid' };
  expect(await outcomeAfter(fulfillment, change({ ...suspension, requestNumber: 'S' }))).toMatchObject({
    status: 'fulfilled',
  });
  const merged = await outcomeAfter(fulfillment, onPremisesMerge('acme', code(1), merge ? { merge } : {}));
  expect(merged).toMatchObject({ status: 'fulfilled' });
  return ledger;
}

const back = { kind: 'return', reseller: undefined, requestNumber: 'R', change: 'S' };

test('a merge that found two licenses because the third was suspended is undone first', async () => {
  const ledger = await mergedBesideSuspended();
  expect(await outcomeAfter(ledger.fulfillment, change(back))).toMatchObject({
    status: 'rejected',
    reason: { code: 'UNDO_MERGE_FIRST', details: { mergeRequest: 'MR-1' } },
  });
});

test('one that named what it merges is none of the third license’s business', async () => {
  const ledger = await mergedBesideSuspended([code(2)]);
  expect(await outcomeAfter(ledger.fulfillment, change(back))).toMatchObject({ status: 'fulfilled' });
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('an account is nobody’s again, though one that was merged into it since was somebody’s', async () => {
  const ledger = await openLedger({ catalog: await mergingCatalog() });
  const { database, fulfillment } = ledger;
  const service = { pid: '100502EN01', seats: 50 } as const;
  await givenHoldings(
    database,
    [{ id: 'acme' }, { id: 'other' }],
    [
      { ...service, account: 'acme', activationCode: activationCode('WS', 1) },
      { ...service, account: 'other', activationCode: activationCode('WS', 2) },
    ],
  );
  const owners = () => ledger.query('select id, reseller, claimed from account order by id');
  await outcomeAfter(fulfillment, order({ orderNumber: 'O1', customer: { account: 'other' } }));
  const merge = await outcomeAfter(fulfillment, serviceMerge('acme', 'other'));
  expect(merge).toMatchObject({ status: 'fulfilled' });
  const before = await owners();
  expect(before).toMatchObject([
    { id: 'acme', claimed: false },
    { id: 'other', claimed: true },
  ]);
  await outcomeAfter(fulfillment, order({ orderNumber: 'O2' }));
  expect(await owners()).toMatchObject([{ claimed: true }, { claimed: true }]);
  const returned = await outcomeAfter(fulfillment, change({ kind: 'return', order: 'O2' }));
  expect(returned).toMatchObject({ status: 'fulfilled' });
  expect(await owners()).toEqual(before);
  // Who names the merged account now means, and claims, the one that stands for it.
  await outcomeAfter(fulfillment, order({ orderNumber: 'O3', customer: { account: 'other' } }));
  await outcomeAfter(fulfillment, order({ orderNumber: 'O4' }));
  await outcomeAfter(fulfillment, change({ kind: 'return', requestNumber: 'CR-2', order: 'O4' }));
  expect(await owners()).toMatchObject([{ reseller: 'northwind', claimed: true }, { claimed: true }]);
  expect(await brokenInvariants(ledger)).toEqual([]);
});
