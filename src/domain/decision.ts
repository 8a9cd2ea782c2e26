import { maskWrittenCodes } from '#src/domain/masked-codes.ts';

/** Why a message was rejected or held: a code that programs rely on, a sentence for people, and what it is about. */
export interface Reason<Code extends string = string> {
  readonly code: Code;
  readonly message: string;
  /** Never holds a full code, only masked ones. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface Note {
  readonly code: NoteCode;
  readonly message: string;
}

export type NoteCode =
  | 'KEPT_LATER_DATE'
  | 'ACCOUNT_REDIRECTED'
  | 'REGISTRATION_KEY_ALIAS'
  | 'TERM_OVERLAPS'
  | 'TERM_LEAVES_GAP'
  | 'NOT_PRINTABLE'
  | 'REBASED';

/** What a rule says of a message: do this, never do it, or let a person decide. */
export type Decision<Plan, RejectionCode extends string, HoldCode extends string> =
  | { readonly outcome: 'planned'; readonly plan: Plan }
  | { readonly outcome: 'rejected'; readonly reason: Reason<RejectionCode> }
  | { readonly outcome: 'held'; readonly reason: Reason<HoldCode> };

export function planned<Plan>(plan: Plan): { outcome: 'planned'; plan: Plan } {
  return { outcome: 'planned', plan };
}

export function rejected<Code extends string>(
  code: Code,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): { outcome: 'rejected'; reason: Reason<Code> } {
  return { outcome: 'rejected', reason: reasonOf(code, message, details) };
}

export function held<Code extends string>(
  code: Code,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): { outcome: 'held'; reason: Reason<Code> } {
  return { outcome: 'held', reason: reasonOf(code, message, details) };
}

/** What a message named may be a code in the wrong place: it is not repeated in full. */
function reasonOf<Code extends string>(
  code: Code,
  message: string,
  details: Readonly<Record<string, unknown>>,
): Reason<Code> {
  const shown = Object.entries(details).map(([name, value]) => [name, withoutCodes(value)]);
  return { code, message: maskWrittenCodes(message), details: Object.fromEntries(shown) };
}

function withoutCodes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutCodes);
  return typeof value === 'string' ? maskWrittenCodes(value) : value;
}
