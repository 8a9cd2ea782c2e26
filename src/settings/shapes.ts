import { accessSync, constants } from 'node:fs';
import { z } from 'zod';
import { type PublicJwk } from '#src/certificate/public-jwks.ts';
import { parseSigningKey, type SigningKey } from '#src/certificate/signing-key.ts';
import { parseVerifyingKeys } from '#src/certificate/verifying-keys.ts';
import { DatabaseUrlError, parseDatabaseUrl } from '#src/mechanisms/database-url.ts';
import { isNetwork } from '#src/mechanisms/networks.ts';

export const metadata = z.object({ description: z.string(), absent: z.string() });

export function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

export function about(description: string, absent: string): z.infer<typeof metadata> {
  return { description, absent };
}

export function whole(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error: message, abort: true })
    .transform(Number)
    .pipe(z.number().min(least, message).max(most, message));
}

export function address(protocols: readonly string[], shape: string) {
  return z.string().refine(
    (text) => {
      const url = URL.parse(text);
      return url !== null && protocols.includes(url.protocol) && url.hostname !== '';
    },
    { error: `must be ${shape}`, abort: true },
  );
}

/** What an address of ours begins with: a path of PUBLIC_URL that does so, too, could not be told apart from them. */
export const ownPaths = /^\/(?:v1|ops|docs|portal|health|metrics|\.well-known)(?:\/|$)/;

export function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') return false;
  const isPlain = url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  return isPlain && /^(?:\/[\w.~-]+)*\/?$/.test(url.pathname);
}

export function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.search !== '' || url.hash !== '' || url.username !== '') return false;
  const isHere = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isHere);
}

export function databaseAddress(text: string, context: z.RefinementCtx<string>): void {
  try {
    parseDatabaseUrl(text);
  } catch (error) {
    if (!(error instanceof DatabaseUrlError)) throw error;
    context.addIssue(error.message);
  }
}

export function verifyingKeys(text: string, context: z.RefinementCtx<string>): readonly PublicJwk[] {
  try {
    return parseVerifyingKeys(text.replaceAll('\\n', '\n'));
  } catch {
    context.addIssue(
      'must be public Ed25519 keys as PEM or JWK; `openssl pkey -in key.pem -pubout` prints that of a private key',
    );
    return z.NEVER;
  }
}

export function signingKey(text: string, context: z.RefinementCtx<string>): SigningKey {
  try {
    return parseSigningKey(text.replaceAll('\\n', '\n'));
  } catch {
    // Not told further: what a parser says may quote the key.
    context.addIssue(
      'must be an Ed25519 private key as PKCS #8 PEM, JWK or 32 bytes in base64url; `openssl genpkey -algorithm ed25519` makes one',
    );
    return z.NEVER;
  }
}

export function sealingKeys(list: string, context: z.RefinementCtx<string>): readonly Uint8Array[] {
  const keys = list.split(',').map((text) => text.trim());
  if (keys.some((text) => !/^[\w+/-]{43,}={0,2}$/.test(text))) {
    context.addIssue('must be 32 bytes or more in base64 or base64url, several with commas');
    return z.NEVER;
  }
  return keys.map((text) => Buffer.from(text, 'base64'));
}

/** Addresses or networks, with commas. */
export function networkList() {
  return z
    .string()
    .transform((list) => list.split(',').map((entry) => entry.trim()))
    .pipe(
      z.array(z.string().refine(isNetwork, 'must be addresses or networks like 10.0.0.0/8, with commas')),
    );
}
