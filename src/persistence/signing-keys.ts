import { statement, type Transaction } from '#src/persistence/database.ts';

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
