import { styleText } from 'node:util';
import { expect, test } from 'vitest';
import { printable, printableLines, shortened } from '#src/mechanisms/printable.ts';

test('what a terminal would obey is shown instead', () => {
  expect(printable('a\u001b[2Jb\r\nc\u009b31m\u202egnp.exe\u2028\u200b\ud800')).toBe(
    String.raw`a\u001b[2Jb\u000d\u000ac\u009b31m\u202egnp.exe\u2028\u200b\ud800`,
  );
  for (const fine of ['ACME GmbH & Co', '株式会社', 'Ünïcödé', '👩‍🚀', 'नमस्ते', 'می‌خواهم'])
    expect(printable(fine)).toBe(fine);
});

test('lines and styles of ours pass, and nothing else', () => {
  const styled = styleText('bold', 'Heading', { validateStream: false });
  expect(printableLines(`${styled}\nnext`)).toBe(`${styled}\nnext`);
  expect(printableLines('\u001b]0;title\u0007\u001b[8mhidden\u001b[2J\r')).toBe(
    String.raw`\u001b]0;title\u0007\u001b[8mhidden\u001b[2J\u000d`,
  );
});

test('a long text is cut, not within a character', () => {
  expect(shortened('abcdef', 3)).toBe('abc…');
  expect(shortened('a👩', 2)).toBe('a…');
});
