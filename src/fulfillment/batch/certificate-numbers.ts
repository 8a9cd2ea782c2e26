import { newestLayout, type CertificateFacts } from '#src/domain/certificate-facts.ts';
import type { CertificateDraft } from '#src/fulfillment/deciding/decided.ts';
import { drawSecret } from '#src/fulfillment/deciding/draw-code.ts';
import { type CertificateName } from '#src/fulfillment/fulfillment.ts';
import { type TransactionTime } from '#src/persistence/transaction-time.ts';

/** To be called once per draft: the secret is drawn here. */
export function factsOf(draft: CertificateDraft, numbers: ReadonlyMap<string, string>): CertificateFacts {
  return { ...draft.facts, ...nameOf(draft, numbers), layout: newestLayout, secret: drawSecret() };
}

export function nameOf(draft: CertificateDraft, numbers: ReadonlyMap<string, string>): CertificateName {
  return { number: draft.number ?? numbers.get(draft.series) ?? '', version: draft.version };
}

export function certificateNumber(time: TransactionTime, drawn: string): string {
  return `LC-${time.today.slice(0, 4)}-${drawn.padStart(7, '0')}`;
}
