import { constants, open, type FileHandle } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { FieldError } from '#jobs/message.ts';
import { messageOfCells } from '#src/files/cells.ts';
import { columnsOfHeader, type Column } from '#src/files/columns.ts';
import { csvRecords, type CsvRecord } from '#src/files/csv-records.ts';
import { readHeader } from '#src/files/header.ts';
import { ndjsonLines } from '#src/files/ndjson-lines.ts';
import { ImportRefusedError } from '#src/files/sentences.ts';
import { foreignEncoding } from '#src/files/text-encoding.ts';

/**
 * A row of the file, as the person counts them: 1 is the first after the header row (of an NDJSON file, the first line), blank lines
 * and rows of empty cells not counted. `line` is the file's line on which it begins.
 */
export type SourceRow =
  | {
      readonly row: number;
      readonly line: number;
      readonly data: unknown;
      /** What of its cells a spreadsheet has broken. */
      readonly faults: readonly FieldError[];
      /** The file ends before the row's line does. */
      readonly isUnended: boolean;
    }
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
 * @param noLinks a link in its place is refused
 * @throws ImportRefusedError when nothing of it can be read
 */
export async function openImportSource(
  file: string,
  columns: readonly Column[],
  noLinks = false,
): Promise<ImportSource> {
  const name = basename(file);
  const format = formatOf(name);
  const { handle, size: totalBytes } = await openFile(file, noLinks);
  const stream = handle.createReadStream();
  const progress = { totalBytes, bytesRead: () => stream.bytesRead, close: () => void stream.destroy() };
  const chunks = inspected(name, stream);
  if (format === 'ndjson') return { rows: ndjsonRows(chunks), ...progress };
  const records = csvRecords(chunks);
  try {
    const found = columnsOfHeader(name, columns, await readHeader(name, records));
    return { rows: csvRows(records, found), ...progress };
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

async function* csvRows(
  records: AsyncIterable<CsvRecord>,
  columns: readonly (Column | undefined)[],
): AsyncGenerator<SourceRow> {
  let row = 0;
  for await (const { isUnended = false, ...record } of records) {
    const { line } = record;
    if ('cells' in record && record.cells.every((cell) => cell.trim() === '')) continue;
    row += 1;
    const fault = 'fault' in record ? record.fault : shapeFault(record.cells, columns, isUnended);
    if ('cells' in record && fault === undefined)
      yield { row, line, ...messageOfCells(columns, record.cells), isUnended };
    else yield { row, line, fault: `${fault}${isUnended ? cutOff : ''}` };
  }
}

const cutOff = '; the file ends in the middle of this line: it seems to be cut off';

/** Empty cells at the end of a row may be missing, or be more than the header row has: spreadsheets save both. */
function shapeFault(
  cells: readonly string[],
  columns: readonly (Column | undefined)[],
  isUnended: boolean,
): string | undefined {
  const sizes = `the row has ${cells.length} cells, the header row has ${columns.length}`;
  const [only = ''] = cells;
  if (cells.length === 1 && columns.length > 1 && /[;\t|]/.test(only))
    return `${sizes}; cells are separated by commas`;
  if (cells.length < columns.length) return isUnended ? sizes : undefined;
  const nameless = cells.findIndex((cell, i) => !columns[i] && cell.trim() !== '');
  if (nameless === -1) return undefined;
  return nameless >= columns.length ? sizes : `there is text in column ${nameless + 1}, which has no name`;
}

async function* ndjsonRows(chunks: AsyncIterable<Buffer>): AsyncGenerator<SourceRow> {
  let row = 0;
  for await (const { line, ...content } of ndjsonLines(chunks)) {
    row += 1;
    if ('fault' in content) yield { row, line, fault: content.fault };
    // A line of JSON that can be read is whole.
    else yield { row, line, data: content.value, faults: [], isUnended: false };
  }
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
  const encoding = foreignEncoding(chunk);
  if (encoding !== undefined)
    throw new ImportRefusedError(
      `${file} is ${encoding}. Save it as UTF-8 (Excel: "CSV UTF-8", not "Unicode text"; PowerShell: -Encoding utf8) and import that.`,
    );
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

/** For reading; a link is not followed where it must not be. */
export function openedFor(noLinks: boolean): number {
  // Windows does not know the second.
  return constants.O_RDONLY | (noLinks ? (constants.O_NOFOLLOW ?? 0) : 0);
}

async function openFile(
  file: string,
  noLinks: boolean,
): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  try {
    const handle = await open(file, openedFor(noLinks));
    const found = await handle.stat();
    if (!found.isDirectory()) return { handle, size: found.size };
    await handle.close();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ImportRefusedError(`${file} cannot be read: ${why}`);
  }
  throw new ImportRefusedError(`${file} is a folder.`);
}
