import type { Account } from '#src/domain/holdings.ts';
import { productFamily, type Edition, type License, type LicenseType } from '#src/domain/license.ts';
import { comparable } from '#src/domain/typed-text.ts';

/** What a holdings file says of one Activation Code and the account that owns it (contract §4). */
export interface Holding {
  readonly account: string;
  readonly company: string;
  readonly contact?: string | undefined;
  readonly email: string;
  readonly country: string;
  readonly region: string;
  readonly pid: string;
  readonly activationCode: string;
  readonly type: LicenseType;
  readonly edition: Edition;
  readonly seats: number;
  readonly validThrough: string;
  readonly status: 'active' | 'expired' | 'suspended' | 'revoked';
  readonly reseller?: string | undefined;
  /** SHA-256, hexadecimal, of all the others: equal for a repeat. */
  readonly fingerprint: string;
}

/** What the last import said of a code. */
export interface ImportedHolding {
  readonly activationCode: string;
  readonly fingerprint: string;
  /** How many grants the license had after that import: more by now means that we have changed it. */
  readonly grants: number;
  /** Whether that import was this one. */
  readonly thisRun: boolean;
}

/** What is known of the account and the code that a row names. */
export interface KnownHolding {
  readonly account: Account | undefined;
  readonly license: License | undefined;
  readonly imported: ImportedHolding | undefined;
  readonly resellers: ReadonlySet<string>;
}

/** What to do with a row; `message` says why nothing is done, or what of an accepted row is not taken over. */
export type HoldingVerdict =
  | {
      readonly result: 'accepted';
      readonly account: Account;
      readonly license: License | undefined;
      readonly message?: string;
    }
  | { readonly result: 'repeat' | 'conflict' | 'invalid'; readonly message: string };

/**
 * Judges a row of a holdings file (contract §4). The same as the last import said of the code is a repeat, whatever has happened to
 * the license since. Something else is a change as long as nobody but the import has granted the license anything. A row may correct
 * the account's data together with a code that was imported before. A new code of a known account is taken in however the row spells
 * the account's data, which stay as they are: a product that is owned must never look like one that is not.
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
  if (!known.account || imported)
    return { result: 'accepted', account: accountOf(row, known.account), license };
  const { account } = known;
  const contact = account.contact ?? row.contact ?? null;
  const different = fieldsThatDiffer(row, account);
  return {
    result: 'accepted',
    account: { ...account, contact, reseller: account.reseller ?? row.reseller ?? null },
    license,
    ...(different.length > 0 && {
      message: `the account is known with another ${different.join(', ')}, which stays; the code was taken in`,
    }),
  };
}

function fieldsThatDiffer(row: Holding, account: Account): readonly string[] {
  const different = (['company', 'email', 'country'] as const).filter((key) => account[key] !== row[key]);
  const region = comparable(account.region) !== comparable(row.region);
  const contact = row.contact !== undefined && account.contact !== null && account.contact !== row.contact;
  return [...different, ...(region ? ['region'] : []), ...(contact ? ['contact'] : [])];
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

function accountConflict(row: Holding, { account }: KnownHolding): string | undefined {
  if (!account) return undefined;
  if (account.mergedInto !== null)
    return `the account has been merged into the account ${account.mergedInto}`;
  if (row.reseller !== undefined && account.reseller !== null && account.reseller !== row.reseller)
    return 'the account belongs to another reseller; "chancery account move NAME --reseller R --reason …" moves it';
  return undefined;
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
    claimed: row.reseller === undefined && account?.claimed === true,
    mergedInto: null,
  };
}
