import { createHash } from 'node:crypto';
import { payloadOf } from '#src/certificate/certificate-payload.ts';
import type { PublicJwks } from '#src/certificate/public-jwks.ts';
import { verifyJws } from '#src/certificate/verify-jws.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

/** Checks a certificate as it is kept: the signature, the facts against it, and the PDF against its stored hash. */
export function verifyCertificate(
  facts: CertificateFacts,
  jws: string,
  pdf: { readonly pdf: Buffer; readonly sha256: string },
  jwks: PublicJwks,
) {
  const { number, version } = facts;
  const bytes = createHash('sha256').update(pdf.pdf).digest('hex') === pdf.sha256 ? 'match' : 'altered';
  const signature = verifyJws(jws, jwks);
  if (signature.verdict !== 'valid') {
    return {
      number,
      version,
      valid: false,
      signature: signature.verdict,
      facts: 'unchecked',
      pdf: bytes,
      message: signature.message,
    };
  }
  const { payload, kid } = signature;
  // The payload is made of the facts alone, so comparing all of it also catches facts of another certificate.
  const match = JSON.stringify(sorted(payloadOf(facts))) === JSON.stringify(sorted(payload));
  const valid = match && bytes === 'match';
  const message = valid
    ? `Certificate ${number} version ${version} is genuine.`
    : `Certificate ${number} version ${version} was altered after it was signed.`;
  return {
    number,
    version,
    valid,
    signature: 'valid',
    facts: match ? 'match' : 'altered',
    pdf: bytes,
    message,
    kid,
    payload,
  };
}

function sorted(record: object): readonly (readonly [string, unknown])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
