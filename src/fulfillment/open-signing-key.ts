import { generateSigningKey, parseSigningKey, type SigningKey } from '#src/certificate/signing-key.ts';
import { keepCertificateKey } from '#src/persistence/certificate-keys.ts';
import { inTransaction, type Database } from '#src/persistence/database.ts';
import { signingKeyOrElse } from '#src/persistence/shared-secrets.ts';

/**
 * The key that signs certificates: the configured one, or the one that is made once and kept in Postgres. Its public half is kept before
 * it signs, for ever: what it signs is verified when another key signs, too.
 */
export async function openSigningKey(
  database: Database,
  configured: SigningKey | undefined,
): Promise<SigningKey> {
  return inTransaction(database, async (tx) => {
    const candidate = configured ?? generateSigningKey();
    const key =
      configured ??
      parseSigningKey(
        (await signingKeyOrElse(tx, { kid: candidate.kid, privateKey: candidate.seed })).privateKey,
      );
    await keepCertificateKey(tx, { kid: key.kid, publicKey: key.publicJwk.x });
    return key;
  });
}
