import { statement, type Transaction } from '#src/persistence/database.ts';

/** What a batch is about to look at and change. Accounts by the id that messages name, Registration Keys by their code. */
export interface LockedThings {
  readonly accounts: Iterable<string>;
  readonly registrationKeys?: Iterable<string>;
  /** Identities of messages that name no account: deliveries of one must still not be decided at the same time. */
  readonly identities?: Iterable<string>;
}

/** The locks turned out not to cover what the names stand for by now: roll back and begin again. */
export class LocksOutdatedError extends Error {
  override readonly name = 'LocksOutdatedError';
}

/** An account that a message names, with the survivor that stands for it (itself when it was not merged). */
interface Standing {
  readonly named: string;
  readonly survivor: string;
}

/**
 * Takes the transaction-long locks of everything named, and of the survivors of merged accounts and the accounts of Registration
 * Keys. This is the one lock order of the product: a single sorted set of advisory locks per transaction, before anything is
 * read to decide. Nothing that decides, accepts or imports for an account does so without its lock.
 * @returns the survivor of each account that exists, by the id that was named
 * @throws LocksOutdatedError when a merge or registration changed what the names stand for meanwhile; repeat the transaction
 */
export async function lock(tx: Transaction, things: LockedThings): Promise<ReadonlyMap<string, string>> {
  const named = new Set(things.accounts);
  const codes = [...new Set(things.registrationKeys)];
  const bound = await accountsOfKeys(tx, codes);
  for (const account of bound) named.add(account);
  const before = await findSurvivors(tx, [...named]);
  const locked = new Set([...named, ...before.values()]);
  const keys = [
    ...[...locked].map((account) => `account:${account}`),
    ...codes.map((code) => `registration-key:${code}`),
    ...[...(things.identities ?? [])].map((identity) => `message:${identity}`),
  ];
  if (keys.length === 0) return before;
  await statement(
    tx,
    `select pg_advisory_xact_lock(key)
     from (select distinct hashtextextended(name, 0) as key from unnest($1::text[]) as name order by key) as sorted`,
    [keys],
  );
  const boundNow = await accountsOfKeys(tx, codes);
  const after = await findSurvivors(tx, [...named]);
  if ([...boundNow, ...after.values()].some((account) => !locked.has(account)))
    throw new LocksOutdatedError();
  return after;
}

/** What the accounts stand for at this moment, without a lock: the survivor of each that exists, by the id that was named. */
export async function findSurvivors(
  tx: Transaction,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (accounts.length === 0) return new Map();
  const rows = await statement<Standing>(
    tx,
    `with recursive chain as (
       select id as named, id, merged_into from account where id = any($1::text[])
       union all
       select chain.named, next.id, next.merged_into
       from chain cross join lateral (select id, merged_into from account where id = chain.merged_into offset 0) as next
     )
     select named, id as survivor from chain where merged_into is null`,
    [accounts],
  );
  return new Map(rows.map(({ named, survivor }) => [named, survivor]));
}

async function accountsOfKeys(tx: Transaction, codes: readonly string[]): Promise<readonly string[]> {
  if (codes.length === 0) return [];
  const rows = await statement<{ readonly account: string }>(
    tx,
    `select key.account from registration_key as key where key.code = any($1::text[]) and key.account is not null
     union
     select older.account from registration_key as key join registration_key as older on older.id = key.alias_of
     where key.code = any($1::text[]) and older.account is not null`,
    [codes],
  );
  return rows.map(({ account }) => account);
}
