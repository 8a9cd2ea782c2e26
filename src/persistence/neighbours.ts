import type { Account } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import { licenseColumns } from '#src/persistence/ledger.ts';

/** Accounts of one reseller that are looked at at most: the first by id. */
const mostLookedAt = 10_000;

/**
 * Ids of the other accounts that belong to the same reseller (or, like this one, to nobody) and have a license of one of the product
 * families, by id.
 */
export async function findNeighbours(
  tx: Transaction,
  { id, reseller }: Pick<Account, 'id' | 'reseller'>,
  families: readonly string[],
  limit: number,
): Promise<readonly string[]> {
  const owned = reseller === null ? 'reseller is null and $1::text is null' : 'reseller = $1';
  const rows = await statement<{ readonly id: string }>(
    tx,
    `select other.id from (select id from account where ${owned} order by id limit ${mostLookedAt}) as other
     where other.id <> $2 and exists (
       select from (select pid from license where account = other.id offset 0) as theirs where left(theirs.pid, 6) = any($3::text[]))
     order by other.id limit $4`,
    [reseller, id, families, limit],
  );
  return rows.map((row) => row.id);
}

/**
 * Of each account and product family the licenses, at most `limit`: the ones that decide whether it may merge come first (active
 * trials, other active ones, merged, expired).
 */
export async function findFamilyLicenses(
  tx: Transaction,
  accounts: readonly string[],
  families: readonly string[],
  limit: number,
): Promise<readonly License[]> {
  if (accounts.length === 0) return [];
  return statement(
    tx,
    `select ${licenseColumns('license')} from unnest($1::text[]) as wanted (account_id) cross join unnest($2::text[]) as product (family)
     cross join lateral (
       select * from (select * from license where account = wanted.account_id offset 0) as theirs where left(pid, 6) = product.family
       order by status = 'active' and valid_through >= (now() at time zone 'utc')::date desc, edition = 'trial' desc, status = 'merged' desc,
         status <> 'suspended' and status <> 'revoked' desc, pid, activation_code
       limit $3
     ) as license
     order by account, pid, activation_code`,
    [accounts, families, limit],
  );
}
