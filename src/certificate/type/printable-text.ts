/**
 * Text as it may stand on a page of layout 1: composed (NFC), control characters as spaces, and without the invisible characters that
 * would let a name read otherwise than it is spelt (bidi controls, zero-width ones, variation selectors, tags).
 * Runs of spaces become one.
 */
export function plainText(text: string): string {
  return composed(text).replaceAll(INVISIBLE, '').replaceAll(BLANKS, ' ').trim();
}

/** The same for later layouts, which keep what letters need to join as their writers mean it, and pictures to be one. */
export function printableText(text: string): string {
  return composed(text)
    .replaceAll(INVISIBLE, (character, at: number, whole: string) => {
      const [before, after] = [whole.slice(0, at), whole.slice(at + character.length)];
      if (JOINERS.test(character)) {
        return (JOINING_END.test(before) && JOINING_START.test(after)) ||
          (character === '\u200D' && PICTURE_END.test(before) && PICTURE_START.test(after))
          ? character
          : '';
      }
      return PICTURE_MODIFIERS.test(character) && PICTURE_END.test(before) ? character : '';
    })
    .replaceAll(BLANKS, ' ')
    .trim();
}

function composed(text: string): string {
  return text.toWellFormed().normalize('NFC');
}

// Both classes name control and joining characters on purpose: they are what is taken out.
const INVISIBLE =
  // eslint-disable-next-line no-control-regex, no-misleading-character-class -- see above
  /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\u{1F3FB}-\u{1F3FF}\u{E0000}-\u{E0FFF}]/gu;

// eslint-disable-next-line no-control-regex -- control characters are what is taken out
const BLANKS = /[\u0000-\u0020\u007F-\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+/gu;

/** Zero width joiner and non-joiner: spelling in scripts whose letters join or stack, and nowhere else. */
const JOINERS = /^[\u200C\u200D]$/;
const JOINING_END =
  /[\p{Script=Arab}\p{Script=Syrc}\p{Script=Deva}\p{Script=Beng}\p{Script=Guru}\p{Script=Gujr}\p{Script=Orya}\p{Script=Taml}\p{Script=Telu}\p{Script=Knda}\p{Script=Mlym}\p{Script=Sinh}\p{Script=Khmr}\p{Script=Mymr}\p{Script=Mong}\p{Script=Nkoo}]$/u;
const JOINING_START =
  /^[\p{Script=Arab}\p{Script=Syrc}\p{Script=Deva}\p{Script=Beng}\p{Script=Guru}\p{Script=Gujr}\p{Script=Orya}\p{Script=Taml}\p{Script=Telu}\p{Script=Knda}\p{Script=Mlym}\p{Script=Sinh}\p{Script=Khmr}\p{Script=Mymr}\p{Script=Mong}\p{Script=Nkoo}]/u;

/** Skin tones and the wish for a picture. */
const PICTURE_MODIFIERS = /^(?:\uFE0F|\p{Emoji_Modifier})$/u;
const PICTURE_END = /\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})*$/u;
const PICTURE_START = /^\p{Extended_Pictographic}/u;
