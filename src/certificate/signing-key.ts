import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { z } from 'zod';
import type { PublicJwk, PublicJwks } from '#src/certificate/public-jwks.ts';

/** An Ed25519 private key and the id that every signature made with it names. */
export interface SigningKey {
  /** RFC 7638 thumbprint of the public key: the same on every machine, nothing to configure. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicJwk: PublicJwk;
  /** The 32 secret bytes in base64url; `parseSigningKey` reads it back. For storing, never for showing. */
  readonly seed: string;
}

/**
 * Takes a PKCS #8 PEM, a private JWK as JSON, or the 32-byte seed in base64url. Throws a sentence that says what is
 * wrong and never repeats the text, which is a secret.
 */
export function parseSigningKey(text: string): SigningKey {
  return signingKeyOf(readPrivateKey(text.trim()));
}

/** A new key from the system's random source. */
export function generateSigningKey(): SigningKey {
  return signingKeyOf(generateKeyPairSync('ed25519').privateKey);
}

/** What `/.well-known/jwks.json` serves: the public halves only. Keep retired keys in it as long as their certificates count. */
export function publicJwks(keys: readonly SigningKey[]): PublicJwks {
  return { keys: keys.map((key) => key.publicJwk) };
}

const privateJwk = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), d: z.string() });
const exportedJwk = z.object({ x: z.string(), d: z.string() });
const SEED = /^[A-Za-z0-9_-]{43}$/;
/** RFC 8410: what precedes the 32 secret bytes in a PKCS #8 Ed25519 key. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

function readPrivateKey(text: string): KeyObject {
  if (text.startsWith('-----')) return readPem(text);
  if (text.startsWith('{')) return fromSeed(readJwk(text));
  return fromSeed(text);
}

function readPem(text: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch (cause) {
    throw new Error('The signing key is no readable PEM private key (an encrypted one is not supported).', {
      cause,
    });
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('The signing key is not an Ed25519 key.');
  return key;
}

function readJwk(text: string): string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The cause is dropped on purpose: the message of a JSON error quotes the text.
    throw new Error('The signing key begins like a JWK but is no JSON.');
  }
  const jwk = privateJwk.safeParse(json);
  if (!jwk.success)
    throw new Error('The signing key is not a private Ed25519 JWK (kty OKP, crv Ed25519, d).');
  return jwk.data.d;
}

function fromSeed(seed: string): KeyObject {
  if (!SEED.test(seed)) {
    throw new Error('The signing key must be a PEM, a JWK, or 32 bytes in base64url (43 characters).');
  }
  return createPrivateKey({
    key: Buffer.concat([PKCS8_HEAD, Buffer.from(seed, 'base64url')]),
    format: 'der',
    type: 'pkcs8',
  });
}

function signingKeyOf(privateKey: KeyObject): SigningKey {
  const { d } = exportedJwk.parse(privateKey.export({ format: 'jwk' }));
  const { x } = exportedJwk.omit({ d: true }).parse(createPublicKey(privateKey).export({ format: 'jwk' }));
  const publicJwk = publicJwkOf(x);
  return { kid: publicJwk.kid, privateKey, publicJwk, seed: d };
}

/** @param x the 32 public bytes in base64url */
export function publicJwkOf(x: string): PublicJwk {
  const kid = createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
  return { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' };
}
