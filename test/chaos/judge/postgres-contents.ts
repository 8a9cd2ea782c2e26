import { Client } from 'pg';
import { queueSchema } from '#workers/queue-pool.ts';

/** Every row of the queues' tables, as text. */
export async function everythingInPostgres(url: string): Promise<readonly (readonly [string, string])[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query<{ readonly name: string }>(
      'select tablename as name from pg_tables where schemaname = $1',
      [queueSchema],
    );
    const rows: (readonly [string, string])[] = [];
    for (const { name } of tables.rows) {
      const table = `${queueSchema}.${client.escapeIdentifier(name)}`;
      const all = await client.query<{ readonly row: string }>(
        `select row::text as row from ${table} as row`,
      );
      rows.push(...all.rows.map(({ row }) => [`queue table ${name}`, row] as const));
    }
    return rows;
  } finally {
    await client.end();
  }
}
