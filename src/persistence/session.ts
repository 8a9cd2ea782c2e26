import type { DatabaseTarget } from '#src/mechanisms/database-url.ts';

/**
 * What every session of ours must have, whatever the server's, the database's or the role's configuration says. Said by one statement
 * after connecting, in one piece with the first that uses the connection: it costs no round trip, and a pooler in between, which refuses
 * parameters of the startup packet that it does not know, does not see them.
 */
const necessary = {
  datestyle: 'ISO, YMD',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
  default_transaction_isolation: 'read committed',
  // How long a statement may take is decided where it is called; waiting for a lock is part of the one lock order.
  statement_timeout: '0',
  lock_timeout: '0',
  idle_session_timeout: '0',
};

/**
 * Rows are found by index, and what is prepared keeps one plan: neither depends on how large PostgreSQL believes the tables and the batch
 * to be. Left to itself it plans most statements anew for each small batch, which takes it longer than running them, and finds one row of
 * a young table by reading it all.
 */
const planning = { plan_cache_mode: 'force_generic_plan', jit: 'off', ...plansOfWholeTables('off') };

/** For a pool of the ledger's. @param idleInTransactionMs after which the server ends a session that sits in a transaction */
export function ledgerSession(target: DatabaseTarget, idleInTransactionMs: number): string {
  const named = target.settings.get('search_path');
  return sessionSetting(
    {
      ...Object.fromEntries(target.settings),
      ...necessary,
      ...planning,
      idle_in_transaction_session_timeout: String(idleInTransactionMs),
    },
    [
      named === undefined
        ? `set_config('search_path', ${ledgerSchema}, false)`
        : `set_config('search_path', ${literal(named)}, false)`,
      // Since PostgreSQL 17.
      `case when current_setting('transaction_timeout', true) is not null then set_config('transaction_timeout', '0', false) end`,
    ],
  );
}

/**
 * For a pool of the queues'. A queue only wakes: what a crash of the server takes back of it is done again, and finds what was decided.
 * So its commits do not wait for the disk.
 */
export function queueSession(target: DatabaseTarget, schema: string): string {
  const { search_path: _, ...settings } = Object.fromEntries(target.settings);
  return sessionSetting({ ...settings, ...necessary, jit: 'off', synchronous_commit: 'off' }, [
    `set_config('search_path', ${literal(schema)}, false)`,
  ]);
}

/** The schema that holds our tables, wherever the search path has come to point; the one it points to when there are none yet. */
const ledgerSchema = `coalesce(
  (select quote_ident(nspname) from pg_catalog.pg_class join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace
   where relname = 'suite_snapshot' and relkind = 'r' order by nspname = current_schema() desc, nspname = 'public' desc limit 1),
  quote_ident(current_schema()), 'public')`;

/** Of a transaction that reads whole tables. */
export const allowingScans = settings(plansOfWholeTables('on'), true);

/** PostgreSQL's ways to answer from a table that it reads whole. */
function plansOfWholeTables(state: 'on' | 'off') {
  return { enable_seqscan: state, enable_hashjoin: state, enable_mergejoin: state };
}

function sessionSetting(values: Readonly<Record<string, string>>, more: readonly string[]): string {
  return `${settings(values, false)}, ${more.join(', ')}`;
}

function settings(values: Readonly<Record<string, string>>, forTransaction: boolean): string {
  const calls = Object.entries(values).map(
    ([name, value]) => `set_config(${literal(name)}, ${literal(value)}, ${forTransaction})`,
  );
  return `select ${calls.join(', ')}`;
}

/** Written as an escape string where it must be, since nothing is known yet of the session's settings. */
function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
  return text.includes('\\') ? `E${quoted}` : quoted;
}
