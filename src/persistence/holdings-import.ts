import type { Account } from '#src/domain/holdings.ts';
import type { ImportedHolding } from '#src/domain/importing/judge-holding.ts';
import type { License } from '#src/domain/license.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

/** @param runBegunAt the database's time when this import began, as `timestamptz` text */
export async function findImportedHoldings(
  tx: Transaction,
  activationCodes: readonly string[],
  runBegunAt: string,
): Promise<readonly ImportedHolding[]> {
  if (activationCodes.length === 0) return [];
  return statement(
    tx,
    `select activation_code as "activationCode", encode(fingerprint, 'hex') as fingerprint, grants,
       imported_at >= $2::timestamptz as "thisRun"
     from imported_holding where activation_code = any($1::text[])`,
    [activationCodes, runBegunAt],
  );
}

/** Remembers what this import said of the codes, over what an earlier one did. */
export async function recordImportedHoldings(
  tx: Transaction,
  holdings: readonly Omit<ImportedHolding, 'thisRun'>[],
): Promise<void> {
  if (holdings.length === 0) return;
  await statement(
    tx,
    `insert into imported_holding (activation_code, fingerprint, grants, imported_at)
     select "activationCode", decode(fingerprint, 'hex'), grants, now()
     from jsonb_to_recordset($1::jsonb) as ("activationCode" text, fingerprint text, grants integer)
     on conflict (activation_code) do update
       set fingerprint = excluded.fingerprint, grants = excluded.grants, imported_at = excluded.imported_at`,
    [JSON.stringify(holdings)],
  );
}

/** Writes what an import says of accounts that exist. */
export async function updateImportedAccounts(tx: Transaction, accounts: readonly Account[]): Promise<void> {
  if (accounts.length === 0) return;
  await statement(
    tx,
    `update account set company = changed.company, contact = changed.contact, email = changed.email,
       country = changed.country, region = changed.region, reseller = changed.reseller,
       claimed = changed.claimed
     from jsonb_to_recordset($1::jsonb) as changed (id text, company text, contact text, email text, country text, region text,
       reseller text, claimed boolean)
     where account.id = changed.id`,
    [JSON.stringify(accounts)],
  );
}

/** Writes what an import says of licenses that exist, edition and variant of the product and type included. */
export async function updateImportedLicenses(tx: Transaction, licenses: readonly License[]): Promise<void> {
  if (licenses.length === 0) return;
  await statement(
    tx,
    `update license set pid = changed.pid, type = changed.type, edition = changed.edition, status = changed.status,
       seats = changed.seats, valid_through = changed."validThrough", grants = changed.grants, anchor = changed.anchor
     from jsonb_to_recordset($1::jsonb) as changed (id uuid, pid text, type text, edition text, status text, seats integer,
       "validThrough" date, grants integer, anchor date)
     where license.id = changed.id`,
    [JSON.stringify(licenses)],
  );
}
