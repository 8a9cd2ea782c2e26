import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { z } from 'zod';
import type { PublicJwk } from '#src/certificate/public-jwks.ts';
import { publicJwkOf } from '#src/certificate/signing-key.ts';

/**
 * Reads public Ed25519 keys: PEM blocks one after the other, a JWK, a list of them, or a key set as `/.well-known/jwks.json` serves it.
 * Throws a sentence that says what is wrong.
 */
export function parseVerifyingKeys(text: string): readonly PublicJwk[] {
  const trimmed = text.trim();
  const keys = /^[{[]/.test(trimmed) ? fromJson(trimmed) : fromPem(trimmed);
  return [...new Map(keys.map((key) => [key.kid, key])).values()];
}

const publicJwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/u),
  d: z.undefined('A key is private: give its public half.').optional(),
});
const someJwks = z.union([
  z.object({ keys: z.array(publicJwk).min(1) }).transform(({ keys }) => keys),
  z.array(publicJwk).min(1),
  publicJwk.transform((key) => [key]),
]);

function fromJson(text: string): readonly PublicJwk[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('The verifying keys begin like JSON but are none.');
  }
  const read = someJwks.safeParse(json);
  if (!read.success) {
    throw new Error('The verifying keys are no public Ed25519 JWKs (kty OKP, crv Ed25519, x, and no d).');
  }
  return read.data.map(({ x }) => publicJwkOf(x));
}

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----[^-]+-----END \1-----/g;
const exported = z.object({ crv: z.literal('Ed25519'), x: z.string() });

function fromPem(text: string): readonly PublicJwk[] {
  const blocks = [...text.matchAll(PEM)];
  const rest = text.replaceAll(PEM, '').replaceAll(/[\s,]/g, '');
  if (blocks.length === 0 || rest !== '') {
    throw new Error('The verifying keys must be public keys as PEM or JWK.');
  }
  return blocks.map(([block, label]) => {
    if (label !== 'PUBLIC KEY') throw new Error('Among the verifying keys is one that is no public key.');
    let jwk: JsonWebKey;
    try {
      jwk = createPublicKey(block).export({ format: 'jwk' });
    } catch (cause) {
      throw new Error('Among the verifying keys is an unreadable PEM.', { cause });
    }
    const ed25519 = exported.safeParse(jwk);
    if (!ed25519.success) throw new Error('Among the verifying keys is one that is not Ed25519.');
    return publicJwkOf(ed25519.data.x);
  });
}
