import { statement, type Transaction } from '#src/persistence/database.ts';

/** A license whose end is near and was not told of. */
export interface ExpiringLicense {
  readonly id: string;
  readonly activationCode: string;
  readonly account: string;
  /** Whose the account is; null while it is nobody's. */
  readonly reseller: string | null;
  readonly pid: string;
  readonly seats: number;
  readonly validThrough: string;
  /** From today: 0 on its last day. */
  readonly daysLeft: number;
  /** The least number of days to tell of that is not less than those left. */
  readonly threshold: number;
}

/** Days before the end that are told of. */
const thresholds = [7, 30, 60, 90];

/** The most days before an end that anybody is told of it. */
export const mostDaysLeft = Math.max(...thresholds);

/**
 * Active licenses that end in so many days, 0 being today, and were not told of for that, by their ids; at most `limit`. One that is first
 * seen late is told of once, for the nearest of the thresholds that it has passed. Ends are found by the grants that made them.
 * @param after the last license of the page before
 */
export async function findExpiring(
  tx: Transaction,
  days: number,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<readonly ExpiringLicense[]> {
  return statement(
    tx,
    `with clock as (select (now() at time zone 'utc')::date as today),
     ending as (
       select distinct license from license_grant
       where valid_through = (select today + $1::integer from clock)
         and license > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
     )
     ${selectExpiring}
     from ending cross join clock join license on license.id = ending.license and license.valid_through = today + $1::integer
     ${untold}
     order by ending.license limit $3`,
    [days, after ?? null, limit],
  );
}

/**
 * Those of the licenses that are still so, and of these accounts, whose locks the caller has; they count as told of from now on. One
 * that has moved to another account is found by the next look.
 */
export async function takeExpiring(
  tx: Transaction,
  ids: readonly string[],
  accounts: readonly string[],
): Promise<readonly ExpiringLicense[]> {
  return statement(
    tx,
    `with clock as (select (now() at time zone 'utc')::date as today),
     due as (
       ${selectExpiring} from license join clock on license.valid_through >= today and license.valid_through <= today + $2::integer
       ${untold}
       and license.id = any($1::uuid[]) and license.account = any($3::text[])
     ), noted as (
       insert into expiry_told (valid_through, license, threshold) select "validThrough", id, threshold from due
       on conflict do nothing returning valid_through, license
     )
     select due.* from due join noted on noted.license = due.id and noted.valid_through = due."validThrough" order by "validThrough", id`,
    [ids, mostDaysLeft, accounts],
  );
}

const selectExpiring = `select license.id, license.activation_code as "activationCode", license.account, account.reseller, license.pid,
  license.seats, license.valid_through as "validThrough", license.valid_through - today as "daysLeft", threshold`;

const untold = `join account on account.id = license.account
  cross join lateral (
    select min(days) as threshold from unnest(array[${thresholds.join(', ')}]) as days where days >= license.valid_through - today
  ) as nearest
  where license.status = 'active' and not exists (
    select from expiry_told as told
    where told.valid_through = license.valid_through and told.license = license.id and told.threshold = nearest.threshold
  )`;

/** Forgets what was told of ends that are past, in small pieces. @returns whether there may be more */
export async function forgetPastEnds(tx: Transaction, most: number): Promise<boolean> {
  const gone = await statement(
    tx,
    `delete from expiry_told where (valid_through, license, threshold) in (
       select valid_through, license, threshold from expiry_told
       where valid_through < (now() at time zone 'utc')::date order by valid_through limit $1
     ) returning 1`,
    [most],
  );
  return gone.length === most;
}
