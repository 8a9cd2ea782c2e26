import canonicalize from 'canonicalize';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

/** RFC 8785 canonical JSON in UTF-8: what is hashed, and byte for byte what the PDF carries. */
export function canonicalFacts(facts: CertificateFacts): Buffer {
  const json = canonicalize(facts);
  if (json === undefined) throw new TypeError('The facts of a certificate have no JSON form.');
  return Buffer.from(json, 'utf8');
}
