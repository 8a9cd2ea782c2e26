import { changeRequest } from '#jobs/change-request.ts';
import type { Kind } from '#jobs/kind.ts';
import { mergeRequest } from '#jobs/merge-request.ts';
import { registration } from '#jobs/registration.ts';
import { upgradeOrder } from '#jobs/upgrade-order.ts';
import { keysOf } from '#src/mechanisms/records.ts';

/**
 * Every kind of message. How each is decided is in `src/fulfillment/deciding/kinds.ts`, how it comes over HTTP in
 * `src/http/messages/kinds.ts`; queues, workers, reconciler, searches and documents follow from these three lists.
 */
export const kinds = {
  'upgrade-order': upgradeOrder,
  registration,
  'merge-request': mergeRequest,
  'change-request': changeRequest,
} as const;

export type MessageKind = keyof typeof kinds;

/** The content of a message by its kind, as its schema makes it. */
export type Contents = { readonly [K in MessageKind]: Parameters<(typeof kinds)[K]['identify']>[0] };

/** As `kinds`, for code that serves whichever kind comes. */
export const kindsByName: { readonly [K in MessageKind]: Kind<Contents[K]> } = kinds;

export const messageKinds: readonly MessageKind[] = keysOf(kinds);

/** What may have caused a change of a license. */
export type CauseKind = (typeof kinds)[MessageKind]['cause'] | 'import' | 'hold';

export const causeKinds: readonly CauseKind[] = [
  'import',
  ...messageKinds.map((kind) => kinds[kind].cause),
  'hold',
];

/** A noun at the beginning of a title. */
export function capitalized(noun: string): string {
  return noun.charAt(0).toUpperCase() + noun.slice(1);
}
