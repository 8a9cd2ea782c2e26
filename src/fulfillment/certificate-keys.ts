import type { PublicJwks } from '#src/certificate/public-jwks.ts';
import { parseSigningKey, publicJwks, type SigningKey } from '#src/certificate/signing-key.ts';
import { reading, type Database } from '#src/persistence/database.ts';
import { findSigningKeys } from '#src/persistence/stored-signing-keys.ts';

/**
 * The public keys that certificates are checked against: the configured one, and the one in Postgres, which signed until a key was
 * configured.
 */
export async function certificateKeys(
  database: Database,
  configured: SigningKey | undefined,
): Promise<PublicJwks> {
  const stored = (await findSigningKeys(reading(database))).map(({ privateKey }) =>
    parseSigningKey(privateKey),
  );
  const keys = new Map([...(configured ? [configured] : []), ...stored].map((key) => [key.kid, key]));
  return publicJwks([...keys.values()]);
}
