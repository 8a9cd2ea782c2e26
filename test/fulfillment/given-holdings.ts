import { randomUUID } from 'node:crypto';
import { codeAlphabet, composeCode, randomSymbols } from '#src/domain/code.ts';
import type { Account } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import { inTransaction, type Database } from '#src/persistence/database.ts';
import { grantOf, writeLedgerChanges } from '#src/persistence/ledger-changes.ts';
import { day } from '#test/fulfillment/messages-by-hand.ts';

export type GivenAccount = Partial<Account> & Pick<Account, 'id'>;
export type GivenLicense = Partial<License> & Pick<License, 'account' | 'activationCode'>;

/** Writes accounts and licenses as a holdings import does: each license with its first grant. */
export async function givenHoldings(
  database: Database,
  accounts: readonly GivenAccount[],
  licenses: readonly GivenLicense[] = [],
): Promise<void> {
  const imported = licenses.map(licenseOf);
  await inTransaction(database, (tx) =>
    writeLedgerChanges(tx, {
      newAccounts: accounts.map(accountOf),
      newLicenses: imported,
      grants: imported.map((license) => grantOf(license, { kind: 'import', id: importRun }, null)),
      changedAccounts: [],
      changedLicenses: [],
      newRegistrationKeys: [],
      changedRegistrationKeys: [],
      certificates: [],
      holds: [],
    }),
  );
}

/** An Activation Code of the prefix, the same for the same number. */
export function activationCode(prefix: string, number: number): string {
  const digits: string[] = [];
  for (let rest = number; digits.length < randomSymbols['activation-code']; rest = Math.floor(rest / 31))
    digits.push(codeAlphabet.charAt(rest % 31));
  return composeCode('activation-code', prefix, digits.join(''));
}

const importRun = '00000000-0000-7000-8000-000000000001';

function accountOf(given: GivenAccount): Account {
  const nobodys = { contact: null, reseller: null, claimed: false, mergedInto: null };
  return {
    company: `${given.id} GmbH`,
    email: `it@${given.id}.example`,
    country: 'DE',
    region: 'emea',
    ...nobodys,
    ...given,
  };
}

function licenseOf(given: GivenLicense): License {
  return {
    id: randomUUID(),
    pid: '100101EN01',
    type: 'retail',
    edition: 'full',
    status: 'active',
    seats: 50,
    validThrough: day(100),
    mergedInto: null,
    registrationKey: null,
    extendedBy: [],
    grants: 1,
    anchor: null,
    revokedBy: null,
    ...given,
  };
}
