import type { Approval } from '#src/domain/approval.ts';
import type { CalendarDate } from '#src/domain/calendar.ts';
import type { Catalog } from '#src/domain/catalog.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import type { Note, Reason } from '#src/domain/decision.ts';
import type { ChangeMaterial } from '#src/fulfillment/deciding/changing/material.ts';
import type { Cause } from '#src/fulfillment/deciding/collected-changes.ts';
import type { Issuer } from '#src/fulfillment/deciding/issuer.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import type { MessageRow } from '#src/persistence/messages.ts';
import type { TransactionTime } from '#src/persistence/transaction-time.ts';

/** A message that is being decided, with what its grants will say of their cause. */
export interface Case<Content> {
  readonly id: string;
  readonly content: Content;
  readonly approval: Approval;
  readonly cause: Cause;
  readonly issuer: Issuer;
  /** The UTC date of its acceptance: windows look at that. */
  readonly acceptedOn: CalendarDate;
  readonly decideAgain: DecideAgain;
}

/** What the rules and their execution need beside the working set. */
export interface DecidingContext {
  readonly catalog: Catalog;
  /** Id of the stored component list by suite code. */
  readonly suiteSnapshots: ReadonlyMap<string, string>;
  readonly time: TransactionTime;
  /** Gives what is issued its id and code; absent: new ones are drawn. */
  readonly issuer?: Issuer;
  /** What was found out for change requests, by their ids. */
  readonly changes?: ReadonlyMap<string, ChangeMaterial>;
}

/** Decides any message once more, under the approvals that it had: how a return replays what came later. */
export type DecideAgain = (
  set: WorkingSet,
  message: MessageRow,
  context: DecidingContext,
  hold: { readonly id: string; readonly approval: Approval },
) => Decided;

/** How a message was decided; its effects are in the working set. */
export type Decided = Fulfilled | Refused;

export interface Fulfilled {
  readonly status: 'fulfilled';
  readonly notes: readonly Note[];
  /** The message's own comes first; those behind it are the next versions of others that it changed. */
  readonly certificates: readonly CertificateDraft[];
  /** What a message says that writes no certificate. */
  readonly facts?: StatedFacts;
  /** Id of a held message that it withdraws. */
  readonly withdraws?: string;
  readonly about?: About;
}

export interface Refused {
  readonly status: 'rejected' | 'held';
  readonly notes: readonly Note[];
  readonly reason: Reason;
  readonly about?: About;
}

/** What a message turned out to be about that names no account itself. */
export interface About {
  readonly account: string | null;
  /** Id of the key, license or message. */
  readonly target: string | null;
}

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

/** Facts of no certificate: they have no number, layout or secret. */
export type StatedFacts = DraftFacts<CertificateFacts>;
