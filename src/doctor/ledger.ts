import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { placeOf, type Configuration } from '#src/configuration.ts';
import { shareEmbeddedPostgres } from '#src/embedded-postgres/shared.ts';
import { openDatabase, reading } from '#src/persistence/database.ts';
import { readLedgerIdentity } from '#src/persistence/ledger-identity.ts';
import type { LedgerIdentity } from '#workers/queue-ownership.ts';

/** Which ledger the configuration leads to; undefined when that cannot be found out, which other findings tell. */
export async function configuredLedger(configuration: Configuration): Promise<LedgerIdentity | undefined> {
  const place = placeOf(configuration);
  try {
    const identity = await atConfiguredDatabase(configuration, identityAt);
    // The first start would make it.
    return { ...(identity ?? { id: 'none yet', isEmpty: true }), place };
  } catch {
    return undefined;
  }
}

/**
 * Asks the database that the configuration leads to, also the embedded one, which is started for it when it does not run.
 * @returns undefined when the embedded one was never made
 */
export async function atConfiguredDatabase<T>(
  { databaseUrl, dataDirectory }: Configuration,
  ask: (url: string) => Promise<T>,
): Promise<T | undefined> {
  if (databaseUrl !== undefined) return await ask(databaseUrl);
  const cluster = await stat(join(dataDirectory, 'cluster', 'PG_VERSION')).catch(() => null);
  if (cluster === null) return undefined;
  const embedded = await shareEmbeddedPostgres(dataDirectory, () => {});
  try {
    return await ask(embedded.url);
  } finally {
    await embedded.stop(10_000);
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
