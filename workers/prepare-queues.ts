import { LATEST_SCHEMA_VERSION, runMigrations } from 'bullmq';
import { Client } from 'pg';
import { queueNames } from '#jobs/queues.ts';
import { openDatabase, reading, statement, type Database } from '#src/persistence/database.ts';
import { connectionTo } from '#src/persistence/reaching.ts';
import { queueSchema } from '#workers/queue-pool.ts';

/**
 * Makes the tables of BullMQ's PostgreSQL backend, and the numbering that a queue's first job would make otherwise: only `chancery migrate`
 * and what migrates by itself create anything. Safe to repeat, and to run in several processes at once.
 */
export async function prepareQueues(databaseUrl: string): Promise<void> {
  const database = openDatabase(databaseUrl, { poolSize: 1, idleInTransactionMs: 0 });
  try {
    if ((await stateOfQueueTables(database)) === 'prepared') return;
  } finally {
    await database.close();
  }
  const client = new Client(await connectionTo(databaseUrl));
  client.on('error', () => {});
  try {
    await client.connect();
    await runMigrations(client, queueSchema);
    await client.query(`set search_path to ${queueSchema}`);
    for (const name of queueNames) await client.query('select next_job_id($1)', [name]);
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * Of the tables of queues in PostgreSQL: `forbidden` is to a user that may not use their schema. `unnumbered` is a queue that was emptied
 * together with its numbering: the next job of a producer who gives no id makes it anew, and needs the right to create for that.
 */
export type QueueTables = 'prepared' | 'unnumbered' | 'missing' | 'forbidden';

export async function stateOfQueueTables(database: Database): Promise<QueueTables> {
  const [schema] = await statement<{ readonly usable: boolean | null }>(
    reading(database),
    `select has_schema_privilege(to_regnamespace($1), 'usage') as usable`,
    [queueSchema],
  );
  if (schema?.usable !== true) return schema?.usable === false ? 'forbidden' : 'missing';
  const [found] = await statement<{ readonly table: string | null }>(
    reading(database),
    `select to_regclass($1 || '.migration')::text as "table"`,
    [queueSchema],
  );
  if (found?.table === null) return 'missing';
  const [made] = await statement<{ readonly version: number; readonly counters: number }>(
    reading(database),
    `select coalesce((select max(version) from ${queueSchema}.migration), 0)::integer as version,
       (select count(*)::integer from unnest($1::text[]) as name
        where to_regclass('${queueSchema}.' || quote_ident(${queueSchema}.job_id_seq_name(name))) is not null) as counters`,
    [queueNames],
  );
  if (made === undefined || made.version < LATEST_SCHEMA_VERSION) return 'missing';
  return made.counters === queueNames.length ? 'prepared' : 'unnumbered';
}

/** The tables of the queues are not what this program needs; the message says what helps. */
class QueuesNotPreparedError extends Error {
  override readonly name = 'QueuesNotPreparedError';
}

/** A right that is missing may be granted at any time; the queues are tried again then. @throws QueuesNotPreparedError */
export async function requirePreparedQueues(database: Database): Promise<void> {
  if ((await stateOfQueueTables(database)) === 'missing')
    throw new QueuesNotPreparedError(
      'The tables of the queues are missing or not current (REDIS_URL is not set, so the queues live in PostgreSQL). Run "chancery migrate" first.',
    );
}
