import { open, type FileHandle } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { columnsOfHeader, messageOfCells, type Column } from '#src/files/columns.ts';
import { csvRecords, type CsvRecord } from '#src/files/csv-records.ts';
import { ndjsonLines } from '#src/files/ndjson-lines.ts';
import { ImportRefusedError } from '#src/files/refusal.ts';

/**
 * A row of the file, as the person counts them: 1 is the first after the header row (of an NDJSON file, the first line), blank lines
 * not counted. `line` is the file's line on which it begins.
 */
export type SourceRow =
  | { readonly row: number; readonly line: number; readonly data: unknown }
  | { readonly row: number; readonly line: number; readonly fault: string };

/** A file that is being read from its beginning to its end, once. */
export interface ImportSource {
  readonly rows: AsyncIterable<SourceRow>;
  readonly totalBytes: number;
  bytesRead(): number;
  close(): void;
}

/**
 * Opens a CSV or NDJSON file, told apart by extension, and judges its header row.
 * @throws ImportRefusedError when nothing of it can be read
 */
export async function openImportSource(file: string, columns: readonly Column[]): Promise<ImportSource> {
  const name = basename(file);
  const format = formatOf(name);
  const { handle, size: totalBytes } = await openFile(file);
  const stream = handle.createReadStream();
  const progress = { totalBytes, bytesRead: () => stream.bytesRead, close: () => void stream.destroy() };
  const chunks = inspected(name, stream);
  if (format === 'ndjson') return { rows: ndjsonRows(chunks), ...progress };
  const records = csvRecords(chunks);
  try {
    const header = await records.next();
    const found = columnsOfHeader(name, columns, headerCells(name, header.done ? undefined : header.value));
    return { rows: csvRows(records, found), ...progress };
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

async function* csvRows(
  records: AsyncIterable<CsvRecord>,
  columns: readonly Column[],
): AsyncGenerator<SourceRow> {
  let row = 0;
  for await (const record of records) {
    row += 1;
    const { line } = record;
    if ('fault' in record) yield { row, ...record };
    else if (record.cells.length === columns.length)
      yield { row, line, data: messageOfCells(columns, record.cells) };
    else {
      const fault = `the row has ${record.cells.length} cells, the header row has ${columns.length}`;
      yield { row, line, fault };
    }
  }
}

async function* ndjsonRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<SourceRow> {
  let row = 0;
  for await (const { line, ...content } of ndjsonLines(chunks)) {
    row += 1;
    if ('fault' in content) yield { row, line, fault: content.fault };
    else yield { row, line, data: content.value };
  }
}

function headerCells(file: string, header: CsvRecord | undefined): readonly string[] {
  if (!header) throw new ImportRefusedError(`${file} is empty.`);
  const isText = 'cells' in header && !header.cells.some((cell) => /\p{Cc}/u.test(cell));
  if (isText) return header.cells;
  const why = 'fault' in header ? header.fault : 'there are control characters in it';
  throw new ImportRefusedError(`${file} is not CSV: its header row cannot be read, because ${why}.`);
}

/** The file's chunks; what its first bytes give away is refused with a sentence that says what to do. */
async function* inspected(file: string, stream: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    if (isFirst) refuseOtherFormats(file, chunk);
    isFirst = false;
    yield chunk;
  }
  if (isFirst) throw new ImportRefusedError(`${file} is empty.`);
}

function refuseOtherFormats(file: string, chunk: Buffer): void {
  const begins = chunk.toString('latin1', 0, 4);
  if (begins.startsWith('PK\u0003\u0004'))
    throw new ImportRefusedError(
      `${file} is a spreadsheet workbook or another ZIP archive. Save it as "CSV UTF-8" and import that.`,
    );
  if (begins.startsWith('\u00FF\u00FE') || begins.startsWith('\u00FE\u00FF'))
    throw new ImportRefusedError(`${file} is UTF-16 text. Save it as UTF-8 and import that.`);
}

function formatOf(file: string): 'csv' | 'ndjson' {
  switch (extname(file).toLowerCase()) {
    case '.csv':
      return 'csv';
    case '.ndjson':
    case '.jsonl':
      return 'ndjson';
    default:
      throw new ImportRefusedError(
        `${file} is neither CSV nor NDJSON by its name: it must end in .csv, .ndjson or .jsonl.`,
      );
  }
}

async function openFile(file: string): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  try {
    const handle = await open(file);
    const found = await handle.stat();
    if (!found.isDirectory()) return { handle, size: found.size };
    await handle.close();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ImportRefusedError(`${file} cannot be read: ${why}`);
  }
  throw new ImportRefusedError(`${file} is a folder.`);
}
