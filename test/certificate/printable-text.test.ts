import { describe, expect, it } from 'vitest';
import { plainText, printableText } from '#src/certificate/type/printable-text.ts';

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
    expect(plainText(text)).toBe(printed);
  });

  it('leaves names of all scripts as they are', () => {
    const names = 'Société Ελληνικά Кириллица Đặng 株式会社ひかり電機 简体中文 繁體 한국어';
    expect(printableText(names)).toBe(names);
  });

  it.each([
    ['a non-joiner between Persian letters', 'نرم\u200Cافزار', 'نرم\u200Cافزار'],
    ['a joiner in a Devanagari syllable', 'क\u094D\u200Dष', 'क\u094D\u200Dष'],
    ['a joined picture', '👩\u200D💻', '👩\u200D💻'],
    ['a skin tone', '👍🏽', '👍🏽'],
    ['a joiner at the end of a Persian word', 'نرم\u200C', 'نرم'],
    ['a joiner between a picture and a letter', '👩\u200Da', '👩a'],
    ['a skin tone after a letter', 'a🏽', 'a'],
  ])('keeps what spelling needs, and that alone: %s', (_, text, printed) => {
    expect(printableText(text)).toBe(printed);
  });

  it('lost joiners in layout 1, and still does', () => {
    expect(plainText('نرم\u200Cافزار 👩\u200D💻')).toBe('نرمافزار 👩💻');
  });
});
