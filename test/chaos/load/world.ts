import { addDays } from '#src/domain/calendar.ts';
import type { Catalog } from '#src/domain/catalog.ts';
import { codeAlphabet, composeCode, randomSymbols } from '#src/domain/code.ts';
import type { Account } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import { inTransaction, statement, type Database } from '#src/persistence/database.ts';
import { grantOf, writeLedgerChanges } from '#src/persistence/ledger-changes.ts';
import type { Random } from '#test/chaos/random.ts';

export const resellers = [
  { name: 'northwind', licenseType: 'reseller' },
  { name: 'southwind', licenseType: 'retail' },
] as const;

/** What existing customers own before the first message: the same for the same seed, in any number of databases. */
export interface World {
  readonly accounts: readonly Account[];
  readonly licenses: readonly License[];
  /** Accounts that own nothing, and that no message names but those of a backlog. */
  readonly bareAccounts: readonly Account[];
}

/** No message names it but those of the canary. */
export const canaryAccount = 'canary';

const someone = {
  company: 'Customer GmbH',
  contact: null,
  email: 'it@customer.example',
  country: 'DE',
  region: 'emea',
  reseller: null,
  claimed: false,
  mergedInto: null,
};

export function makeWorld(random: Random, catalog: Catalog, accounts: number, bareAccounts: number): World {
  const suiteProducts = catalog.suites.flatMap(({ components }) => components);
  const mergeable = catalog.products.filter((product) => product.mergeable);
  const today = new Date().toISOString().slice(0, 10);
  const licenses: License[] = [];
  const give = (
    account: string,
    { pid, acPrefix }: { readonly pid: string; readonly acPrefix: string },
    chosen: Partial<License> = {},
  ) => {
    licenses.push({
      id: uuidOf(random),
      activationCode: codeOf(random, acPrefix),
      account,
      pid,
      type: random.pick(['reseller', 'retail', 'retail', 'oem']),
      edition: random.chance(0.1) ? 'trial' : 'full',
      status: random.chance(0.03) ? 'suspended' : 'active',
      seats: random.between(5, 150),
      validThrough: addDays(today, random.between(-60, 700)),
      mergedInto: null,
      registrationKey: null,
      extendedBy: [],
      grants: 1,
      anchor: null,
      revokedBy: null,
      ...chosen,
    });
  };
  const all = Array.from({ length: accounts }, (_, i): Account => {
    const id = `customer-${i + 1}`;
    const families = random.shuffled(suiteProducts).slice(0, random.between(0, 4));
    for (const product of families) give(id, product);
    const [again] = families;
    if (again && random.chance(0.06)) give(id, again);
    for (const product of mergeable)
      for (let left = random.between(0, 2); left > 0; left -= 1) give(id, product);
    return {
      ...someone,
      id,
      region: random.chance(0.1) ? 'apac' : 'emea',
      reseller: random.chance(0.2) ? random.pick(resellers).name : null,
    };
  });
  const office = suiteProducts.find(({ name }) => name === 'OfficeScan');
  const [onPremises] = mergeable;
  for (const product of [office, onPremises, onPremises])
    if (product)
      give(canaryAccount, product, {
        edition: 'full',
        status: 'active',
        type: 'retail',
        validThrough: addDays(today, 100),
      });
  return {
    accounts: [...all, { ...someone, id: canaryAccount }],
    licenses,
    bareAccounts: Array.from({ length: bareAccounts }, (_, i) => ({ ...someone, id: `bare-${i + 1}` })),
  };
}

/** Writes the resellers, accounts and licenses as a holdings import does: each license with its first grant. */
export async function writeWorld(
  database: Database,
  { accounts, licenses, bareAccounts }: World,
): Promise<void> {
  await inTransaction(database, async (tx) => {
    await statement(
      tx,
      'insert into reseller (name, license_type) select name, type from unnest($1::text[], $2::text[]) as r (name, type)',
      [resellers.map(({ name }) => name), resellers.map(({ licenseType }) => licenseType)],
    );
    await writeLedgerChanges(tx, {
      newAccounts: [...accounts, ...bareAccounts],
      newLicenses: licenses,
      grants: licenses.map((license) => grantOf(license, { kind: 'import', id: importRun }, null)),
      changedAccounts: [],
      changedLicenses: [],
      newRegistrationKeys: [],
      changedRegistrationKeys: [],
      certificates: [],
      holds: [],
    });
  });
}

const importRun = '00000000-0000-7000-8000-000000000001';

function codeOf(random: Random, prefix: string): string {
  const symbols = Array.from({ length: randomSymbols['activation-code'] }, () =>
    random.pick(Array.from(codeAlphabet)),
  );
  return composeCode('activation-code', prefix, symbols.join(''));
}

function uuidOf(random: Random): string {
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => random.between(0, 15).toString(16)).join('');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`;
}
