import { statement, type Transaction } from '#src/persistence/database.ts';

/** What an `Idempotency-Key` header was used for: `holder` is whose API key, `fingerprint` of the message, hexadecimal. */
export interface IdempotencyKey {
  readonly holder: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** How long a key is remembered (rules §6). */
const keptDays = 30;

/** Old keys that go with each batch of new ones: more than come, so that they never pile up. */
const forgottenAtOnce = 500;

/** Makes users of the same keys wait for each other until the transaction ends. Taken before, and never after, any other lock. */
export async function lockIdempotencyKeys(tx: Transaction, keys: readonly IdempotencyKey[]): Promise<void> {
  await statement(
    tx,
    `select pg_advisory_xact_lock(key)
     from (select distinct hashtextextended('idempotency:' || name, 0) as key from unnest($1::text[]) as name order by key) as sorted`,
    [keys.map(nameOf)],
  );
}

/** The fingerprints that the keys were used with before, by `nameOf`; those never used are missing. */
export async function findIdempotencyKeys(
  tx: Transaction,
  keys: readonly IdempotencyKey[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await statement<IdempotencyKey>(
    tx,
    `select holder, key, encode(fingerprint, 'hex') as fingerprint
     from unnest($1::text[], $2::text[]) as wanted (holder, key) join idempotency_key using (holder, key)
     where created_at > now() - make_interval(days => ${keptDays})`,
    [keys.map(({ holder }) => holder), keys.map(({ key }) => key)],
  );
  return new Map(rows.map((row) => [nameOf(row), row.fingerprint]));
}

/** Remembers what keys were used for, and forgets some that are too old. */
export async function rememberIdempotencyKeys(
  tx: Transaction,
  uses: readonly (IdempotencyKey & { readonly message: string })[],
): Promise<void> {
  await statement(
    tx,
    `insert into idempotency_key (holder, key, fingerprint, message)
     select distinct on (holder, key) holder, key, decode(fingerprint, 'hex'), message
     from jsonb_to_recordset($1::jsonb) as (holder text, key text, fingerprint text, message uuid)
     on conflict on constraint idempotency_key_pkey do update
     set fingerprint = excluded.fingerprint, message = excluded.message, created_at = excluded.created_at
     where idempotency_key.created_at <= now() - make_interval(days => ${keptDays})`,
    [JSON.stringify(uses)],
  );
  await statement(
    tx,
    `delete from idempotency_key where (holder, key) in (
       select holder, key from idempotency_key where created_at <= now() - make_interval(days => ${keptDays})
       order by created_at limit ${forgottenAtOnce} for update skip locked)`,
  );
}

/** One text for a holder's key. */
export function nameOf({ holder, key }: Pick<IdempotencyKey, 'holder' | 'key'>): string {
  return JSON.stringify([holder, key]);
}
