import { randomBytes } from 'node:crypto';

/** How a secret is written, so that secret scanners recognise one that ended up in a repository. */
const prefix = 'whsec_';

/** Bytes of a secret, by Standard Webhooks 1.0.0. */
const leastBytes = 24;
const mostBytes = 64;

/** A new secret of 32 random bytes, as it is shown and as receivers enter it: `whsec_…`. */
export function makeSecret(): string {
  return `${prefix}${randomBytes(32).toString('base64')}`;
}

/** The bytes that sign. @returns undefined when the text is not `whsec_` and base64 of 24 to 64 bytes */
export function secretBytes(secret: string): Buffer | undefined {
  if (!secret.startsWith(prefix)) return undefined;
  const text = secret.slice(prefix.length);
  const bytes = Buffer.from(text, 'base64');
  // What decodes to something is not yet base64: Node leaves out what it does not know.
  const isWhole = bytes.toString('base64') === text;
  return isWhole && bytes.length >= leastBytes && bytes.length <= mostBytes ? bytes : undefined;
}
