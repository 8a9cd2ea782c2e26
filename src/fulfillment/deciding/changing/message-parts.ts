import { kinds } from '#jobs/kinds.ts';
import type { CertificateFacts, UpgradeCertificateFacts } from '#src/domain/certificate-facts.ts';
import type { HistoryRow } from '#src/persistence/account-history.ts';

export function isRecordOfOrder(facts: CertificateFacts): facts is UpgradeCertificateFacts {
  return facts.kind === 'upgrade';
}

/** As people call it: `upgrade order PO-7`, `seats CR-1`; a registration by its id. */
export function nameOfMessage({ id, kind, number, content }: HistoryRow): string {
  if (kind === 'registration') return `registration ${id}`;
  if (kind === 'change-request') return `${content.kind} ${number}`;
  return `${kinds[kind].noun} ${number}`;
}

/** `upgrade-order`, or the kind of a change request. */
export function kindOfMessage({ kind, content }: HistoryRow): string {
  return kind === 'change-request' ? content.kind : kind;
}

/** The UTC date of its decision: the day that it was decided with. */
export function decidedOn({ decidedAt, acceptedAt }: HistoryRow): string {
  return new Date(decidedAt ?? acceptedAt).toISOString().slice(0, 10);
}
