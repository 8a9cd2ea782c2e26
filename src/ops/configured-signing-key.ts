import { parseSigningKey, type SigningKey } from '#src/certificate/signing-key.ts';
import type { Configuration } from '#src/configuration.ts';

/** The key of CERTIFICATE_SIGNING_KEY; undefined when none is configured. */
export function configuredSigningKey({
  certificateSigningKey,
}: Pick<Configuration, 'certificateSigningKey'>): SigningKey | undefined {
  if (certificateSigningKey === undefined) return undefined;
  return parseSigningKey(certificateSigningKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}
