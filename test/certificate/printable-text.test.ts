import { describe, expect, it } from 'vitest';
import { printableText } from '#src/certificate/type/printable-text.ts';

describe('text on a page', () => {
  it.each([
    ['a line break and a tab', 'ACME\r\n\tGmbH', 'ACME GmbH'],
    ['an override of the reading direction', 'ACME \u202EHbmG\u202C', 'ACME HbmG'],
    ['zero-width characters', 'A\u200BC\u200DM\uFEFFE', 'ACME'],
    ['a null character', 'AC\u0000ME', 'AC ME'],
    ['a letter and its accent apart', 'Socie\u0301te\u0301', 'Société'],
    ['half of a pair', 'A\uD83D', 'A\uFFFD'],
    ['ideographic spaces', '株式会社\u3000電機', '株式会社 電機'],
  ])('neutralises %s', (_, text, printed) => {
    expect(printableText(text)).toBe(printed);
  });

  it('leaves names of all scripts as they are', () => {
    const names = 'Société Ελληνικά Кириллица Đặng 株式会社ひかり電機 简体中文 繁體 한국어';
    expect(printableText(names)).toBe(names);
  });
});
