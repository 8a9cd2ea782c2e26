import { createHash } from 'node:crypto';
import type { CertificatePayload } from '#src/certificate/certificate-payload.ts';
import { readEmbeddedFiles } from '#src/certificate/embedded-files.ts';
import { certificateFactsSchema } from '#src/certificate/facts-schema.ts';
import type { PublicJwks } from '#src/certificate/public-jwks.ts';
import { renderCertificate } from '#src/certificate/render-pdf.ts';
import { verifyJws } from '#src/certificate/verify-jws.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

export type CertificateFileVerdict =
  | {
      readonly verdict: 'valid';
      readonly message: string;
      readonly payload: CertificatePayload;
      readonly facts: CertificateFacts;
    }
  | { readonly verdict: CertificateFileFault; readonly message: string };

/** The first that applies, in this order of checking. */
export type CertificateFileFault =
  | 'not-a-certificate'
  | 'malformed'
  | 'unknown-key'
  | 'bad-signature'
  | 'facts-altered'
  | 'unsupported-facts'
  | 'page-altered';

/**
 * Checks a certificate's PDF with no connection: the signature, the hash of the embedded facts, and, by rendering those
 * facts again and comparing bytes, that the pages show them and nothing else. A file that another program saved again
 * is therefore reported as altered, even if it looks the same. Never throws for anything in the file.
 */
export async function verifyCertificateFile(pdf: Buffer, jwks: PublicJwks): Promise<CertificateFileVerdict> {
  const embedded = readEmbeddedFiles(pdf);
  if (embedded === undefined) {
    return fault(
      'not-a-certificate',
      'This file is not a License Certificate, or its embedded facts were removed.',
    );
  }
  const signature = verifyJws(embedded.jws, jwks);
  if (signature.verdict !== 'valid') return fault(signature.verdict, signature.message);
  const { payload } = signature;
  const name = `certificate ${payload.number} version ${payload.version}`;
  if (createHash('sha256').update(embedded.facts).digest('hex') !== payload.factsSha256) {
    return fault(
      'facts-altered',
      `The signature of ${name} is genuine, but the facts in this file are not the signed ones.`,
    );
  }
  const facts = certificateFactsSchema.safeParse(JSON.parse(embedded.facts.toString('utf8')));
  if (!facts.success) {
    return fault(
      'unsupported-facts',
      `The facts of ${name} are genuine, but in a form that this version does not know.`,
    );
  }
  if (!pdf.equals(await renderCertificate(facts.data, embedded.jws))) {
    return fault(
      'page-altered',
      `The signed facts of ${name} are genuine, but the file was changed after it was made: do not trust what its pages show.`,
    );
  }
  return { verdict: 'valid', message: `This is ${name}, genuine and unaltered.`, payload, facts: facts.data };
}

function fault(verdict: CertificateFileFault, message: string): CertificateFileVerdict {
  return { verdict, message };
}
