import type { PublicJwks } from '#src/certificate/public-jwks.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { say } from '#src/commands/terminal/output.ts';
import { readConfiguration, type Configuration } from '#src/configuration.ts';
import { configuredKeys, eachOnce } from '#src/fulfillment/certificate-keys.ts';
import { certificateKeysFile, readCertificateKeys } from '#src/process/certificate-keys-file.ts';

const howToGetThem =
  'Get them with "curl https://…/.well-known/jwks.json > jwks.json" from the API, or "chancery certificate keys > jwks.json" beside the database, and give them with --keys jwks.json.';

/**
 * The public keys to check certificates against: those of `file`; or the configured keys and those that were kept in the data directory,
 * with no connection at all. Postgres is asked only when there is neither and DATABASE_URL is set.
 */
export async function knownCertificateKeys(file: string | undefined): Promise<PublicJwks> {
  if (file !== undefined) return keysOf(file);
  const configuration = readConfiguration();
  const kept = await keptKeys(configuration);
  const keys = eachOnce([...configuredKeys(configuration), ...(kept?.keys ?? [])]);
  if (keys.length > 0) return { keys };
  if (configuration.databaseUrl !== undefined) {
    say('No keys are kept here: asking PostgreSQL for them.');
    const [{ withDatabase }, { certificateKeys }] = await Promise.all([
      import('#src/commands/with-database.ts'),
      import('#src/fulfillment/certificate-keys.ts'),
    ]);
    const asked = await withDatabase(({ database }) => certificateKeys(database, configuration));
    if (asked.keys.length > 0) return asked;
  }
  throw new CommandError(`There are no keys to check the certificate against. ${howToGetThem}`);
}

async function keysOf(file: string): Promise<PublicJwks> {
  const keys = await readCertificateKeys(file).catch(() => {
    throw new CommandError(`${file} is not a JSON Web Key Set of certificate keys. ${howToGetThem}`);
  });
  if (!keys) throw new CommandError(`There is no file ${file}. ${howToGetThem}`);
  return keys;
}

async function keptKeys({ dataDirectory }: Configuration): Promise<PublicJwks | undefined> {
  const file = certificateKeysFile(dataDirectory);
  return readCertificateKeys(file).catch(() => {
    say(`${file} cannot be read and is passed over.`);
    return undefined;
  });
}
