import { setTimeout as delay } from 'node:timers/promises';
import {
  openDatabase,
  reading,
  statement,
  type Database,
  type Transaction,
} from '#src/persistence/database.ts';

/** Brings the schema of the database to the newest version. Safe to repeat and to run in several processes at once. */
export async function migrate(databaseUrl: string): Promise<void> {
  if (await isCurrent(databaseUrl)) return;
  const { openOrm } = await import('#src/persistence/orm.ts');
  const database = openDatabase(databaseUrl, { poolSize: 1, idleInTransactionMs: 0 });
  try {
    // A session's lock, not a transaction's: an index that is built beside the running work waits for every open transaction.
    const session = await database.pool.connect();
    try {
      await waitForTurn(session);
      const [current] = await statement<{ readonly schema: string | null }>(
        session,
        'select current_schema() as schema',
      );
      const orm = await openOrm(databaseUrl, current?.schema ?? undefined);
      try {
        await orm.migrator.up();
      } finally {
        await orm.close(true);
      }
    } finally {
      // With the connection goes the lock.
      session.release(true);
    }
  } finally {
    await database.close();
  }
}

/**
 * One process migrates at a time. Asked for again and again: a statement that waits for the lock is an open transaction, too.
 */
async function waitForTurn(tx: Transaction): Promise<void> {
  for (;;) {
    const [row] = await statement<{ readonly taken: boolean }>(
      tx,
      "select pg_try_advisory_lock(hashtext('chancery migrate')) as taken",
    );
    if (row?.taken === true) return;
    await delay(200);
  }
}

async function isCurrent(databaseUrl: string): Promise<boolean> {
  const database = openDatabase(databaseUrl, { poolSize: 1 });
  try {
    return (await pendingMigrations(database)).length === 0;
  } finally {
    await database.close();
  }
}

/** Names of the migrations that the database lacks; empty when its schema is current. */
export async function pendingMigrations(database: Database): Promise<readonly string[]> {
  const known = await knownMigrations();
  const rows = await statement<{ readonly table: string | null }>(
    reading(database),
    "select to_regclass('schema_migration')::text as table",
  );
  if (!rows[0]?.table) return known;
  const done = await statement<{ readonly name: string }>(
    reading(database),
    'select name from schema_migration',
  );
  const names = new Set(done.map((row) => row.name.replace(/\.ts$/, '')));
  return known.filter((name) => !names.has(name));
}

async function knownMigrations(): Promise<readonly string[]> {
  const { readdir } = await import('node:fs/promises');
  const files = await readdir(new URL('../../migrations', import.meta.url));
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace(/\.ts$/, ''))
    .sort();
}
