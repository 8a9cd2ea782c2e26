import type { Catalog } from '#src/domain/catalog.ts';
import { canonicalCode, maskCode } from '#src/domain/code.ts';
import { columnsOf, type Column } from '#src/files/columns.ts';
import { holdingRow, parseHolding } from '#src/files/holdings-row.ts';
import { runImport, type ImportProgress, type ImportResult } from '#src/files/import-run.ts';
import type { RowResult } from '#src/files/result-file.ts';
import { fieldOf, sentenceOfErrors } from '#src/files/sentences.ts';
import { importHoldingsBatch } from '#src/fulfillment/batch/import-holdings.ts';
import { repeatingTransaction } from '#src/fulfillment/batch/repeating-transaction.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { reading, statement, type Database } from '#src/persistence/database.ts';

export interface HoldingsImport {
  readonly database: Database;
  readonly catalog: Catalog;
  readonly file: string;
  /** Hears of every batch of rows, once it is committed. */
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

/**
 * Imports what existing customers own: accounts and their Activation Codes. Importing a file again changes nothing; a row that
 * says something else than the last import, after the license was changed here, is a conflict: contract §4.
 * @throws ImportInterruptedError
 */
export async function importHoldings({
  database,
  catalog,
  file,
  onProgress,
}: HoldingsImport): Promise<ImportResult> {
  const run = { id: newId(), begunAt: await databaseTime(database) };
  return runImport({
    file,
    columns: holdingsColumns(),
    referenceColumn: 'activationCode',
    onProgress,
    importRows: async (rows) => {
      const parsed = rows.map(({ row, data, faults }) => ({
        row,
        reference: maskedCode(data),
        ...parseHolding(data, catalog, faults),
      }));
      const good = parsed.flatMap((one) => ('holding' in one ? [one] : []));
      const holdings = good.map(({ holding }) => holding);
      const outcomes = await repeatingTransaction(database, (tx) => importHoldingsBatch(tx, holdings, run));
      const outcomeOf = new Map(good.map(({ row }, i) => [row, outcomes[i]]));
      return parsed.map(({ row, reference, ...one }): RowResult => {
        if ('errors' in one)
          return { row, reference, result: 'invalid', message: sentenceOfErrors(one.errors) };
        const outcome = outcomeOf.get(row);
        if (!outcome) throw new Error(`nothing was said of row ${row}`);
        return { row, reference, ...outcome };
      });
    },
  });
}

function holdingsColumns(): readonly Column[] {
  return columnsOf(holdingRow);
}

function maskedCode(data: unknown): string {
  const typed = fieldOf(data, 'activationCode');
  const code = typeof typed === 'string' ? canonicalCode('activation-code', typed) : undefined;
  return code === undefined ? '' : maskCode(code);
}

async function databaseTime(database: Database): Promise<string> {
  const [row] = await statement<{ readonly now: string }>(reading(database), 'select now()::text as now');
  if (!row) throw new Error('PostgreSQL did not tell the time.');
  return row.now;
}
