import { isUtf8 } from 'node:buffer';

/** A record of a CSV file: its cells, or why it cannot be read. `line` is where it begins, 1 for the file's first. */
export type CsvRecord =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly fault: string };

/** The same as the longest request body: no message that could be accepted is longer. */
export const longestRecordBytes = 1024 * 1024;

const quote = 0x22;
const comma = 0x2c;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

type Within = 'cell start' | 'plain cell' | 'quoted cell' | 'closing quote';

/**
 * The records of RFC 4180 text in UTF-8, with or without byte order mark; LF alone also ends a record. Lines without content are
 * no records. A malformed record is told as such and ends with its line, so that the next one is read; only a quote that is never
 * closed costs the rest of the file. Memory is bounded by the longest record, not by the file.
 */
export async function* csvRecords(chunks: AsyncIterable<Buffer>): AsyncGenerator<CsvRecord> {
  const reader = new RecordReader();
  for await (const chunk of chunks) yield* reader.read(chunk);
  yield* reader.end();
}

class RecordReader {
  #within: Within = 'cell start';
  #fault: string | undefined;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #line = 1;
  #firstLine = 1;

  *read(chunk: Buffer): Generator<CsvRecord> {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (byte === lineFeed) {
        this.#line += 1;
        if (this.#within === 'quoted cell') continue;
        this.#hold(chunk.subarray(from, at));
        yield* this.#finish();
        from = at + 1;
      } else if (byte === quote) this.#seeQuote();
      else if (byte === comma) {
        if (this.#within !== 'quoted cell') this.#within = 'cell start';
      } else if (this.#within === 'cell start') this.#within = 'plain cell';
      else if (this.#within === 'closing quote' && byte !== carriageReturn) {
        this.#fault ??= 'there is text after a closing quote; a quote inside a quoted cell is written twice';
        this.#within = 'plain cell';
      }
    }
    this.#hold(chunk.subarray(from));
  }

  *end(): Generator<CsvRecord> {
    if (this.#within === 'quoted cell')
      this.#fault = 'a quote is opened here and never closed; nothing after it could be read';
    yield* this.#finish();
  }

  #seeQuote(): void {
    switch (this.#within) {
      case 'cell start':
      case 'closing quote':
        this.#within = 'quoted cell';
        return;
      case 'quoted cell':
        this.#within = 'closing quote';
        return;
      case 'plain cell':
        this.#fault ??=
          'there is a quote inside a cell that does not begin with one; quote the cell and write the inner quote twice';
    }
  }

  #hold(part: Buffer): void {
    this.#heldBytes += part.length;
    if (this.#heldBytes > longestRecordBytes) {
      this.#fault ??= 'the row is longer than 1 MiB';
      this.#held = [];
    } else if (part.length > 0) this.#held.push(part);
  }

  *#finish(): Generator<CsvRecord> {
    const line = this.#firstLine;
    const fault = this.#fault;
    const isFirst = line === 1;
    const bytes = withoutEnding(Buffer.concat(this.#held), isFirst);
    this.#within = 'cell start';
    this.#fault = undefined;
    this.#held = [];
    this.#heldBytes = 0;
    this.#firstLine = this.#line;
    if (fault !== undefined) yield { line, fault };
    else if (bytes.length === 0) return;
    else if (!isUtf8(bytes)) yield { line, fault: 'it is not UTF-8 text; save the file as UTF-8' };
    else yield cellsOf(line, bytes.toString('utf8'));
  }
}

function withoutEnding(bytes: Buffer, isFirst: boolean): Buffer {
  const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length;
  const hasMark = isFirst && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.subarray(hasMark ? 3 : 0, end);
}

/** The text is well-formed but for carriage returns: the reader lets one pass after a closing quote wherever it stands. */
function cellsOf(line: number, text: string): CsvRecord {
  if (!text.includes('"')) return { line, cells: text.split(',') };
  const cells: string[] = [];
  for (let at = 0; at <= text.length;) {
    let end = text.indexOf(',', at);
    if (text[at] === '"') {
      const closing = closingQuote(text, at);
      end = closing + 1;
      if (end < text.length && text[end] !== ',')
        return { line, fault: 'there is a carriage return after a closing quote' };
      cells.push(text.slice(at + 1, closing).replaceAll('""', '"'));
    } else cells.push(text.slice(at, end === -1 ? undefined : end));
    at = end === -1 ? text.length + 1 : end + 1;
  }
  return { line, cells };
}

function closingQuote(text: string, opening: number): number {
  let at = text.indexOf('"', opening + 1);
  while (text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}
