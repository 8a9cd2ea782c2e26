import { basename, dirname, extname } from 'node:path';
import type { Column } from '#src/files/columns.ts';
import { createResultFile, resultTable, type ResultSink, type RowResult } from '#src/files/result-file.ts';
import { ImportRefusedError } from '#src/files/sentences.ts';
import { openImportSource, type ImportSource, type SourceRow } from '#src/files/source.ts';

export interface ImportProgress {
  readonly rows: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface ImportResult {
  readonly rows: number;
  readonly accepted: number;
  readonly repeats: number;
  readonly conflicts: number;
  readonly invalid: number;
  /** Null when the file as a whole was refused. */
  readonly resultFile: string | null;
  /** 0: all accepted or repeats; 3: some rows refused; 1: nothing could be read (contract §3). */
  readonly exitCode: 0 | 1 | 3;
  /** Why the file as a whole was refused: a sentence. */
  readonly refusal?: string;
  /** The first rows that were refused. */
  readonly problems: readonly RowResult[];
  /** What is odd about the file as a whole, though its rows were read: sentences. */
  readonly warnings: readonly string[];
}

export type ReadableRow = Extract<SourceRow, { readonly data: unknown }>;

/** How the rows of one kind of file are imported. */
export interface ImportKind {
  readonly file: string;
  readonly columns: readonly Column[];
  /** Name of the result file's column for `RowResult.reference`. */
  readonly referenceColumn: string;
  /** Records the rows, each or not at all, and tells of each in the order given. When it resolves, they are committed. */
  readonly importRows: (rows: readonly ReadableRow[]) => Promise<readonly RowResult[]>;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
  /** Keeps what became of the rows; absent: a result file beside the input. */
  readonly keepResults?: (() => Promise<ResultSink>) | undefined;
  /** A link in the file's place is refused. */
  readonly noLinks?: boolean | undefined;
}

/** The import ended early, by the database or the disk; what was recorded until then stays, and a repeated import goes on from there. */
class ImportInterruptedError extends Error {
  override readonly name = 'ImportInterruptedError';
}

/** Rows in one transaction: where the time per row stopped falling, and few enough for the server's table of locks. */
const batchRows = 500;

const mostProblems = 10;

/**
 * Imports a file row by row in its order, in constant memory, and writes the result file. A bad row never stops the good ones. Safe to
 * repeat.
 * @throws ImportInterruptedError
 */
export async function runImport(kind: ImportKind): Promise<ImportResult> {
  const tally = new Tally();
  let source: ImportSource | undefined;
  let results: ResultSink | undefined;
  try {
    source = await openImportSource(kind.file, kind.columns, kind.noLinks);
    results = await (kind.keepResults?.() ?? resultFileBeside(kind.file, kind.referenceColumn));
    await importAll(kind, source, results, tally);
    await results.finish();
    return tally.result(results.path);
  } catch (error) {
    await results?.discard();
    if (error instanceof ImportRefusedError) return refusedImport(error.message);
    const why = error instanceof Error ? error.message : String(error);
    throw new ImportInterruptedError(
      `The import of ${kind.file} stopped after ${tally.rows} rows: ${why}. What was recorded until then stays. Run it again: recorded rows are repeats then.`,
      { cause: error },
    );
  } finally {
    source?.close();
  }
}

/** `orders.csv` → `orders.result.csv`. */
function resultFileBeside(input: string, reference: string): Promise<ResultSink> {
  return createResultFile(
    dirname(input),
    `${basename(input, extname(input))}.result.csv`,
    resultTable(reference),
  );
}

/** The file as a whole was refused: nothing was recorded, no result file was written. */
export function refusedImport(refusal: string): ImportResult {
  const none = { rows: 0, accepted: 0, repeats: 0, conflicts: 0, invalid: 0 };
  return { ...none, resultFile: null, exitCode: 1, refusal, problems: [], warnings: [] };
}

async function importAll(
  kind: ImportKind,
  source: ImportSource,
  sink: ResultSink,
  tally: Tally,
): Promise<void> {
  for await (const rows of batches(source.rows)) {
    const readable = rows.filter((row) => 'data' in row);
    const imported = readable.length === 0 ? [] : await kind.importRows(readable);
    const results = new Map(imported.map((result) => [result.row, result]));
    const all = rows.map((row) =>
      'fault' in row ? unreadable(row) : withWarning(row, results.get(row.row) ?? lost(row.row)),
    );
    await sink.write(all);
    tally.count(all, rows.length - readable.length);
    tally.isUnended ||= readable.some(({ isUnended }) => isUnended);
    kind.onProgress?.({ rows: tally.rows, bytes: source.bytesRead(), totalBytes: source.totalBytes });
  }
}

async function* batches(rows: AsyncIterable<SourceRow>): AsyncGenerator<readonly SourceRow[]> {
  let batch: SourceRow[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < batchRows) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function unreadable({ row, line, fault }: Extract<SourceRow, { readonly fault: string }>): RowResult {
  return { row, reference: '', result: 'invalid', message: `line ${line}: ${fault}` };
}

/** A last line without an end is allowed, and is what a file looks like whose upload broke off. */
const unendedWarning =
  'the last line of the file has no line end: if the file was cut off, its last cell may be incomplete';

function withWarning({ isUnended }: ReadableRow, result: RowResult): RowResult {
  if (!isUnended) return result;
  return { ...result, message: [result.message, unendedWarning].filter(Boolean).join('; ') };
}

function lost(row: number): never {
  throw new Error(`nothing was said of row ${row}`);
}

class Tally {
  rows = 0;
  isUnended = false;
  #unreadable = 0;
  readonly #counts = { accepted: 0, repeat: 0, conflict: 0, invalid: 0 };
  readonly #problems: RowResult[] = [];

  count(results: readonly RowResult[], unreadableRows: number): void {
    this.rows += results.length;
    this.#unreadable += unreadableRows;
    for (const one of results) {
      this.#counts[one.result] += 1;
      const isProblem = one.result === 'conflict' || one.result === 'invalid';
      if (isProblem && this.#problems.length < mostProblems) this.#problems.push(one);
    }
  }

  result(resultFile: string | null): ImportResult {
    const { accepted, repeat: repeats, conflict: conflicts, invalid } = this.#counts;
    const nothingRead = this.rows > 0 && this.#unreadable === this.rows;
    const exitCode = nothingRead ? 1 : conflicts + invalid > 0 ? 3 : 0;
    const { rows } = this;
    return {
      rows,
      accepted,
      repeats,
      conflicts,
      invalid,
      resultFile,
      exitCode,
      problems: this.#problems,
      warnings: this.isUnended ? [`Row ${rows}: ${unendedWarning}.`] : [],
    };
  }
}
