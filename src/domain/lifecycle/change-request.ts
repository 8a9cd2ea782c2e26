import type { CalendarDate } from '#src/domain/calendar.ts';

export const changeKinds = [
  'seats',
  'renewal',
  'cancellation',
  'return',
  'undo-merge',
  'suspension',
  'resumption',
  'code-replacement',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** A change request, parsed: a message about something that was fulfilled before (rules §8). */
export type ChangeRequest = TargetedChange | ReturnRequest | UndoMergeRequest;

/** The kinds that name an order, a Registration Key or an Activation Code. */
export type TargetedChange = SeatsChange | Renewal | Cancellation | Suspension | Resumption | CodeReplacement;

export interface SeatsChange extends ChangeHead, ChangeTarget {
  readonly kind: 'seats';
  /** The total that there shall be. */
  readonly seats: number;
  readonly allowFewerSeats: boolean;
}

/** Exactly one of `term` and `validThrough` is there. */
export interface Renewal extends ChangeHead, ChangeTarget {
  readonly kind: 'renewal';
  readonly term?: string | undefined;
  readonly validThrough?: CalendarDate | undefined;
  readonly seats?: number | undefined;
  readonly allowFewerSeats: boolean;
}

export interface Cancellation extends ChangeHead, ChangeTarget {
  readonly kind: 'cancellation';
  /** Absent: the day on which it is decided. */
  readonly endsOn?: CalendarDate | undefined;
}

export interface Suspension extends ChangeHead, ChangeTarget {
  readonly kind: 'suspension';
  readonly because: string;
}

export interface Resumption extends ChangeHead, ChangeTarget {
  readonly kind: 'resumption';
  readonly because: string;
}

export interface CodeReplacement extends ChangeHead, ChangeTarget {
  readonly kind: 'code-replacement';
  readonly because: string;
  /** The last day on which the old code still resolves; absent: it resolves no more. */
  readonly oldCodeUntil?: CalendarDate | undefined;
}

/** Exactly one of `order` and `change` is there. */
export interface ReturnRequest extends ChangeHead {
  readonly kind: 'return';
  readonly order?: string | undefined;
  /** A change request's number. */
  readonly change?: string | undefined;
}

export interface UndoMergeRequest extends ChangeHead {
  readonly kind: 'undo-merge';
  /** The merge request's number. */
  readonly mergeRequest: string;
  /** An operator's: suspensions and code replacements since do not stand in its way. */
  readonly despiteLater: boolean;
}

/** Exactly one is there. Codes are canonical. */
export interface ChangeTarget {
  /** The reseller's order number; its Registration Key is meant. */
  readonly order?: string | undefined;
  /** The key, and every license that it serves. */
  readonly registrationKey?: string | undefined;
  /** One license. */
  readonly activationCode?: string | undefined;
}

interface ChangeHead {
  /** Absent when an operator asks. */
  readonly reseller?: string | undefined;
  /** The reseller whose order, change or merge request an operator names. */
  readonly of?: string | undefined;
  readonly requestNumber: string;
  readonly requestedAt: string;
}
