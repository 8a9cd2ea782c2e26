import type { Account } from '#src/domain/holdings.ts';
import { productFamily, type License } from '#src/domain/license.ts';
import type { Holding } from '#src/files/holdings-row.ts';
import type { ImportedHolding } from '#src/persistence/holdings-import.ts';

/** What is known of the account and the code that a row names. */
export interface KnownHolding {
  readonly account: Account | undefined;
  readonly license: License | undefined;
  readonly imported: ImportedHolding | undefined;
  readonly resellers: ReadonlySet<string>;
}

/** What to do with a row; `message` says why nothing is done. */
export type HoldingVerdict =
  | { readonly result: 'accepted'; readonly account: Account; readonly license: License | undefined }
  | { readonly result: 'repeat' | 'conflict' | 'invalid'; readonly message: string };

/**
 * Judges a row of a holdings file (contract §4). The same as the last import said of the code is a repeat, whatever has happened to
 * the license since. Something else is a change as long as nobody but the import has granted the license anything. A row may correct
 * the account's data together with a code that was imported before; with a new code it may not contradict them.
 */
export function judgeHolding(row: Holding, known: KnownHolding): HoldingVerdict {
  const { license, imported, resellers } = known;
  if (imported?.fingerprint === row.fingerprint)
    return { result: 'repeat', message: 'imported before with the same content' };
  if (row.reseller !== undefined && !resellers.has(row.reseller)) {
    const message = `reseller ${row.reseller} does not exist; "chancery reseller add NAME" adds one`;
    return { result: 'invalid', message };
  }
  const conflict = licenseConflict(row, license, imported) ?? accountConflict(row, known);
  if (conflict !== undefined) return { result: 'conflict', message: conflict };
  return { result: 'accepted', account: accountOf(row, known.account), license };
}

function licenseConflict(
  row: Holding,
  license: License | undefined,
  imported: ImportedHolding | undefined,
): string | undefined {
  if (!license) return undefined;
  if (!imported) return 'the Activation Code was issued here and is not to be imported';
  if (imported.thisRun) return 'this file says something else of the same Activation Code before';
  if (license.account !== row.account) return 'the Activation Code belongs to another account';
  if (productFamily(license.pid) !== productFamily(row.pid))
    return 'the Activation Code is of another product family';
  if (license.status === 'merged') return 'the license has been merged since it was imported';
  if (license.grants !== imported.grants)
    return 'the license has been changed by orders since it was imported, and the row says something else than that import';
  return undefined;
}

function accountConflict(row: Holding, { account, imported }: KnownHolding): string | undefined {
  if (!account) return undefined;
  if (account.mergedInto !== null)
    return `the account has been merged into the account ${account.mergedInto}`;
  if (row.reseller !== undefined && account.reseller !== null && account.reseller !== row.reseller)
    return 'the account belongs to another reseller';
  if (imported) return undefined;
  const different = (['company', 'email', 'country', 'region'] as const).filter(
    (key) => account[key] !== row[key],
  );
  const contact = row.contact !== undefined && account.contact !== null && account.contact !== row.contact;
  const fields = [...different, ...(contact ? ['contact'] : [])];
  return fields.length === 0 ? undefined : `the account is known with another ${fields.join(', ')}`;
}

function accountOf(row: Holding, account: Account | undefined): Account {
  const { company, email, country, region } = row;
  return {
    id: row.account,
    company,
    contact: row.contact ?? account?.contact ?? null,
    email,
    country,
    region,
    reseller: row.reseller ?? account?.reseller ?? null,
    mergedInto: null,
  };
}
