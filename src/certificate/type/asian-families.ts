import {
  NOTO_JAPANESE,
  NOTO_KOREAN,
  NOTO_SIMPLIFIED,
  NOTO_TRADITIONAL,
  type FontFamily,
} from '#src/certificate/type/font-family.ts';

/**
 * The East Asian fonts, the fitting one first: Japan, Korea, China and Taiwan write many characters that share a code point
 * differently. The country decides, and without one of theirs the scripts that the texts mix with them.
 */
export function asianFamilies(texts: readonly string[], country: string | undefined): readonly FontFamily[] {
  const first = BY_COUNTRY.get(country ?? '') ?? byScript(texts.join(''));
  return [first, ...ALL.filter((family) => family !== first)];
}

const ALL = [NOTO_SIMPLIFIED, NOTO_TRADITIONAL, NOTO_JAPANESE, NOTO_KOREAN];

const BY_COUNTRY: ReadonlyMap<string, FontFamily> = new Map([
  ['JP', NOTO_JAPANESE],
  ['KR', NOTO_KOREAN],
  ['KP', NOTO_KOREAN],
  ['TW', NOTO_TRADITIONAL],
  ['HK', NOTO_TRADITIONAL],
  ['MO', NOTO_TRADITIONAL],
  ['CN', NOTO_SIMPLIFIED],
  ['SG', NOTO_SIMPLIFIED],
]);

function byScript(text: string): FontFamily {
  if (/[\u3041-\u30FF]/u.test(text)) return NOTO_JAPANESE;
  if (/[\u1100-\u11FF\u3130-\u318F\uAC00-\uD7AF]/u.test(text)) return NOTO_KOREAN;
  return NOTO_SIMPLIFIED;
}
