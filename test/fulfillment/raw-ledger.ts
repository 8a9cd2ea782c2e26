import type { Ledger } from '#test/fulfillment/open-ledger.ts';

/** Every row of every table as PostgreSQL writes it: two that are equal say that nothing at all happened in between. */
export async function rawLedger({
  query,
}: Pick<Ledger, 'query'>): Promise<Readonly<Record<string, unknown>>> {
  const tables = await query<{ readonly table: string }>(
    `select quote_ident(tablename) as table from pg_tables where schemaname = 'public' order by tablename`,
  );
  const dumps: [string, unknown][] = [];
  for (const { table } of tables) {
    const rows = await query<{ readonly row: string }>(
      `select row::text from ${table} as row order by row::text`,
    );
    dumps.push([table, rows.map(({ row }) => row)]);
  }
  return Object.fromEntries(dumps);
}
