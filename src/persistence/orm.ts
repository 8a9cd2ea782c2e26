import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { parseDatabaseUrl } from '#src/mechanisms/database-url.ts';
import { entities } from '#src/persistence/entities.ts';
import { poolConfig } from '#src/persistence/pool-config.ts';
import { ledgerSession } from '#src/persistence/session.ts';

/**
 * MikroORM, for what is done rarely and needs to know the schema: migrating. Whoever opened it closes it. What serves orders goes
 * without it (`openDatabase`): loading it would cost each process memory.
 * @param schema where the tables are
 */
export async function openOrm(url: string, schema = 'public'): Promise<MikroORM> {
  const target = parseDatabaseUrl(url);
  return MikroORM.init({
    dbName: target.database,
    // By itself MikroORM takes host, user and database from a URL; ours can say more, and its sessions are like any other's.
    driverOptions: poolConfig(target, ledgerSession(target, 0)),
    schema,
    entities: [...entities],
    extensions: [Migrator],
    ensureDatabase: false,
    discovery: { warnWhenNoEntities: false },
    forceUtcTimezone: true,
    allowGlobalContext: false,
    logger: () => {},
    colors: false,
    pool: { min: 0, max: 1 },
    migrations: {
      path: new URL('../../migrations', import.meta.url).pathname,
      glob: '*.ts',
      tableName: 'schema_migration',
      snapshot: false,
      silent: true,
      disableForeignKeys: false,
      // Each migration by itself: one that builds an index beside the running work is in no transaction.
      allOrNothing: false,
    },
  });
}
