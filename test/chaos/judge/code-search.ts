import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Looks for codes in texts, however they are spelled: in any case, with hyphens, spaces or without. */
export interface CodeSearch {
  readonly codes: number;
  /** Of these codes, those that stand in the text. */
  in(text: string): readonly string[];
}

export function searchFor(codes: Iterable<string>): CodeSearch {
  const byPlain = new Map([...codes].map((code) => [plainOf(code), code]));
  const lengths = [...new Set([...byPlain.keys()].map(({ length }) => length))];
  const prefixes = new Set([...byPlain.keys()].map((plain) => plain.slice(0, 2)));
  return {
    codes: byPlain.size,
    in(text) {
      const plain = plainOf(text);
      const found = new Set<string>();
      for (let at = 0; at < plain.length; at += 1) {
        if (!prefixes.has(plain.slice(at, at + 2))) continue;
        for (const length of lengths) {
          const code = byPlain.get(plain.slice(at, at + length));
          if (code !== undefined) found.add(code);
        }
      }
      return [...found];
    },
  };
}

/** Log files, with the line, in which one of the codes stands. */
export async function codesInLogs(folder: string, search: CodeSearch): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.log'))) {
    const text = await readFile(join(folder, name), 'utf8');
    for (const line of text.split('\n'))
      if (search.in(line).length > 0) found.push(`${name}: ${line.slice(0, 120)}`);
  }
  return found;
}

function plainOf(text: string): string {
  return text.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
}
