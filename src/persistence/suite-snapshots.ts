import type { SuiteComponent } from '#src/domain/catalog.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

export interface SuiteSnapshot {
  readonly suite: string;
  readonly name: string;
  readonly components: readonly SuiteComponent[];
  /** SHA-256, hexadecimal, of all the others. */
  readonly fingerprint: string;
}

/** Stores component lists that are not stored yet. @returns their ids by suite code */
export async function storeSuiteSnapshots(
  tx: Transaction,
  suites: readonly SuiteSnapshot[],
): Promise<ReadonlyMap<string, string>> {
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
}

/** A suite as a snapshot has it. */
export interface SnapshotSuite {
  readonly suiteName: string;
  readonly components: readonly SuiteComponent[];
}

/** Rows never change, and a catalog has few: each is read once by a process, not with every Registration Key that points at it. */
const remembered = new Map<string, SnapshotSuite>();

/** The suites of these snapshots, by their ids. */
export async function suitesOfSnapshots(
  tx: Transaction,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, SnapshotSuite>> {
  const unread = [...ids].filter((id) => !remembered.has(id));
  if (unread.length > 0) {
    const rows = await statement<SnapshotSuite & { readonly id: string }>(
      tx,
      'select id, name as "suiteName", components from suite_snapshot where id = any($1::uuid[])',
      [unread],
    );
    for (const { id, ...suite } of rows) remembered.set(id, suite);
  }
  return remembered;
}
