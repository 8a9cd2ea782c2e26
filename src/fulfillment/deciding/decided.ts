import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import type { Approval } from '#src/domain/approval.ts';
import type { Catalog } from '#src/domain/catalog.ts';
import type { Note, Reason } from '#src/domain/decision.ts';
import type { Grant } from '#src/persistence/ledger-changes.ts';
import type { TransactionTime } from '#src/persistence/transaction-time.ts';

/** A message that is being decided, with what its grants will say of their cause. */
export interface Case<Content> {
  readonly id: string;
  readonly content: Content;
  readonly approval: Approval;
  readonly cause: { readonly kind: Grant['causeKind']; readonly id: string };
}

/** What the rules and their execution need beside the working set. */
export interface DecidingContext {
  readonly catalog: Catalog;
  /** Id of the stored component list by suite code. */
  readonly suiteSnapshots: ReadonlyMap<string, string>;
  readonly time: TransactionTime;
}

/** How a message was decided; its effects are in the working set. */
export type Decided =
  | { readonly status: 'fulfilled'; readonly notes: readonly Note[]; readonly certificate: CertificateDraft }
  | { readonly status: 'rejected' | 'held'; readonly notes: readonly Note[]; readonly reason: Reason };

/**
 * A certificate without its number: those of new series are drawn when it is known how many the batch needs. Layout and secret come with
 * the number.
 */
export interface CertificateDraft {
  /** Certificates of one series share a number: the Registration Key's id, or the id of the merge's message. */
  readonly series: string;
  /** The number when the series has one already. */
  readonly number: string | undefined;
  readonly version: number;
  readonly facts: DraftFacts<CertificateFacts>;
}

type DraftFacts<Facts> = Facts extends CertificateFacts
  ? Omit<Facts, 'number' | 'version' | 'layout' | 'secret'>
  : never;
