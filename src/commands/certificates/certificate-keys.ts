import { printJson } from '#src/commands/terminal/output.ts';
import { withDatabase } from '#src/commands/with-database.ts';
import { certificateKeys } from '#src/fulfillment/certificate-keys.ts';
import { openSigningKey } from '#src/fulfillment/open-signing-key.ts';

/** `chancery certificate keys`. Makes the key that will sign, when there is none yet. */
export async function runCertificateKeys(): Promise<0> {
  const keys = await withDatabase(async ({ configuration, database }) => {
    await openSigningKey(database, configuration.certificateSigningKey);
    return certificateKeys(database, configuration);
  });
  printJson(keys);
  return 0;
}
