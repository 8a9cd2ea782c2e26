import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { factsSha256 } from '#src/certificate/canonical-facts.ts';
import type { CertificateFacts, UpgradeCertificateFacts } from '#src/domain/certificate-facts.ts';

export const certificatePayload = z.strictObject({
  number: z.string(),
  version: z.int().positive(),
  /** Code of the suite; the PID of the product for a merge certificate. */
  suite: z.string(),
  /** The company, cut to 60 characters: the QR code must stay readable, and the hash covers the whole name. */
  holder: z.string(),
  validThrough: z.string(),
  factsSha256: z.string().regex(/^[0-9a-f]{64}$/u),
  /**
   * Never the Registration Key itself: the first 16 hex digits of its HMAC-SHA-256 under the facts' secret, or, in certificates of
   * layout 1, of its SHA-256. Absent for merges.
   */
  registrationKeyFingerprint: z
    .string()
    .regex(/^[0-9a-f]{16}$/u)
    .optional(),
});

export type CertificatePayload = z.infer<typeof certificatePayload>;

/** What a certificate's signature states about its facts (contract §2). */
export function payloadOf(facts: CertificateFacts): CertificatePayload {
  const head = { number: facts.number, version: facts.version };
  const holder = shortened(facts.customer.company);
  switch (facts.kind) {
    case 'upgrade':
      return {
        ...head,
        suite: facts.suite.code,
        holder,
        validThrough: facts.validThrough,
        factsSha256: factsSha256(facts),
        registrationKeyFingerprint: fingerprint(facts),
      };
    case 'change':
      return {
        ...head,
        suite: facts.suite?.code ?? facts.lines[0]?.pid ?? '',
        holder,
        validThrough: facts.validThrough ?? facts.issuedOn,
        factsSha256: factsSha256(facts),
        ...(facts.registrationKey !== null && {
          registrationKeyFingerprint: fingerprint({ ...facts, registrationKey: facts.registrationKey }),
        }),
      };
    case 'undo-merge':
    case 'merge':
      return {
        ...head,
        suite: facts.product.pid,
        holder,
        validThrough: facts.survivor.validThrough,
        factsSha256: factsSha256(facts),
      };
  }
}

const HOLDER_MAX = 60;

function shortened(company: string): string {
  const characters = Array.from(company);
  return characters.length <= HOLDER_MAX ? company : `${characters.slice(0, HOLDER_MAX - 1).join('')}…`;
}

/** Without the secret nobody can tell whether a guessed key is the certificate's (contract §2). */
function fingerprint({
  registrationKey,
  secret,
}: Pick<UpgradeCertificateFacts, 'registrationKey' | 'secret'>): string {
  const hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  return hash.update(registrationKey).digest('hex').slice(0, 16);
}
