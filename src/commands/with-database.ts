import { withServer } from '#src/commands/with-server.ts';
import { readConfiguration, type Configuration } from '#src/configuration.ts';
import { certificateKeys } from '#src/fulfillment/certificate-keys.ts';
import { requireCurrentSchema } from '#src/persistence/current-schema.ts';
import { openDatabase, type Database } from '#src/persistence/database.ts';
import { keepCertificateKeys } from '#src/process/certificate-keys-file.ts';

export interface Session {
  readonly configuration: Configuration;
  readonly databaseUrl: string;
  readonly database: Database;
}

/** For commands that read or change what is in the database, and need no queue. */
export function withDatabase<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const configuration = readConfiguration();
  return withServer(configuration, async (databaseUrl) => {
    const database = openDatabase(databaseUrl, { poolSize: 3, applicationName: 'chancery command' });
    try {
      await requireCurrentSchema(database);
      const keys = await certificateKeys(database, configuration);
      if (keys.keys.length > 0) await keepCertificateKeys(configuration.dataDirectory, keys);
      return await work({ configuration, databaseUrl, database });
    } finally {
      await database.close();
    }
  });
}
