import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { publicJwksSchema, type PublicJwks } from '#src/certificate/public-jwks.ts';

/** Where the public keys are kept for checking certificates without a connection. */
export function certificateKeysFile(dataDirectory: string): string {
  return join(dataDirectory, 'certificate-keys.json');
}

/**
 * Adds the keys to those that the file has: a certificate of a key that has long been replaced is checked with it, too. A folder that
 * cannot be written (a container) only costs the convenience, and a file that holds something else is left alone: @returns whether all
 * are kept.
 */
export async function keepCertificateKeys(dataDirectory: string, keys: PublicJwks): Promise<boolean> {
  const file = certificateKeysFile(dataDirectory);
  try {
    const kept = (await readCertificateKeys(file))?.keys ?? [];
    const known = new Set(kept.map(({ kid }) => kid));
    const added = keys.keys.filter(({ kid }) => !known.has(kid));
    if (added.length === 0) return true;
    const text = `${JSON.stringify({ keys: [...kept, ...added] }, null, 2)}\n`;
    await mkdir(dirname(file), { recursive: true });
    const unfinished = `${file}.${process.pid}`;
    await writeFile(unfinished, text);
    await rename(unfinished, file);
    return true;
  } catch {
    return false;
  }
}

/** Reads a key set from a file. Undefined when there is no such file; throws when it is something else. */
export async function readCertificateKeys(file: string): Promise<PublicJwks | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return publicJwksSchema.parse(JSON.parse(text));
}
