import { statement, type Transaction } from '#src/persistence/database.ts';

/** How many outcomes say that a name is not printable, and the number of the latest; by the index that holds these alone. */
export async function findNotPrintable(
  tx: Transaction,
): Promise<{ readonly count: number; readonly latest: string | null }> {
  const rows = await statement<{ readonly count: number; readonly latest: string | null }>(
    tx,
    `select count(*)::integer as count, (array_agg(number order by accepted_at desc))[1] as latest
     from message where notes @> '[{"code": "NOT_PRINTABLE"}]'`,
  );
  return rows[0] ?? { count: 0, latest: null };
}
