import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import { z } from 'zod';
import type { PublicJwks } from '#src/certificate/public-jwks.ts';
import type { SigningKey } from '#src/certificate/signing-key.ts';

/** SHA-256, hexadecimal, of the files of a kit by their names. */
export type FileHashes = Readonly<Record<string, string>>;

export function hashesOf(files: Iterable<readonly [name: string, bytes: Uint8Array]>): FileHashes {
  return Object.fromEntries(
    [...files].map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]),
  );
}

/**
 * A compact JWS with detached content (RFC 7515, appendix F) over the bytes of `kit.json`. The same bytes and key give the same text.
 * @param files what else is in the kit: its protected header names them, so that a kit is known to be whole when later ones look otherwise
 */
export function signKit(content: Buffer, key: SigningKey, files?: FileHashes): string {
  const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: key.kid, files })).toString('base64url');
  const input = `${header}.${content.toString('base64url')}`;
  return `${header}..${sign(null, Buffer.from(input), key.privateKey).toString('base64url')}`;
}

export type KitSignature =
  | { readonly verdict: 'valid'; readonly files: FileHashes | undefined }
  | { readonly verdict: 'malformed' | 'unknown-key' | 'bad-signature' };

/** Checks the detached signature of these bytes against the key set alone. Never throws for anything in the text. */
export function checkKitSignature(jws: string, content: Buffer, jwks: PublicJwks): KitSignature {
  const [header = '', payload = '', signature = '', ...more] = jws.trim().split('.');
  const head = headerSchema.safeParse(decoded(header));
  if (!head.success || payload !== '' || signature === '' || more.length > 0) return { verdict: 'malformed' };
  const jwk = jwks.keys.find(({ kid }) => kid === head.data.kid);
  if (jwk === undefined) return { verdict: 'unknown-key' };
  const key = createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, format: 'jwk' });
  const bytes = Buffer.from(signature, 'base64url');
  const input = Buffer.from(`${header}.${content.toString('base64url')}`);
  const isOneSpelling = bytes.toString('base64url') === signature;
  if (!isOneSpelling || !verify(null, input, key, bytes)) return { verdict: 'bad-signature' };
  return { verdict: 'valid', files: head.data.files };
}

const headerSchema = z.strictObject({
  alg: z.literal('EdDSA'),
  kid: z.string().min(1),
  /** Kits did not say them before. */
  files: z.record(z.string(), z.string()).optional(),
});

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    // Not JSON: undefined fails the schema, which is the answer.
    return undefined;
  }
}
