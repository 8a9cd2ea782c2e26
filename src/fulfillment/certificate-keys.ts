import type { PublicJwk, PublicJwks } from '#src/certificate/public-jwks.ts';
import { parseSigningKey, publicJwkOf, type SigningKey } from '#src/certificate/signing-key.ts';
import { findCertificateKeys } from '#src/persistence/certificate-keys.ts';
import { reading, type Database } from '#src/persistence/database.ts';
import { findSigningKeys } from '#src/persistence/shared-secrets.ts';

/** Keys that the configuration names. */
export interface ConfiguredKeys {
  readonly certificateSigningKey?: SigningKey | undefined;
  readonly certificateVerifyingKeys?: readonly PublicJwk[] | undefined;
}

/**
 * The public keys that certificates are checked against: those that are configured, to sign or to verify, and all that ever signed here,
 * which Postgres keeps.
 */
export async function certificateKeys(database: Database, configured: ConfiguredKeys): Promise<PublicJwks> {
  const [signed, made] = await Promise.all([
    findCertificateKeys(reading(database)),
    findSigningKeys(reading(database)),
  ]);
  return {
    keys: eachOnce([
      ...configuredKeys(configured),
      ...signed.map(({ publicKey }) => publicJwkOf(publicKey)),
      // Made before Postgres kept the public half of every key.
      ...made.map(({ privateKey }) => parseSigningKey(privateKey).publicJwk),
    ]),
  };
}

/** What is known without a connection. */
export function configuredKeys(configured: ConfiguredKeys): readonly PublicJwk[] {
  const { certificateSigningKey: signing, certificateVerifyingKeys: verifying = [] } = configured;
  return eachOnce([...(signing ? [signing.publicJwk] : []), ...verifying]);
}

export function eachOnce(keys: readonly PublicJwk[]): PublicJwk[] {
  return [...new Map(keys.map((key) => [key.kid, key])).values()];
}
