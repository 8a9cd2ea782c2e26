import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { z } from 'zod';
import { asianFamilies } from '#src/certificate/type/asian-families.ts';
import {
  FURTHER_FAMILIES,
  GARAMOND,
  NOTO_EMOJI,
  SCRIPT_FAMILIES,
  SOURCE_SANS,
} from '#src/certificate/type/font-family.ts';
import { sliceFor } from '#src/certificate/type/font-slice.ts';

export const printableCharactersFile = new URL(
  '../../src/certificate/printable-characters.txt',
  import.meta.url,
);

/** What the fonts have really, as ranges of hexadecimal code points, wrapped into lines. */
export async function printableCharacters(): Promise<string> {
  const families = [GARAMOND, SOURCE_SANS, ...SCRIPT_FAMILIES, ...asianFamilies([], undefined)];
  const shown = new Set<number>();
  for (const family of [...families, ...FURTHER_FAMILIES, NOTO_EMOJI]) {
    const list = createRequire(import.meta.url).resolve(`${family.package}/unicode.json`);
    const listed = z.record(z.string(), z.string()).parse(JSON.parse(await readFile(list, 'utf8')));
    for (const range of Object.values(listed).flatMap((ranges) => ranges.split(','))) {
      const [first = '', last = first] = range.trim().replace('U+', '').split('-');
      for (let code = Number.parseInt(first, 16); code <= Number.parseInt(last, 16); code += 1) {
        if (!shown.has(code) && (await sliceFor(family, [code])) !== undefined) shown.add(code);
      }
    }
  }
  const ranges: [number, number][] = [];
  for (const code of [...shown].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  return wrapped(ranges.map(([first, last]) => (first === last ? hex(first) : `${hex(first)}-${hex(last)}`)));
}

function hex(code: number): string {
  return code.toString(16);
}

function wrapped(words: readonly string[]): string {
  const lines = [''];
  for (const word of words) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length > 118) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return `${lines.join('\n')}\n`;
}
