import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { certificatePayload, type CertificatePayload } from '#src/certificate/certificate-payload.ts';
import type { PublicJwks } from '#src/certificate/public-jwks.ts';

export type JwsVerdict =
  | { readonly verdict: 'valid'; readonly payload: CertificatePayload; readonly kid: string }
  | { readonly verdict: 'malformed' | 'unknown-key' | 'bad-signature'; readonly message: string };

/** Checks a scanned or embedded JWS against the key set alone: no connection, no clock. */
export function verifyJws(jws: string, jwks: PublicJwks): JwsVerdict {
  const parts = jws.trim().split('.');
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || header === undefined || payload === undefined || signature === undefined) {
    return malformed('a compact JWS has three parts joined by dots');
  }
  const head = headerSchema.safeParse(decode(header));
  if (!head.success) return malformed('its header is not that of a License Certificate');
  const jwk = jwks.keys.find((key) => key.kid === head.data.kid);
  if (jwk === undefined) {
    return {
      verdict: 'unknown-key',
      message: `The signature names the key ${head.data.kid}, which is not among the keys given.`,
    };
  }
  const key = createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, format: 'jwk' });
  const bytes = canonicalBase64url(signature);
  if (bytes === undefined || !verify(null, Buffer.from(`${header}.${payload}`), key, bytes)) {
    return {
      verdict: 'bad-signature',
      message:
        'The signature does not fit: what the code states was changed after signing, or the key did not sign it.',
    };
  }
  const stated = certificatePayload.safeParse(decode(payload));
  if (!stated.success) return malformed('the key signed it, but it does not state a certificate');
  return { verdict: 'valid', payload: stated.data, kid: jwk.kid };
}

const headerSchema = z.strictObject({ alg: z.literal('EdDSA'), kid: z.string().min(1) });

function malformed(why: string): JwsVerdict {
  return { verdict: 'malformed', message: `This is not the signature of a License Certificate: ${why}.` };
}

function decode(part: string): unknown {
  const bytes = canonicalBase64url(part);
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // Not JSON: undefined fails the schema, which is the answer.
    return undefined;
  }
}

/** Refuses a second spelling of the same bytes (unused low bits, padding), so that one signature has one text. */
function canonicalBase64url(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}
