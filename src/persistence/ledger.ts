import type { CalendarDate } from '#src/domain/calendar.ts';
import type { Account, RegistrationKey, Reseller } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import { selecting } from '#src/persistence/columns.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import { suitesOfSnapshots } from '#src/persistence/suite-snapshots.ts';

const accountColumns = selecting('account', [
  'id',
  'company',
  'contact',
  'email',
  'country',
  'region',
  'reseller',
  'claimed',
  'mergedInto',
]);

export const licenseColumns = (from: string) =>
  selecting(
    'license',
    [
      'id',
      'activationCode',
      'account',
      'pid',
      'type',
      'edition',
      'status',
      'seats',
      'validThrough',
      'mergedInto',
      'registrationKey',
      'extendedBy',
      'grants',
      'anchor',
      'revokedBy',
    ],
    from,
  );

const keyProperties = selecting(
  'registration_key',
  [
    'id',
    'code',
    'suite',
    'suiteSnapshot',
    'account',
    'reseller',
    'orderNumber',
    'customer',
    'seats',
    'startsOn',
    'validThrough',
    'aliasOf',
    'anchor',
    'suspended',
    'endedOn',
    'endedBy',
    'grants',
  ],
  'key',
);

const keyColumns = `${keyProperties},
  json_build_object('number', key.certificate_number, 'version', key.certificate_version) as certificate`;

export async function findResellers(tx: Transaction, names: readonly string[]): Promise<readonly Reseller[]> {
  if (names.length === 0) return [];
  return statement(
    tx,
    'select name, license_type as "licenseType" from reseller where name = any($1::text[])',
    [names],
  );
}

export async function findAccounts(tx: Transaction, ids: readonly string[]): Promise<readonly Account[]> {
  if (ids.length === 0) return [];
  return statement(tx, `select ${accountColumns} from account where id = any($1::text[])`, [ids]);
}

/** The accounts' licenses, merged ones included, by PID, then code. */
export async function findLicensesOfAccounts(
  tx: Transaction,
  accounts: readonly string[],
): Promise<readonly License[]> {
  if (accounts.length === 0) return [];
  return statement(
    tx,
    `select ${licenseColumns('license')} from license where account = any($1::text[]) order by pid, activation_code`,
    [accounts],
  );
}

/** The licenses that stayed in accounts that were merged, step by step, into one of these; by PID, then code. */
export async function findLicensesOfMerged(
  tx: Transaction,
  accounts: readonly string[],
): Promise<readonly License[]> {
  if (accounts.length === 0) return [];
  return statement(
    tx,
    `with recursive merged (id) as (
       select id from account where merged_into = any($1::text[])
       union
       select further.id from merged cross join lateral (select id from account where merged_into = merged.id offset 0) as further
     )
     select ${licenseColumns('license')} from merged cross join lateral (select * from license where account = merged.id offset 0) as license
     order by pid, activation_code`,
    [accounts],
  );
}

/** Which of an account's licenses to read: at most `limit`, after the one with this id. */
export interface LicensePage {
  readonly limit: number;
  readonly after?: string | undefined;
}

/** An account's own licenses, merged ones included, by PID, then code; all of them when no page is wanted. */
export async function findLicensesPage(
  tx: Transaction,
  account: string,
  page?: LicensePage,
): Promise<readonly License[]> {
  return statement(
    tx,
    `select ${licenseColumns('license')} from license where account = $1 and ($2::uuid is null or (pid, activation_code) > (
       select pid, activation_code from license where id = $2 and account = $1)) order by pid, activation_code limit $3`,
    [account, page?.after ?? null, page?.limit ?? null],
  );
}

/** Seats of an account's active full licenses by the day on which they end: a row a day, however many licenses there are. */
export function findActiveSeats(
  tx: Transaction,
  account: string,
  today: CalendarDate,
): Promise<readonly { readonly seats: number; readonly validThrough: CalendarDate }[]> {
  return statement(
    tx,
    `select sum(seats)::float8 as seats, valid_through as "validThrough" from license
     where account = $1 and edition = 'full' and status = 'active' and valid_through >= $2 group by valid_through`,
    [account, today],
  );
}

/** The licenses with these ids, and all that they were merged into, up to the survivors. */
export function findMergeChain(tx: Transaction, ids: readonly string[]): Promise<readonly License[]> {
  return mergeChain(tx, 'id = any($1::uuid[])', ids);
}

/** The licenses with these codes, and all that they were merged into, up to the survivors. */
export function findLicensesByCode(tx: Transaction, codes: readonly string[]): Promise<readonly License[]> {
  return mergeChain(tx, 'activation_code = any($1::text[])', codes);
}

async function mergeChain(
  tx: Transaction,
  start: string,
  values: readonly string[],
): Promise<readonly License[]> {
  if (values.length === 0) return [];
  return statement(
    tx,
    `with recursive chain as (
       select * from license where ${start}
       union
       select next.* from chain cross join lateral (select * from license where id = chain.merged_into offset 0) as next
     )
     select ${licenseColumns('chain')} from chain`,
    [values],
  );
}

/** The accounts' active Registration Keys, and those with these codes together with the ones that they are aliases of. */
export async function findRegistrationKeys(
  tx: Transaction,
  accounts: readonly string[],
  codes: readonly string[] = [],
): Promise<readonly RegistrationKey[]> {
  if (accounts.length === 0 && codes.length === 0) return [];
  const rows = await statement<KeyRow>(
    tx,
    `select ${keyColumns} from (
       select * from registration_key where account = any($1::text[]) and alias_of is null
       ${codes.length === 0 ? '' : namedKeys}
     ) as key`,
    codes.length === 0 ? [accounts] : [accounts, codes],
  );
  return withSuites(tx, rows);
}

/** The keys that stand for one of the accounts' keys now. */
export async function findAliases(
  tx: Transaction,
  accounts: readonly string[],
): Promise<readonly RegistrationKey[]> {
  if (accounts.length === 0) return [];
  const rows = await statement<KeyRow>(
    tx,
    `select ${keyColumns} from registration_key as older
     cross join lateral (select * from registration_key where alias_of = older.id offset 0) as key
     where older.account = any($1::text[]) and older.alias_of is null`,
    [accounts],
  );
  return withSuites(tx, rows);
}

async function withSuites(tx: Transaction, rows: readonly KeyRow[]): Promise<readonly RegistrationKey[]> {
  const suites = await suitesOfSnapshots(tx, new Set(rows.map(({ suiteSnapshot }) => suiteSnapshot)));
  return rows.flatMap(({ suiteSnapshot, ...key }) => {
    const suite = suites.get(suiteSnapshot);
    return suite ? [{ ...key, ...suite }] : [];
  });
}

interface KeyRow extends Omit<RegistrationKey, 'suiteName' | 'components'> {
  readonly suiteSnapshot: string;
}

/** Those with a code, and the ones that they are aliases of; a key that is the account's too comes twice. */
const namedKeys = `
       union all
       select * from registration_key where code = any($2::text[])
       union all
       select older.* from registration_key as named
       cross join lateral (select * from registration_key where id = named.alias_of offset 0) as older where named.code = any($2::text[])`;
