import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { publicJwksSchema, type PublicJwks } from '#src/certificate/public-jwks.ts';

/** Where the public keys are kept for checking certificates without a connection. */
export function certificateKeysFile(dataDirectory: string): string {
  return join(dataDirectory, 'certificate-keys.json');
}

/** Replaces the file whole. A folder that cannot be written (a container) only costs the convenience: @returns whether it is kept. */
export async function keepCertificateKeys(dataDirectory: string, keys: PublicJwks): Promise<boolean> {
  const file = certificateKeysFile(dataDirectory);
  const text = `${JSON.stringify(keys, null, 2)}\n`;
  try {
    if ((await readFile(file, 'utf8').catch(() => '')) === text) return true;
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
