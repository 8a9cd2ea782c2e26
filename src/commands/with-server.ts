import { say } from '#src/commands/terminal/output.ts';
import type { Configuration } from '#src/configuration.ts';
import { shareEmbeddedPostgres } from '#src/embedded-postgres/shared.ts';
import { migrateAll } from '#src/process/migrate-all.ts';

/** How long a command lets others finish that use the server it started. */
const sharingMs = 60_000;

/**
 * The configured PostgreSQL, or else the embedded one: of the process that runs it, or started for as long as `work` takes. The embedded
 * one's schema is brought up to date, since nobody else looks after it.
 */
export async function withServer<T>(
  configuration: Configuration,
  work: (databaseUrl: string) => Promise<T>,
  { migrates = true }: { readonly migrates?: boolean } = {},
): Promise<T> {
  if (configuration.databaseUrl !== undefined) return work(configuration.databaseUrl);
  const embedded = await shareEmbeddedPostgres(
    configuration.dataDirectory,
    configuration.logLevel === 'debug' ? say : () => {},
  );
  try {
    if (migrates) await migrateAll(embedded.url, configuration);
    return await work(embedded.url);
  } finally {
    await embedded.stop(sharingMs);
  }
}
