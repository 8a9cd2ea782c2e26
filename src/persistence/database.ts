import { createHash } from 'node:crypto';
import {
  DatabaseError,
  Pool,
  TypeOverrides,
  types,
  type PoolClient,
  type QueryConfig,
  type QueryResult,
  type QueryResultRow,
} from 'pg';
import { parseDatabaseUrl } from '#src/mechanisms/database-url.ts';
import { poolConfig } from '#src/persistence/pool-config.ts';
import { allowingScans, ledgerSession } from '#src/persistence/session.ts';

/** An open database. Whoever opened it closes it. */
export interface Database {
  readonly pool: Pool;
  /** A connection of the pool's that is not known to be read-only; whoever takes it gives it back. */
  connect(): Promise<PoolClient>;
  /**
   * Connections that stand are given up as they come back or are taken: after a switch of the primary the server behind them is
   * read-only, or they have stayed so for their life.
   */
  distrustConnections(): void;
  close(): Promise<void>;
}

/** Where statements run: the connection of a transaction, or, for reads alone, any of the pool's. */
export interface Transaction {
  query<Row extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<Row>>;
}

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
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const target = parseDatabaseUrl(url);
  // A worker that is frozen inside a transaction must not hold its locks for longer than its jobs are its own.
  const session = ledgerSession(target, options.idleInTransactionMs ?? 15_000);
  const pool = new Pool({
    application_name: options.applicationName ?? 'chancery',
    ...poolConfig(target, session),
    max: options.poolSize ?? 10,
    types: asText(),
  });
  const lost = (error: Error) => options.onConnectionLost?.(error.message);
  let era = new WeakSet<PoolClient>();
  // Whoever uses a connection hears of its end by a statement that fails; without a listener it would end the process.
  pool.on('connect', (client) => {
    client.on('error', lost);
    era.add(client);
  });
  pool.on('error', lost);
  return {
    pool,
    async connect() {
      for (;;) {
        const client = await pool.connect();
        if (era.has(client)) return client;
        client.release(true);
      }
    },
    distrustConnections() {
      era = new WeakSet();
    },
    async close() {
      if (!pool.ending) await pool.end();
    },
  };
}

/** Dates and instants stay PostgreSQL's text: JavaScript's `Date` knows neither a date without a time nor microseconds. */
function asText(): TypeOverrides {
  const { DATE, TIMESTAMP, TIMESTAMPTZ } = types.builtins;
  const overrides = new TypeOverrides();
  for (const type of [DATE, TIMESTAMP, TIMESTAMPTZ]) overrides.setTypeParser(type, (text: string) => text);
  return overrides;
}

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it throws. Nothing is repeated here. Statements run in
 * the order in which `work` calls them, and need not wait for each other: those that are called together reach the server together.
 * @throws when a statement failed, even if `work` did not mind: nothing of it is committed then
 */
export async function inTransaction<T>(
  database: Database,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const client = await database.connect();
  let lost: Error | undefined;
  let cause: unknown;
  let isOver = false;
  const begun = client.query('begin');
  const tx: Transaction = {
    async query<Row extends QueryResultRow>(query: QueryConfig) {
      if (isOver) throw new Error('The transaction is over: what was still to be asked in it is not.');
      try {
        // Without waiting, but not without hearing that there is no transaction.
        const [, result] = await Promise.all([begun, client.query<Row>(query)]);
        return result;
      } catch (error) {
        cause ??= error;
        throw error;
      }
    },
  };
  try {
    const [, result] = await Promise.all([begun, work(tx)]);
    isOver = true;
    const { command } = await client.query('commit');
    if (command !== 'COMMIT')
      throw new Error('The transaction was rolled back, since a statement failed.', { cause });
    return result;
  } catch (error) {
    isOver = true;
    await client.query('rollback').catch((reason: unknown) => (lost = errorOf(reason)));
    // Statements behind the one that failed say only that the transaction has failed.
    const fault = hasState(error, afterFailure) ? (cause ?? error) : error;
    if (hasState(fault, stalePlan)) lost ??= errorOf(fault);
    if (hasState(fault, readOnly)) {
      lost ??= errorOf(fault);
      database.distrustConnections();
    }
    throw fault;
  } finally {
    client.release(lost);
  }
}

/** in_failed_sql_transaction */
const afterFailure = ['25P02'];

/** What is prepared on the connection no longer fits the schema, or is not known there: only another connection mends that. */
const stalePlan = ['0A000', '26000'];

/** read_only_sql_transaction */
const readOnly = ['25006'];

/** Whether the server lets us write; asked of a new connection when one that stands says no. Rejects when it does not answer. */
export async function isWritable(database: Database): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    const client = await database.connect();
    let isReadOnly = true;
    try {
      const { rows } = await client.query<{ transaction_read_only: string }>('show transaction_read_only');
      isReadOnly = rows[0]?.transaction_read_only !== 'off';
    } finally {
      client.release(isReadOnly);
    }
    if (!isReadOnly) return true;
    database.distrustConnections();
    if (attempt === 2) return false;
  }
}

function hasState(error: unknown, states: readonly string[]): boolean {
  return error instanceof DatabaseError && error.code !== undefined && states.includes(error.code);
}

/** Connections for reads that need no transaction of their own. */
export function reading(database: Database): Transaction {
  return database.pool;
}

/** For statements that read whole tables, which are scanned and hashed then. They are prepared so, and must not be run elsewhere. */
export function scanning<T>(database: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return inTransaction(database, async (tx) => {
    const [, result] = await Promise.all([statement(tx, allowingScans), work(tx)]);
    return result;
  });
}

/**
 * One SQL statement with `$1, $2, …` parameters, prepared once per connection: the product's statements are few and fixed. `Row` is
 * what the statement's select list says; a date comes as `YYYY-MM-DD`, a `timestamptz` as PostgreSQL's text, a `bigint` as text.
 */
export async function statement<Row = Record<string, unknown>>(
  tx: Transaction,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const query = { name: nameOf(sql), text: sql, values: [...parameters] };
  const { rows } = await tx.query<Row & QueryResultRow>(query);
  return rows;
}

const names = new Map<string, string>();

function nameOf(sql: string): string {
  let name = names.get(sql);
  if (name === undefined) {
    name = createHash('sha256').update(sql).digest('hex').slice(0, 32);
    names.set(sql, name);
  }
  return name;
}

function errorOf(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
