import { isUtf8 } from 'node:buffer';

/**
 * The name of the encoding that a file's first bytes give away, when it is another than UTF-8: `UTF-16 text`, for a sentence. Text that
 * is UTF-16 without a mark has a zero byte in every second place; there is none in a UTF-8 file of ours.
 */
export function foreignEncoding(start: Uint8Array): string | undefined {
  const [a, b, c, d] = start;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'UTF-32 text' : 'UTF-16 text';
  if (a === 0xfe && b === 0xff) return 'UTF-16 text';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'UTF-32 text';
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return 'UTF-16 text';
  return a === 0 && b !== 0 && c === 0 && d !== 0 && b !== undefined ? 'UTF-16 text' : undefined;
}

/** The chunks without a byte order mark at the very beginning, however they are cut. */
export async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (!start) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < mark.length && mark.subarray(0, start.length).equals(start)) continue;
    yield start.subarray(start.subarray(0, mark.length).equals(mark) ? mark.length : 0);
    start = undefined;
  }
  if (start && start.length > 0) yield start;
}

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Why a row's bytes are no text that can be read; undefined when they are. */
export function encodingFault(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes)
    ? undefined
    : 'it is not UTF-8 text; save the file as UTF-8 (in Excel: "CSV UTF-8"; in LibreOffice: character set "Unicode (UTF-8)"; in PowerShell: -Encoding utf8)';
}
