import type { Message } from '#jobs/message.ts';
import { noApproval, type Approval } from '#src/domain/approval.ts';
import type { Decided, DecidingContext } from '#src/fulfillment/deciding/decided.ts';
import { fulfilOrder } from '#src/fulfillment/deciding/upgrade-order.ts';
import { fulfilRegistration } from '#src/fulfillment/deciding/registration.ts';
import { mergeLicenses } from '#src/fulfillment/deciding/merge-request.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import type { MessageRow } from '#src/persistence/messages.ts';

/** A message to decide: a row, or a fresh one with the id under which it will be recorded. */
export type OpenMessage = MessageRow | (Message & { readonly id: string });

/** Decides one message of any kind against the working set and carries it out there. */
export function decide(
  set: WorkingSet,
  message: OpenMessage,
  context: DecidingContext,
  hold?: { readonly id: string; readonly approval: Approval },
): Decided {
  const { id } = message;
  const approval = hold?.approval ?? noApproval;
  const cause = <Kind extends 'order' | 'registration' | 'merge'>(kind: Kind) =>
    hold ? ({ kind: 'hold', id: hold.id } as const) : ({ kind, id } as const);
  switch (message.kind) {
    case 'upgrade-order':
      return fulfilOrder(set, { id, content: message.content, approval, cause: cause('order') }, context);
    case 'registration':
      return fulfilRegistration(
        set,
        { id, content: message.content, approval, cause: cause('registration') },
        context,
      );
    case 'merge-request':
      return mergeLicenses(set, { id, content: message.content, approval, cause: cause('merge') }, context);
  }
}
