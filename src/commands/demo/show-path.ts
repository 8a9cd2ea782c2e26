import { relative } from 'node:path';

/** The file as one would type it here. */
export function showPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}
