import { expect, test } from 'vitest';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { decideAll } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { agreed, change, order, serviceMerge } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';
import { mergingCatalog } from '#test/lifecycle/oracle/merging-catalog.ts';

test('two changes of one license without a key, decided in one transaction, are versions one and two of its certificate', async () => {
  const ledger = await openLedger();
  const code = activationCode('OS', 1);
  await givenHoldings(ledger.database, [{ id: 'acme' }], [{ account: 'acme', activationCode: code }]);
  const asked = { kind: 'seats', activationCode: code, allowFewerSeats: true };
  const endings = await decideAll(
    ledger.fulfillment,
    change({ ...asked, requestNumber: 'A', seats: 300 }),
    change({ ...asked, requestNumber: 'B', seats: 400 }),
  );
  expect(endings).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
  expect(
    await ledger.query(
      'select message.number, version from certificate join message on message.id = message order by version',
    ),
  ).toEqual([
    { number: 'A', version: 1 },
    { number: 'B', version: 2 },
  ]);
  expect(await brokenInvariants(ledger)).toEqual([]);
});

test('a license that is issued and merged away in one transaction names its survivor', async () => {
  const ledger = await openLedger({ catalog: await mergingCatalog() });
  await givenHoldings(
    ledger.database,
    [{ id: 'acme' }, { id: 'other' }],
    [
      { account: 'other', pid: '100502EN01', type: 'oem', activationCode: activationCode('WS', 2) },
      { account: 'acme', activationCode: activationCode('OS', 3) },
    ],
  );
  const endings = await decideAll(
    ledger.fulfillment,
    order({ suite: 'SBS', register: agreed }),
    serviceMerge('other', 'acme'),
  );
  expect(endings).toMatchObject([{ status: 'fulfilled' }, { status: 'fulfilled' }]);
  expect(await brokenInvariants(ledger)).toEqual([]);
});
