import type { Contents, MessageKind } from '#jobs/kinds.ts';
import { changeOrder } from '#src/fulfillment/deciding/change-request.ts';
import type { Case, Decided, DecidingContext } from '#src/fulfillment/deciding/decided.ts';
import { mergeLicenses } from '#src/fulfillment/deciding/merge-request.ts';
import { fulfilRegistration } from '#src/fulfillment/deciding/registration.ts';
import { fulfilOrder } from '#src/fulfillment/deciding/upgrade-order.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';

/** Decides a message by the pure rules and, when it is to be fulfilled, does so in the working set. */
export type Decider<Content> = (set: WorkingSet, message: Case<Content>, context: DecidingContext) => Decided;

/** How each kind of message is decided. */
export const deciders: { readonly [Kind in MessageKind]: Decider<Contents[Kind]> } = {
  'upgrade-order': fulfilOrder,
  registration: fulfilRegistration,
  'merge-request': mergeLicenses,
  'change-request': changeOrder,
};
