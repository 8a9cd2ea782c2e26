import { expect, test } from 'vitest';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { outcomeAfter } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { change, day, order, serviceMerge } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';
import { mergingCatalog } from '#test/lifecycle/oracle/merging-catalog.ts';

test.each([
  { kind: 'seats', seats: 500 },
  { kind: 'cancellation' },
  { kind: 'suspension', because: 'unpaid' },
  { kind: 'renewal', validThrough: day(900) },
])('$kind of a key leaves what a merge put into an account of another reseller', async (asked) => {
  const ledger = await openLedger({ catalog: await mergingCatalog() });
  const service = { pid: '100502EN01', seats: 50, validThrough: day(300) } as const;
  await givenHoldings(
    ledger.database,
    [{ id: 'acme' }, { id: 'other', reseller: 'southwind' }],
    [
      { ...service, account: 'acme', type: 'retail', activationCode: activationCode('WS', 1) },
      { ...service, account: 'other', type: 'oem', activationCode: activationCode('WS', 2) },
      { account: 'acme', pid: '100101EN01', activationCode: activationCode('OS', 3) },
    ],
  );
  await outcomeAfter(ledger.fulfillment, order({ suite: 'SBS', seats: 60, term: 'P2M' }));
  expect(await outcomeAfter(ledger.fulfillment, serviceMerge('other', 'acme'))).toMatchObject({
    status: 'fulfilled',
  });
  const others = () =>
    ledger.query("select seats, valid_through, status from license where account = 'other'");
  const before = await others();
  const changed = await outcomeAfter(
    ledger.fulfillment,
    change({ order: 'PO-1', requestNumber: 'C', ...asked }),
  );
  expect(changed.status).toBe('fulfilled');
  expect(changed.lines?.map(({ pid }) => pid)).not.toContain('100502EN01');
  expect(await others()).toEqual(before);
  const returned = await outcomeAfter(
    ledger.fulfillment,
    change({ kind: 'return', requestNumber: 'R', change: 'C' }),
  );
  expect(returned.status).toBe('fulfilled');
  expect(await others()).toEqual(before);
  expect(await brokenInvariants(ledger)).toEqual([]);
});
