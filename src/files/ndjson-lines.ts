import { shownPath } from '#jobs/message.ts';
import { longestRecordBytes } from '#src/files/csv-records.ts';
import { encodingFault, withoutMark } from '#src/files/text-encoding.ts';
import { repeatedName } from '#src/mechanisms/repeated-name.ts';

/** A line of an NDJSON file: what it says, or why it cannot be read. `line` is 1 for the file's first. */
export type NdjsonLine =
  { readonly line: number; readonly value: unknown } | { readonly line: number; readonly fault: string };

const lineFeed = 0x0a;

/**
 * The lines of JSON text in UTF-8, with or without byte order mark; blank lines are skipped. A line that is no JSON never stops the
 * next. Memory is bounded by the longest line, not by the file.
 */
export async function* ndjsonLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<NdjsonLine> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let line = 1;
  const hold = (part: Buffer): void => {
    heldBytes += part.length;
    if (heldBytes > longestRecordBytes) held = [];
    else held.push(part);
  };
  for await (const chunk of withoutMark(chunks)) {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      hold(chunk.subarray(from, end));
      yield* lineOf(line, held, heldBytes);
      held = [];
      heldBytes = 0;
      line += 1;
      from = end + 1;
    }
    hold(chunk.subarray(from));
  }
  yield* lineOf(line, held, heldBytes, '; the file ends in the middle of this line: it seems to be cut off');
}

function* lineOf(
  line: number,
  held: readonly Buffer[],
  heldBytes: number,
  cutOff = '',
): Generator<NdjsonLine> {
  if (heldBytes > longestRecordBytes) {
    yield { line, fault: 'the line is longer than 1 MiB' };
    return;
  }
  const bytes = Buffer.concat(held);
  const unreadable = encodingFault(bytes);
  if (unreadable !== undefined) {
    yield { line, fault: `${unreadable}${cutOff}` };
    return;
  }
  const text = bytes.toString('utf8');
  if (text.trim() === '') return;
  try {
    const value: unknown = JSON.parse(text);
    const twice = repeatedName(text);
    if (twice === undefined) yield { line, value };
    else yield { line, fault: `${shownPath(twice)} is there twice` };
  } catch {
    // What JSON.parse says of it quotes the line, which may hold codes.
    yield { line, fault: `it is not JSON; each line must be one JSON object${cutOff}` };
  }
}
