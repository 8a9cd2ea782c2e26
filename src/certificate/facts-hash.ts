import { createHash } from 'node:crypto';
import { canonicalFacts } from '#src/certificate/canonical-facts.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

/** Hex SHA-256 of the facts in RFC 8785 canonical JSON: the order of their members does not matter, absent ones do not count. */
export function factsSha256(facts: CertificateFacts): string {
  return createHash('sha256').update(canonicalFacts(facts)).digest('hex');
}
