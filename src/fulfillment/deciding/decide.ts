import { kinds, type Contents, type MessageKind } from '#jobs/kinds.ts';
import type { Message } from '#jobs/message.ts';
import { noApproval, type Approval } from '#src/domain/approval.ts';
import type { Decided, DecidingContext } from '#src/fulfillment/deciding/decided.ts';
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
  readonly [K in Kind]: { readonly id: string; readonly kind: K; readonly content: Contents[K] };
}[Kind];

/** Decides one message of any kind against the working set and carries it out there. */
export function decide<Kind extends MessageKind>(
  set: WorkingSet,
  { id, kind, content }: Decidable<Kind>,
  context: DecidingContext,
  hold?: { readonly id: string; readonly approval: Approval },
): Decided {
  const approval = hold?.approval ?? noApproval;
  const cause = hold ? ({ kind: 'hold', id: hold.id } as const) : { kind: kinds[kind].cause, id };
  const decided = deciders[kind](set, { id, content, approval, cause }, context);
  if (decided.status !== 'fulfilled') return decided;
  const notes = printingNotes(decided.certificate.facts.customer);
  return notes.length === 0 ? decided : { ...decided, notes: [...decided.notes, ...notes] };
}
