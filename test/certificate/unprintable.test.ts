import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { unprintableIn } from '#src/certificate/unprintable.ts';
import { printableCharacters, printableCharactersFile } from '#test/certificate/printable-characters.ts';

test('the list of printable characters is what the fonts have (renewed by `node test/certificate/write-printable-characters.ts`)', async () => {
  expect(await readFile(printableCharactersFile, 'utf8')).toBe(await printableCharacters());
}, 300_000);

test.each([
  ['ACME GmbH & Søn', []],
  ['شركة النور للتقنية', []],
  ['نرم\u200Cافزار', []],
  ['👩🏽\u200D💻 Café ☕\uFE0F', []],
  ['株式会社 한국 中国', []],
  ['Cuneiform 𒀀𒀁𒀀', ['𒀀', '𒀁']],
  ['private \uE000', ['\uE000']],
  ['a\u200Bb\u202E', []],
])('no font has of %j: %j', (text, missing) => {
  expect(unprintableIn(text)).toEqual(missing);
});
