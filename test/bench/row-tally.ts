import { Client } from 'pg';
import type { TemplateTable } from '#test/bench/templates.ts';

/** Rows inserted and updated since the database was made, by table. */
export interface RowTally {
  readonly [table: string]: { readonly insert: number; readonly update: number };
}

/** All other sessions must have ended: PostgreSQL counts what a session did when it says so. */
export async function tallyRows(url: string): Promise<RowTally> {
  const rows = await query<{ readonly table: string; readonly insert: string; readonly update: string }>(
    url,
    `select relname as table, n_tup_ins as insert, n_tup_upd as update from pg_stat_user_tables
     where schemaname = 'public' and relname <> 'schema_migration'`,
  );
  return Object.fromEntries(
    rows.map(({ table, insert, update }) => [table, { insert: Number(insert), update: Number(update) }]),
  );
}

/**
 * That what was written for so many messages is, table by table, what the product wrote for the template messages.
 * @throws with the table that differs: a figure must not be printed then
 */
export function checkRows(
  who: string,
  templates: readonly TemplateTable[],
  messages: number,
  before: RowTally,
  after: RowTally,
): void {
  for (const table of Object.keys(after)) {
    for (const change of ['insert', 'update'] as const) {
      const template = templates.find((one) => one.table === table && one.change === change);
      const expected = (template?.rowsPerMessage ?? 0) * messages;
      const written = (after[table]?.[change] ?? 0) - (before[table]?.[change] ?? 0);
      if (Math.round(expected) !== written)
        throw new Error(
          `${who}: ${written} rows of ${table} (${change}) for ${messages} messages; the product writes ${expected}.`,
        );
    }
  }
}

/** That rows written by SQL alone are as large as those that the product wrote. @throws */
export async function checkSizes(
  url: string,
  templates: readonly TemplateTable[],
  messages: number,
): Promise<void> {
  for (const { table, change, bytesPerRow, rowsPerMessage } of templates) {
    if (change === 'update') continue;
    const [row] = await query<{ readonly bytes: string }>(
      url,
      `select avg(pg_column_size(row.*)) as bytes from (select * from ${table} order by ctid desc limit ${Math.min(messages, 1000) * rowsPerMessage}) as row`,
    );
    const bytes = Number(row?.bytes);
    if (!(Math.abs(bytes / bytesPerRow - 1) < 0.03))
      throw new Error(
        `A row of ${table} has ${bytes.toFixed(0)} bytes in the limit, ${bytesPerRow.toFixed(0)} as the product writes it.`,
      );
  }
}

async function query<Row extends object>(url: string, sql: string): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
