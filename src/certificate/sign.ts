import { sign } from 'node:crypto';
import { payloadOf } from '#src/certificate/certificate-payload.ts';
import type { SigningKey } from '#src/certificate/signing-key.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

/**
 * The compact JWS of a certificate: what its QR code holds. The same facts and key give the same text, since Ed25519
 * signatures have no random part.
 */
export function signCertificate(facts: CertificateFacts, key: SigningKey): string {
  const input = `${encode({ alg: 'EdDSA', kid: key.kid })}.${encode(payloadOf(facts))}`;
  return `${input}.${sign(null, Buffer.from(input), key.privateKey).toString('base64url')}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part), 'utf8').toString('base64url');
}
