import type { CodePurpose } from '#src/domain/customers/sign-in.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

export interface NewSignInCode {
  readonly id: string;
  readonly address: string;
  /** An invitation is mailed without a code, and counts all the same. */
  readonly purpose: CodePurpose | 'invitation';
  /** Of the browser that asked. */
  readonly session: string;
  readonly account: string | null;
  readonly hmac: Buffer;
  readonly network: string;
  readonly mailed: boolean;
}

/**
 * What was mailed to the address, and asked for by the network, within the last hour, under a lock that makes those who ask at once take
 * turns. Of a network those for unknown addresses count, too: otherwise it could tell by what is left whether an address is known.
 */
export async function countRecentCodes(
  tx: Transaction,
  address: string,
  network: string,
): Promise<{ readonly ofAddress: number; readonly ofNetwork: number }> {
  await statement(tx, `select pg_advisory_xact_lock(hashtext('chancery sign-in ' || $1))`, [address]);
  await statement(tx, `select pg_advisory_xact_lock(hashtext('chancery sign-in network ' || $1))`, [network]);
  const [counts] = await statement<{ readonly ofAddress: number; readonly ofNetwork: number }>(
    tx,
    `select (select count(*)::integer from sign_in_code where address = $1 and mailed and created_at > now() - interval '1 hour') as "ofAddress",
       (select count(*)::integer from sign_in_code where network = $2 and created_at > now() - interval '1 hour') as "ofNetwork"`,
    [address, network],
  );
  return counts ?? { ofAddress: 0, ofNetwork: 0 };
}

/** A new code ends the one that the same browser asked for before, for the same purpose. */
export async function insertSignInCode(tx: Transaction, code: NewSignInCode): Promise<void> {
  await statement(
    tx,
    `with earlier as (
       update sign_in_code set ended_at = now()
       where ended_at is null and purpose = $3 and id <> $1 and created_at > now() - interval '1 hour' and (session = $4 or address = $2)
     ), old as (
       delete from sign_in_code where id in (
         select id from sign_in_code where network = $7 and created_at < now() - interval '2 days' limit 50)
     )
     insert into sign_in_code (id, address, purpose, session, account, hmac, network, mailed) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [code.id, code.address, code.purpose, code.session, code.account, code.hmac, code.network, code.mailed],
  );
}

export interface TriedCode {
  readonly id: string;
  readonly address: string;
  readonly account: string | null;
  readonly hmac: Buffer;
  readonly mailed: boolean;
}

/**
 * Counts a try of the live code of this browser and purpose. Undefined when there is none: it is too old, ended, tried too often, or
 * another browser asked for it.
 */
export async function tryCode(
  tx: Transaction,
  session: string,
  purpose: CodePurpose,
  limits: { readonly codeSeconds: number; readonly triesPerCode: number },
): Promise<TriedCode | undefined> {
  const [row] = await statement<TriedCode>(
    tx,
    `update sign_in_code set tries = tries + 1 where id = (
       select id from sign_in_code where session = $1 and purpose = $2 and ended_at is null
         and created_at > now() - make_interval(secs => $3::float8) order by created_at desc limit 1
     ) and tries < $4 and ended_at is null returning id, address, account, hmac, mailed`,
    [session, purpose, limits.codeSeconds, limits.triesPerCode],
  );
  return row;
}

/** A code is good once. @returns false when another request was first */
export async function endCode(tx: Transaction, id: string): Promise<boolean> {
  const rows = await statement(
    tx,
    'update sign_in_code set ended_at = now() where id = $1 and ended_at is null returning id',
    [id],
  );
  return rows.length === 1;
}

/** Whether a code that was to be mailed can still be used. */
export async function isCodeLive(tx: Transaction, id: string, codeSeconds: number): Promise<boolean> {
  const rows = await statement(
    tx,
    `select from sign_in_code where id = $1 and ended_at is null and created_at > now() - make_interval(secs => $2::float8)`,
    [id, codeSeconds],
  );
  return rows.length === 1;
}

export async function countWrongKeys(tx: Transaction, network: string): Promise<number> {
  const [row] = await statement<{ readonly count: number }>(
    tx,
    `select count(*)::integer as count from wrong_key_try where network = $1 and at > now() - interval '1 hour'`,
    [network],
  );
  return row?.count ?? 0;
}

export async function insertWrongKey(tx: Transaction, id: string, network: string): Promise<void> {
  await statement(
    tx,
    `with old as (delete from wrong_key_try where network = $2 and at < now() - interval '1 day')
     insert into wrong_key_try (id, network) values ($1, $2)`,
    [id, network],
  );
}
