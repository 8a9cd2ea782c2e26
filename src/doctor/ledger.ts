import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { placeOf, type Configuration } from '#src/configuration.ts';
import { shareEmbeddedPostgres } from '#src/embedded-postgres/shared.ts';
import { openDatabase, reading } from '#src/persistence/database.ts';
import { readLedgerIdentity } from '#src/persistence/ledger-identity.ts';
import type { LedgerIdentity } from '#workers/queue-ownership.ts';

/** Which ledger the configuration leads to; undefined when that cannot be found out, which other findings tell. */
export async function configuredLedger(configuration: Configuration): Promise<LedgerIdentity | undefined> {
  const { databaseUrl, dataDirectory } = configuration;
  const place = placeOf(configuration);
  try {
    if (databaseUrl !== undefined) return { ...(await identityAt(databaseUrl)), place };
    const cluster = await stat(join(dataDirectory, 'cluster', 'PG_VERSION')).catch(() => null);
    // The first start would make it.
    if (cluster === null) return { id: 'none yet', isEmpty: true, place };
    const embedded = await shareEmbeddedPostgres(dataDirectory, () => {});
    try {
      return { ...(await identityAt(embedded.url)), place };
    } finally {
      await embedded.stop(10_000);
    }
  } catch {
    return undefined;
  }
}

async function identityAt(url: string) {
  const database = openDatabase(url, { poolSize: 1, applicationName: 'chancery doctor' });
  try {
    return await readLedgerIdentity(reading(database));
  } finally {
    await database.close();
  }
}
