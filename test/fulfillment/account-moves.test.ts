import { expect, test } from 'vitest';
import { moveAccount } from '#src/fulfillment/batch/move-account.ts';
import { accountView } from '#src/fulfillment/looking/account-view.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { outcomeAfter } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import { normalisedLedger } from '#test/fulfillment/normalised-ledger.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';
import { replay } from '#test/fulfillment/replay.ts';

const why = { by: 'operator maria', reason: 'changed supplier' };
const begin = ({ database }: Ledger) =>
  givenHoldings(
    database,
    [{ id: 'acme', reseller: 'southwind' }],
    [{ account: 'acme', activationCode: activationCode('OS', 1) }],
  );

test('a moved account takes orders of its new reseller, who sees its codes, and none of the former one', async () => {
  const ledger = await openLedger();
  await begin(ledger);
  const { fulfillment, query } = ledger;
  expect(await outcomeAfter(fulfillment, order())).toMatchObject({
    reason: { code: 'ACCOUNT_OF_ANOTHER_RESELLER' },
  });
  expect(await moveAccount(fulfillment, 'acme', 'northwind', why)).toMatchObject({
    outcome: 'moved',
    move: { account: 'acme', from: 'southwind', to: 'northwind', ...why },
  });
  expect(await moveAccount(fulfillment, 'acme', 'northwind', why)).toEqual({
    outcome: 'unchanged',
    reseller: 'northwind',
  });
  expect(await outcomeAfter(fulfillment, order({ orderNumber: 'PO-2' }))).toMatchObject({
    status: 'fulfilled',
  });
  expect(
    await outcomeAfter(fulfillment, order({ orderNumber: 'PO-3', reseller: 'southwind' })),
  ).toMatchObject({ status: 'held' });
  expect(await accountView(fulfillment, 'acme', { kind: 'reseller', name: 'southwind' })).toBeUndefined();
  expect(await query('select from_reseller, to_reseller, moved_by, reason from account_move')).toEqual([
    { from_reseller: 'southwind', to_reseller: 'northwind', moved_by: why.by, reason: why.reason },
  ]);
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('an account that becomes nobody’s is the next one’s whose order is fulfilled; a replay with the moves ends alike', async () => {
  const ledger = await openLedger();
  await begin(ledger);
  await outcomeAfter(ledger.fulfillment, order({ reseller: 'southwind', orderNumber: 'PO-0' }));
  await moveAccount(ledger.fulfillment, 'acme', null, why);
  await outcomeAfter(ledger.fulfillment, order({ seats: 120 }));
  expect(await ledger.query('select reseller from account')).toEqual([{ reseller: 'northwind' }]);
  await moveAccount(ledger.fulfillment, 'acme', 'southwind', why);
  const replayed = await openLedger();
  await begin(replayed);
  await replay(ledger, replayed, 'decision');
  expect(await normalisedLedger(replayed)).toEqual(await normalisedLedger(ledger));
});

test('what cannot be moved is refused by name', async () => {
  const { database, fulfillment } = await openLedger();
  await givenHoldings(database, [{ id: 'acme' }, { id: 'branch', mergedInto: null }]);
  await moveAccount(fulfillment, 'branch', 'northwind', why);
  const codes = await Promise.all(
    [
      ['nobody', 'northwind'],
      ['acme', 'nobody'],
    ].map(async ([account = '', to = '']) => {
      const moved = await moveAccount(fulfillment, account, to, why);
      return moved.outcome === 'refused' ? moved.reason.code : moved.outcome;
    }),
  );
  expect(codes).toEqual(['UNKNOWN_ACCOUNT', 'UNKNOWN_RESELLER']);
});
