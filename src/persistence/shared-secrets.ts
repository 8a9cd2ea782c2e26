import { randomBytes } from 'node:crypto';
import { statement, type Transaction } from '#src/persistence/database.ts';

/** A secret of 32 random bytes that all processes on this database share; made by whoever asks first. Safe to repeat. */
export async function sharedSecret(tx: Transaction, name: string): Promise<Buffer> {
  const known = await findSecret(tx, name);
  if (known) return known;
  await statement(tx, 'insert into shared_secret (name, value) values ($1, $2) on conflict do nothing', [
    name,
    randomBytes(32),
  ]);
  const made = await findSecret(tx, name);
  if (!made) throw new Error(`The shared secret ${name} vanished while it was made.`);
  return made;
}

async function findSecret(tx: Transaction, name: string): Promise<Buffer | undefined> {
  const [row] = await statement<{ readonly value: Buffer }>(
    tx,
    'select value from shared_secret where name = $1',
    [name],
  );
  return row?.value;
}

/** A private key that signs certificates, as it is kept. */
export interface StoredSigningKey {
  readonly kid: string;
  /** The seed in base64url. */
  readonly privateKey: string;
}

/** The stored key; when there is none, `candidate` becomes it. All processes get the same answer, whoever asked first. */
export async function signingKeyOrElse(
  tx: Transaction,
  candidate: StoredSigningKey,
): Promise<StoredSigningKey> {
  await statement(
    tx,
    'insert into signing_key (kid, private_key) values ($1, $2) on conflict on constraint signing_key_only_one do nothing',
    [candidate.kid, candidate.privateKey],
  );
  const rows = await statement<StoredSigningKey>(
    tx,
    'select kid, private_key as "privateKey" from signing_key',
  );
  return rows[0] ?? candidate;
}

/** Keys that were made because none was configured. */
export async function findSigningKeys(tx: Transaction): Promise<readonly StoredSigningKey[]> {
  return statement(tx, 'select kid, private_key as "privateKey" from signing_key order by created_at');
}
