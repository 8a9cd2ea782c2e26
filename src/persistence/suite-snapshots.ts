import { newId } from '#src/persistence/new-id.ts';
import type { SuiteComponent } from '#src/domain/catalog.ts';
import { inTransaction, statement, type Database } from '#src/persistence/database.ts';

export interface SuiteSnapshot {
  readonly suite: string;
  readonly name: string;
  readonly components: readonly SuiteComponent[];
  /** SHA-256, hexadecimal, of all the others. */
  readonly fingerprint: string;
}

/** Stores component lists that are not stored yet. @returns their ids by suite code */
export function storeSuiteSnapshots(
  database: Database,
  suites: readonly SuiteSnapshot[],
): Promise<ReadonlyMap<string, string>> {
  return inTransaction(database, async (tx) => {
    await statement(
      tx,
      `insert into suite_snapshot (id, suite, name, components, fingerprint)
       select id, suite, name, components, decode(fingerprint, 'hex')
       from jsonb_to_recordset($1::jsonb) as (id uuid, suite text, name text, components jsonb, fingerprint text)
       on conflict on constraint suite_snapshot_unique do nothing`,
      [JSON.stringify(suites.map((suite) => ({ ...suite, id: newId() })))],
    );
    const rows = await statement<{ readonly id: string; readonly suite: string }>(
      tx,
      `select id, suite from suite_snapshot where encode(fingerprint, 'hex') = any($1::text[])`,
      [suites.map(({ fingerprint }) => fingerprint)],
    );
    return new Map(rows.map(({ id, suite }) => [suite, id]));
  });
}
