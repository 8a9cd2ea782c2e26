import { v7 as uuidv7 } from 'uuid';
import type { License } from '#src/domain/license.ts';
import { inTransaction, type Database } from '#src/persistence/database.ts';
import { grantOf, writeLedgerChanges } from '#src/persistence/ledger-changes.ts';

export interface Holding extends Partial<
  Pick<License, 'pid' | 'seats' | 'validThrough' | 'edition' | 'status' | 'type'>
> {
  readonly activationCode: string;
}

/** An account with licenses, as an import would have brought it. */
export async function addAccount(
  database: Database,
  id: string,
  reseller: string | null,
  holdings: readonly Holding[] = [],
): Promise<void> {
  const licenses = holdings.map((holding): License => ({
    id: uuidv7(),
    account: id,
    pid: '100101EN01',
    type: 'reseller',
    edition: 'full',
    status: 'active',
    seats: 50,
    validThrough: '2030-12-31',
    mergedInto: null,
    registrationKey: null,
    extendedBy: [],
    grants: 1,
    anchor: null,
    revokedBy: null,
    ...holding,
  }));
  const cause = uuidv7();
  await inTransaction(database, (tx) =>
    writeLedgerChanges(tx, {
      newAccounts: [
        {
          id,
          company: 'ACME GmbH',
          contact: null,
          email: 'it@acme.example',
          country: 'DE',
          region: 'emea',
          reseller,
          claimed: false,
          mergedInto: null,
        },
      ],
      changedAccounts: [],
      newRegistrationKeys: [],
      changedRegistrationKeys: [],
      newLicenses: licenses,
      changedLicenses: [],
      grants: licenses.map((license) => grantOf(license, { kind: 'import', id: cause }, null)),
      certificates: [],
      holds: [],
    }),
  );
}
