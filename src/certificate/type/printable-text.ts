/**
 * Text as it may stand on a page: composed (NFC), control characters as spaces, and without the invisible characters that
 * would let a name read otherwise than it is spelt (bidi controls, zero-width ones, variation selectors, tags).
 * Runs of spaces become one.
 */
export function printableText(text: string): string {
  return text.toWellFormed().normalize('NFC').replaceAll(INVISIBLE, '').replaceAll(BLANKS, ' ').trim();
}

// Both classes name control and joining characters on purpose: they are what is taken out.
const INVISIBLE =
  // eslint-disable-next-line no-control-regex, no-misleading-character-class
  /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\u{1F3FB}-\u{1F3FF}\u{E0000}-\u{E0FFF}]/gu;

// eslint-disable-next-line no-control-regex
const BLANKS = /[\u0000-\u0020\u007F-\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+/gu;
