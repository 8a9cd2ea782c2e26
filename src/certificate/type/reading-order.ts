import bidiFactory from 'bidi-js/dist/bidi.mjs';

const bidi = bidiFactory();

/** First strong isolate and pop directional isolate: what stands between them has a direction of its own. */
const [ISOLATE, POP] = ['\u2068', '\u2069'];

const RIGHT_TO_LEFT_MARK = '\u200F';

/** Whether it only directs the reading and is not drawn. */
export function isDirectionMark(character: string): boolean {
  return character === ISOLATE || character === POP || character === RIGHT_TO_LEFT_MARK;
}

/** Whether the text may hold letters that are read from right to left. */
const maybeRightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFF\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** See `DocumentFonts.isolated`. */
export function isolated(text: string): string {
  return maybeRightToLeft.test(text) ? `${ISOLATE}${text}${POP}` : text;
}

/**
 * The embedding level of every UTF-16 unit by the Unicode Bidirectional Algorithm; odd ones are read from right to left. The first strong
 * letter outside isolates decides the line's direction.
 */
export function levelsOf(text: string): Uint8Array {
  if (!maybeRightToLeft.test(text)) return new Uint8Array(text.length);
  return bidi.getEmbeddingLevels(inOneUnitEach(text)).levels;
}

/** bidi-js looks at UTF-16 units: letters and signs beyond the first plane are shown to it as ones of their kind within. */
function inOneUnitEach(text: string): string {
  return text
    .replaceAll(/[\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/gu, '\u05D0\u05D0')
    .replaceAll(/[\u{1F000}-\u{1FAFF}]/gu, '\u2603\u2603');
}

/** See `DocumentFonts.directionMark`. */
export function directionMark(text: string): string {
  if (!maybeRightToLeft.test(text)) return '';
  const [whole] = bidi.getEmbeddingLevels(inOneUnitEach(text)).paragraphs;
  return whole?.level === 1 ? RIGHT_TO_LEFT_MARK : '';
}

/** How a bracket looks where it is read from right to left; anything else is itself. */
export function mirrored(character: string): string {
  return bidi.getMirroredCharacter(character) ?? character;
}

/** Rule L2: the pieces of a line from left to right, given in reading order. */
export function fromLeftToRight<Piece extends { readonly level: number }>(
  pieces: readonly Piece[],
): readonly Piece[] {
  const order = [...pieces];
  const levels = pieces.map(({ level }) => level);
  const highest = Math.max(0, ...levels);
  for (let level = highest; level > 0; level -= 1) {
    for (let start = 0; start < order.length; start += 1) {
      let end = start;
      while ((order[end]?.level ?? -1) >= level) end += 1;
      if (end - start > 1) order.splice(start, end - start, ...order.slice(start, end).reverse());
      start = Math.max(start, end);
    }
  }
  return order;
}
