import type { Configuration } from '#src/configuration.ts';
import { migrate } from '#src/persistence/migrate.ts';
import { prepareQueues } from '#workers/prepare-queues.ts';

/**
 * Everything that Chancery creates in a database: its own schema, and the queues' when they live there, too. Nothing else creates
 * anything. Safe to repeat; where nothing is missing it needs no right to create.
 */
export async function migrateAll(
  databaseUrl: string,
  { redisUrl }: Pick<Configuration, 'redisUrl'>,
): Promise<void> {
  await migrate(databaseUrl);
  if (redisUrl === undefined) await prepareQueues(databaseUrl);
}
