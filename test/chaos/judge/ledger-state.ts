import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { reading, statement } from '#src/persistence/database.ts';
import { normalisedLedger } from '#test/fulfillment/normalised-ledger.ts';

/**
 * Everything that messages brought about, as lines of text, with what chance decides (ids, codes, certificate numbers) replaced by what
 * it stands for: two ledgers that decided the same messages in the same order are equal, line by line.
 */
export async function ledgerState(fulfillment: Fulfillment): Promise<readonly string[]> {
  const { database } = fulfillment;
  const tables = await normalisedLedger({
    url: '',
    database,
    fulfillment,
    query: (sql, parameters) => statement(reading(database), sql, parameters),
  });
  return Object.entries(tables).flatMap(([table, rows]) =>
    rows.map((row) => `${table} ${JSON.stringify(row)}`),
  );
}

/** What one ledger says and the other does not. */
export function differences(ours: readonly string[], theirs: readonly string[]): readonly string[] {
  const [a, b] = [counted(ours), counted(theirs)];
  return [
    ...surplus(a, b).map((line) => `only here: ${line}`),
    ...surplus(b, a).map((line) => `only in the replay: ${line}`),
  ];
}

function counted(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

function surplus(left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): readonly string[] {
  return [...left].flatMap(([line, times]) => ((right.get(line) ?? 0) < times ? [line] : []));
}
