import { z } from 'zod';
import { certificatePayload } from '#src/certificate/certificate-payload.ts';
import { certificateFactsSchema } from '#src/certificate/facts-schema.ts';

export const shownFactsSchema = certificateFactsSchema.meta({
  id: 'CertificateFacts',
  description:
    'What the certificate states, frozen when it was written. The SHA-256 of its RFC 8785 form is signed.',
});

export const verificationSchema = z
  .object({
    number: z.string(),
    version: z.int(),
    valid: z.boolean().meta({ description: 'Whether all checks passed.' }),
    signature: z
      .enum(['valid', 'malformed', 'unknown-key', 'bad-signature'])
      .meta({ description: 'Of the JWS in the QR code, against `/.well-known/jwks.json`.' }),
    facts: z
      .enum(['match', 'altered', 'unchecked'])
      .meta({ description: 'Whether the facts that are kept are those that were signed.' }),
    pdf: z
      .enum(['match', 'altered'])
      .meta({ description: 'Whether the PDF that is kept has the SHA-256 that it was stored with.' }),
    message: z.string(),
    kid: z.string().optional().meta({ description: 'The key that signed.' }),
    payload: certificatePayload
      .optional()
      .meta({ description: 'What the signature states; only for those who may see the codes.' }),
  })
  .meta({ id: 'CertificateVerification' });
