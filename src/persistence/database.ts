import { MikroORM, type EntityManager } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import { CompiledQuery } from 'kysely';
import { entities } from '#src/persistence/entities.ts';
import { PreparingClient } from '#src/persistence/preparing-client.ts';

/** An open database: the pool and MikroORM's metadata. Whoever opened it closes it. */
export interface Database {
  readonly orm: MikroORM;
  close(): Promise<void>;
}

/** Statements run in the transaction (or, for reads alone, the connection) that the entity manager stands for. */
export type Transaction = EntityManager;

export interface DatabaseOptions {
  /** Connections at most. */
  readonly poolSize?: number;
  /** How long the server lets a transaction sit without a statement before it ends the session and frees its locks. */
  readonly idleInTransactionMs?: number;
  readonly applicationName?: string;
  /** Hears of connections that the server dropped; the pool has replaced them by then. */
  readonly onConnectionLost?: (message: string) => void;
}

/** Opens a pool; connects when first used, so that an unreachable server is an error of the first statement. */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const lost = options.onConnectionLost ?? (() => {});
  const orm = await MikroORM.init({
    clientUrl: url,
    entities: [...entities],
    extensions: [Migrator],
    ensureDatabase: false,
    discovery: { warnWhenNoEntities: false },
    forceUtcTimezone: true,
    allowGlobalContext: false,
    logger: lost,
    debug: ['info'],
    colors: false,
    pool: { min: 0, max: options.poolSize ?? 10 },
    driverOptions: {
      Client: PreparingClient,
      application_name: options.applicationName ?? 'chancery',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      // A worker that is frozen inside a transaction must not hold its locks for longer than its jobs are its own.
      idle_in_transaction_session_timeout: options.idleInTransactionMs ?? 15_000,
    },
    migrations: {
      path: new URL('../../migrations', import.meta.url).pathname,
      glob: '*.ts',
      tableName: 'schema_migration',
      snapshot: false,
      silent: true,
      disableForeignKeys: false,
    },
  });
  return { orm, close: () => orm.close(true) };
}

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it throws. Nothing is repeated here. The transaction
 * is Kysely's and not MikroORM's, which never gives a connection back to the pool that was lost while it began or ended one.
 */
export function inTransaction<T>(database: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const tx = database.orm.em.fork({ clear: true });
  return tx
    .getKysely()
    .transaction()
    .execute(async (kysely) => {
      tx.setTransactionContext(kysely);
      return work(tx);
    });
}

/** A connection for reads that need no transaction of their own. */
export function reading(database: Database): Transaction {
  return database.orm.em.fork({ clear: true });
}

/**
 * One SQL statement with `$1, $2, …` parameters. `Row` is what the statement's select list says; a date comes as `YYYY-MM-DD`, a
 * `timestamptz` as PostgreSQL's text, a `bigint` as text.
 */
export async function statement<Row = Record<string, unknown>>(
  tx: Transaction,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const query: CompiledQuery<Row> = CompiledQuery.raw(sql, [...parameters]);
  const { rows } = await tx.getKysely().executeQuery(query);
  return rows;
}
