import { renderCertificate } from '#src/certificate/render-pdf.ts';
import { signCertificate } from '#src/certificate/sign.ts';
import { parseSigningKey, type SigningKey } from '#src/certificate/signing-key.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

export interface RenderingTask {
  readonly facts: CertificateFacts;
  /** The signature that the version has already; null: it is signed now. */
  readonly jws: string | null;
  readonly seed: string;
}

export interface Rendered {
  readonly jws: string;
  readonly pdf: Uint8Array;
}

let key: SigningKey | undefined;

/** Runs in a thread of the pool, off the event loop that holds job locks. The same facts and signature give the same bytes. */
export async function render({ facts, jws, seed }: RenderingTask): Promise<Rendered> {
  if (key?.seed !== seed) key = parseSigningKey(seed);
  const signature = jws ?? signCertificate(facts, key);
  return { jws: signature, pdf: await renderCertificate(facts, signature) };
}
