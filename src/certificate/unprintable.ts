import { readFileSync } from 'node:fs';
import { printableText } from '#src/certificate/type/printable-text.ts';

/** What every font has: names of it need no further look. */
const plain = /^[\u0020-\u007E\u00A1-\u00AC\u00AE-\u00FF]*$/;

/** Characters that only change how others look. */
const withoutLook = /\u200C|\u200D|\uFE0E|\uFE0F|\p{Emoji_Modifier}/u;

/**
 * The characters of the text that no font has: a certificate shows a box in the place of each. Each once, in the order of the text. What
 * the fonts have is a list beside this file, which a test compares with the fonts.
 */
export function unprintableIn(text: string): readonly string[] {
  if (plain.test(text)) return [];
  const ranges = (known ??= readRanges());
  return [...new Set(printableText(text))].filter(
    (character) => !withoutLook.test(character) && !isIn(ranges, character.codePointAt(0) ?? 0),
  );
}

/** Sorted, the first and last of each. */
type Ranges = readonly (readonly [number, number])[];

let known: Ranges | undefined;

function readRanges(): Ranges {
  const text = readFileSync(new URL('printable-characters.txt', import.meta.url), 'utf8');
  return text.split(/\s+/).flatMap((range) => {
    const [first = '', last = first] = range.split('-');
    return first === '' ? [] : [[Number.parseInt(first, 16), Number.parseInt(last, 16)] as const];
  });
}

function isIn(ranges: Ranges, codePoint: number): boolean {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [first = 0, last = 0] = ranges[middle] ?? [];
    if (codePoint < first) high = middle - 1;
    else if (codePoint > last) low = middle + 1;
    else return true;
  }
  return false;
}
