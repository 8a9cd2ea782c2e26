import type { CsvRecord } from '#src/files/csv-records.ts';
import { ImportRefusedError } from '#src/files/sentences.ts';

/**
 * The cells of the header row. A line that only tells Excel the separator is skipped; what a tool wrote before the header, and what is
 * no CSV with commas, is refused with a sentence that says what to do.
 * @throws ImportRefusedError
 */
export async function readHeader(
  file: string,
  records: AsyncGenerator<CsvRecord>,
): Promise<readonly string[]> {
  const first = await headerCells(file, records);
  const text = first.join(',').trim();
  if (/^#TYPE\b/i.test(text))
    throw new ImportRefusedError(
      `${file} begins with a #TYPE line, which Windows PowerShell writes above the header row. Export it with -NoTypeInformation, or delete that line, and import it again.`,
    );
  if (text.startsWith('<'))
    throw new ImportRefusedError(
      `${file} is HTML or XML, not CSV. Open it in a spreadsheet, save it as "CSV UTF-8" and import that.`,
    );
  const separator = /^sep=(.)$/i.exec(text)?.[1];
  if (separator === undefined) return first;
  if (separator === ',') return headerCells(file, records);
  throw new ImportRefusedError(`${file} says "${text}": its cells are not separated by commas. ${useCommas}`);
}

/** What to do with a file of another separator. */
export const useCommas =
  'Columns are separated by commas: save it so (LibreOffice: field delimiter ","; PowerShell: -Delimiter ","; Excel: with a comma as list separator in the regional settings) and import that.';

async function headerCells(file: string, records: AsyncGenerator<CsvRecord>): Promise<readonly string[]> {
  for (;;) {
    const next = await records.next();
    if (next.done) throw new ImportRefusedError(`${file} is empty.`);
    const header = next.value;
    const isText = 'cells' in header && !header.cells.some((cell) => /\p{Cc}/u.test(cell));
    if (!isText) {
      const why = 'fault' in header ? header.fault : 'there are control characters in it';
      throw new ImportRefusedError(`${file} is not CSV: its header row cannot be read, because ${why}.`);
    }
    if (header.cells.some((cell) => cell.trim() !== '')) return header.cells;
  }
}
