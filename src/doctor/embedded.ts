import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from '#src/configuration.ts';
import { examineDatabase } from '#src/doctor/database.ts';
import { ok, problem, type DoctorFinding } from '#src/doctor/finding.ts';
import { shareEmbeddedPostgres, type SharedEmbeddedPostgres } from '#src/embedded-postgres/shared.ts';

/** The embedded PostgreSQL: the one that runs, or one started to look at what it keeps; one that was never made is not made now. */
export async function examineEmbedded(configuration: Configuration): Promise<readonly DoctorFinding[]> {
  const { dataDirectory } = configuration;
  const cluster = await stat(join(dataDirectory, 'cluster', 'PG_VERSION')).catch(() => null);
  if (cluster === null) {
    return [ok('PostgreSQL', `not configured: the first start makes an embedded one in ${dataDirectory}`)];
  }
  let embedded: SharedEmbeddedPostgres;
  try {
    embedded = await shareEmbeddedPostgres(dataDirectory, () => {});
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      problem(
        'embedded-postgresql-broken',
        'PostgreSQL',
        `the embedded one does not start: ${why}`,
        'Mend it, or set DATABASE_URL to a server.',
      ),
    ];
  }
  try {
    return await examineDatabase(embedded.url, configuration);
  } finally {
    await embedded.stop(10_000);
  }
}
