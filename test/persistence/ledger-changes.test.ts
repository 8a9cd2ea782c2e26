import { expect, test } from 'vitest';
import { inTransaction, reading } from '#src/persistence/database.ts';
import { writeLedgerChanges } from '#src/persistence/ledger-changes.ts';
import { findLicensesOfAccounts } from '#src/persistence/ledger.ts';
import { existing, outcomeAfter } from '#test/fulfillment/ending.ts';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { agreed, order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';

test('a license that was merged stands again in the transaction that revokes the one issued in its place', async () => {
  const ledger = await openLedger();
  await givenHoldings(ledger.database, [{ id: 'acme' }]);
  const { id } = await outcomeAfter(ledger.fulfillment, order({ register: agreed }));
  // Older than the one that stands, so that an update comes to it first.
  await ledger.query(
    `with newest as (select * from license where account = 'acme' order by activation_code limit 1)
     insert into license (id, activation_code, account, pid, type, edition, status, seats, valid_through, registration_key, merged_into, extended_by, grants)
     select '00000000-0000-7000-8000-000000000001', 'OS-AAAA-AAAA-AAAA-AAAA-AAAA', account, pid, type, edition, 'merged', seats, valid_through,
       registration_key, id, extended_by, 1 from newest`,
  );
  const licenses = await findLicensesOfAccounts(reading(ledger.database), ['acme']);
  const merged = existing(licenses.find(({ status }) => status === 'merged'));
  const issued = existing(licenses.find((license) => license.id === merged.mergedInto));
  const revoked = { ...issued, status: 'revoked', revokedBy: existing(id) } as const;
  await inTransaction(ledger.database, (tx) =>
    writeLedgerChanges(tx, {
      changedLicenses: [{ ...merged, status: 'active', mergedInto: null }, revoked],
      revokedLicenses: [revoked],
    }),
  );
  const after = await findLicensesOfAccounts(reading(ledger.database), ['acme']);
  expect(
    after.filter(({ pid }) => pid === issued.pid).map((license) => [license.id, license.status]),
  ).toEqual(
    expect.arrayContaining([
      [merged.id, 'active'],
      [issued.id, 'revoked'],
    ]),
  );
});
