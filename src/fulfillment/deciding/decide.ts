import { kinds, type Contents, type MessageKind } from '#jobs/kinds.ts';
import type { Message } from '#jobs/message.ts';
import { noApproval, type Approval } from '#src/domain/approval.ts';
import type { CalendarDate } from '#src/domain/calendar.ts';
import type { Decided, DecidingContext } from '#src/fulfillment/deciding/decided.ts';
import { freshIssuer } from '#src/fulfillment/deciding/issuer.ts';
import { deciders } from '#src/fulfillment/deciding/kinds.ts';
import { printingNotes } from '#src/fulfillment/deciding/printing-notes.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import type { MessageRow } from '#src/persistence/messages.ts';

/** A message to decide: a row, or a fresh one with the id under which it will be recorded. */
export type OpenMessage = MessageRow | (Message & FreshPlace);

interface FreshPlace {
  readonly id: string;
  /** Which try of its number it is; 1 when absent. */
  readonly attempt?: number;
  readonly replaces?: string;
}

type Decidable<Kind extends MessageKind> = {
  readonly [K in Kind]: {
    readonly id: string;
    readonly kind: K;
    readonly content: Contents[K];
    /** Of one that is recorded. */
    readonly acceptedAt?: string;
  };
}[Kind];

/** Decides one message of any kind against the working set and carries it out there. */
export function decide<Kind extends MessageKind>(
  set: WorkingSet,
  { id, kind, content, acceptedAt }: Decidable<Kind>,
  context: DecidingContext,
  hold?: { readonly id: string; readonly approval: Approval },
): Decided {
  const approval = hold?.approval ?? noApproval;
  const cause = hold ? ({ kind: 'hold', id: hold.id } as const) : { kind: kinds[kind].cause, id };
  const issuer = context.issuer ?? freshIssuer;
  const acceptedOn = acceptedAt === undefined ? context.time.today : utcDate(acceptedAt);
  const decided = deciders[kind](
    set,
    { id, content, approval, cause, issuer, acceptedOn, decideAgain: decide },
    context,
  );
  const [certificate] = decided.status === 'fulfilled' ? decided.certificates : [];
  const notes = certificate ? printingNotes(certificate.facts.customer) : [];
  return notes.length === 0 ? decided : { ...decided, notes: [...decided.notes, ...notes] };
}

/** PostgreSQL writes an instant in the session's time zone. */
function utcDate(instant: string): CalendarDate {
  return new Date(instant).toISOString().slice(0, 10);
}
