import { generateSigningKey, parseSigningKey, type SigningKey } from '#src/certificate/signing-key.ts';
import { inTransaction, type Database } from '#src/persistence/database.ts';
import { signingKeyOrElse } from '#src/persistence/signing-keys.ts';

/** The key that signs certificates: the configured one, or the one that is made once and kept in Postgres. */
export async function openSigningKey(
  database: Database,
  configured: string | undefined,
): Promise<SigningKey> {
  if (configured !== undefined) return parseSigningKey(configured);
  const candidate = generateSigningKey();
  const stored = await inTransaction(database, (tx) =>
    signingKeyOrElse(tx, { kid: candidate.kid, privateKey: candidate.seed }),
  );
  return parseSigningKey(stored.privateKey);
}
