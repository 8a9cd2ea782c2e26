import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

/** RFC 8785 canonical JSON in UTF-8: what is hashed, and byte for byte what the PDF carries. */
export function canonicalFacts(facts: CertificateFacts): Buffer {
  const json = canonicalize(facts);
  if (json === undefined) throw new TypeError('The facts of a certificate have no JSON form.');
  return Buffer.from(json, 'utf8');
}

/** Hex SHA-256 of the facts in RFC 8785 canonical JSON: the order of their members does not matter, absent ones do not count. */
export function factsSha256(facts: CertificateFacts): string {
  return createHash('sha256').update(canonicalFacts(facts)).digest('hex');
}
