import { lstat } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** The folders of a reseller (contract §11). */
export const places = ['in', 'work', 'out', 'done', 'failed'] as const;

export type Place = (typeof places)[number];

/** File systems take no longer names, in bytes. */
const longestName = 255;

/**
 * Whether a file of this name is taken. Those that are being written have a dot before, or `.part`, `.filepart`, `.tmp` or `.incomplete`
 * behind. A name that is no UTF-8 came to us changed, and names nothing.
 */
export function isTaken(name: string): boolean {
  return /^[^.].*\.(?:csv|ndjson)$/is.test(name) && !name.includes('\uFFFD');
}

/** What may lie beside a file to say that it is whole. */
export function markerOf(name: string): string {
  return `${name}.done`;
}

/** `orders.csv` → `orders` and `.csv`. */
export function split(name: string): { readonly stem: string; readonly ending: string } {
  const ending = extname(name);
  return { stem: name.slice(0, name.length - ending.length), ending };
}

/**
 * A name that nothing has in the folder: `orders.csv`, or with the time added, `orders.2026-11-28T09-30-00Z.csv`. What is too long for a
 * file system is cut before the ending.
 * @param reserved names that are to be used soon
 */
export async function freeName(
  folder: string,
  { stem, ending }: { readonly stem: string; readonly ending: string },
  reserved: (name: string) => boolean,
  now: Date = new Date(),
): Promise<string> {
  const time = now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  for (let tries = 0; ; tries += 1) {
    const added = tries === 0 ? '' : tries === 1 ? `.${time}` : `.${time}.${tries}`;
    const name = `${cut(stem, longestName - Buffer.byteLength(added + ending))}${added}${ending}`;
    if (!reserved(name) && !(await exists(join(folder, name)))) return name;
  }
}

/** The text's beginning, of at most so many bytes as UTF-8, no character broken. */
function cut(text: string, bytes: number): string {
  let length = 0;
  let kept = '';
  for (const character of text) {
    length += Buffer.byteLength(character);
    if (length > bytes) break;
    kept += character;
  }
  return kept;
}

/** A link counts, wherever it leads. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

export function isGone(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
