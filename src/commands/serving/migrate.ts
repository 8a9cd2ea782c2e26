import { print, printJson } from '#src/commands/terminal/output.ts';
import { withServer } from '#src/commands/with-server.ts';
import { readConfiguration } from '#src/configuration.ts';
import { openDatabase } from '#src/persistence/database.ts';
import { pendingMigrations } from '#src/persistence/migrate.ts';
import { requireOwnSessions } from '#src/persistence/session-pooling.ts';
import { migrateAll } from '#src/process/migrate-all.ts';

/** `chancery migrate`. Safe to repeat, and to run beside anything else. */
export async function runMigrate({ json }: { readonly json?: boolean }): Promise<0> {
  const configuration = readConfiguration();
  const { redisUrl } = configuration;
  const done = await withServer(
    configuration,
    async (databaseUrl) => {
      await requireOwnSessions(databaseUrl);
      const pending = await pendingOf(databaseUrl);
      await migrateAll(databaseUrl, configuration);
      return pending;
    },
    { migrates: false },
  );
  const queues = redisUrl === undefined ? 'postgres' : 'redis';
  if (json) printJson({ migrations: done, queues });
  else {
    print(
      done.length === 0
        ? 'The schema was current already.'
        : `The schema is current: ${done.join(', ')} ${done.length === 1 ? 'was' : 'were'} run.`,
    );
    print(
      queues === 'postgres'
        ? "The queues' tables are ready in the same database, since REDIS_URL is not set."
        : 'The queues are in Redis and need no tables.',
    );
  }
  return 0;
}

async function pendingOf(databaseUrl: string): Promise<readonly string[]> {
  const database = openDatabase(databaseUrl, { poolSize: 1 });
  try {
    return await pendingMigrations(database);
  } finally {
    await database.close();
  }
}
