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
  /** Accounts that are to be locked, too, when it begins again: nothing that is named leads there before the ledger is read. */
  readonly farther: readonly string[];

  constructor(farther: readonly string[] = []) {
    super();
    this.farther = farther;
  }
}

/** An account that a message names, with the survivor that stands for it (itself when it was not merged). */
interface Standing {
  readonly named: string;
  readonly survivor: string;
}

/**
 * Takes the transaction-long locks of everything named, and of the survivors of merged accounts and the accounts of Registration
 * Keys, by whichever of their codes they are named. This is the one lock order of the product: a single sorted set of advisory locks
 * per transaction, before anything is read to decide. Nothing that decides, accepts or imports for an account does so without its
 * lock. Statements called right after it, without waiting, run under the locks already.
 * @returns the survivor of each account that exists, by the id that was named
 * @throws LocksOutdatedError when a merge or registration changed what the names stand for meanwhile; repeat the transaction
 */
export async function lock(tx: Transaction, things: LockedThings): Promise<ReadonlyMap<string, string>> {
  const accounts = [...new Set(things.accounts)];
  const codes = [...new Set(things.registrationKeys)];
  const others = [
    ...codes.map((code) => `registration-key:${code}`),
    ...[...(things.identities ?? [])].map((identity) => `message:${identity}`),
  ];
  const [[taken], standings] = await Promise.all([
    statement<{ readonly accounts: readonly string[] }>(tx, takeLocks(codes.length > 0), [
      accounts,
      others,
      ...(codes.length > 0 ? [codes] : []),
    ]),
    // A statement of its own, which sees what was committed while the first one waited.
    findStandings(tx, accounts, codes),
  ]);
  const locked = new Set(taken?.accounts);
  if (standings.some(({ named, survivor }) => !locked.has(named) || !locked.has(survivor)))
    throw new LocksOutdatedError();
  return survivorByName(standings);
}

/** What the accounts stand for at this moment, without a lock: the survivor of each that exists, by the id that was named. */
export async function findSurvivors(
  tx: Transaction,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return survivorByName(await findStandings(tx, accounts, []));
}

function survivorByName(standings: readonly Standing[]): ReadonlyMap<string, string> {
  return new Map(standings.map(({ named, survivor }) => [named, survivor]));
}

async function findStandings(
  tx: Transaction,
  accounts: readonly string[],
  codes: readonly string[],
): Promise<readonly Standing[]> {
  if (accounts.length + codes.length === 0) return [];
  return codes.length === 0
    ? statement<Standing>(tx, `with recursive ${standing('$1')} select * from standing`, [accounts])
    : statement<Standing>(tx, `with recursive ${standing('$1', '$2')} select * from standing`, [
        accounts,
        codes,
      ]);
}

/** One row: the accounts whose locks it took, together with those of the other names. */
function takeLocks(hasCodes: boolean): string {
  return `with recursive ${standing('$1', hasCodes ? '$3' : undefined)}, locked as (
      select id from named union select survivor from standing
    ), sorted as (
      select distinct hashtextextended(name, 0) as key
      from (
        select 'account:' || id from locked union all select unnest($2::text[])
        ${hasCodes ? "union all select 'registration-key:' || id from named_key" : ''}
      ) as names (name) order by key
    )
    select array(select id from locked) as accounts, count(pg_advisory_xact_lock(key)) as locks from sorted`;
}

/**
 * The accounts named and those of Registration Keys named, as `named`; the survivors of those that exist, as `standing`; the keys, as `key`.
 */
function standing(accounts: string, codes?: string): string {
  return `${codes === undefined ? '' : keysOfCodes(codes)} named (id) as (
      select unnest(${accounts}::text[])
      ${codes === undefined ? '' : accountsOfKeys}
    ), chain as (
      select found.id as named, found.id, found.merged_into
      from named cross join lateral (select id, merged_into from account where id = named.id offset 0) as found
      union all
      select chain.named, next.id, next.merged_into
      from chain cross join lateral (select id, merged_into from account where id = chain.merged_into offset 0) as next
    ), standing as (
      select named, id as survivor from chain where merged_into is null
    )`;
}

/** A key that is named by a code that was replaced is the same as under its newest. */
function keysOfCodes(codes: string): string {
  return `named_key (id) as (
      select id from registration_key where code = any(${codes}::text[])
      union
      select registration_key from retired_code where code = any(${codes}::text[]) and registration_key is not null
    ),`;
}

const accountsOfKeys = `union
      select found.account
      from named_key cross join lateral (select account from registration_key where id = named_key.id offset 0) as found where found.account is not null
      union
      select older.account
      from named_key cross join lateral (select alias_of from registration_key where id = named_key.id offset 0) as alias
      cross join lateral (select account from registration_key where id = alias.alias_of offset 0) as older where older.account is not null`;
