import type { MessageKind } from '#jobs/kinds.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import type { Arrival, Arrived } from '#src/fulfillment/batch/accept-messages.ts';
import type { PublicJwks } from '#src/certificate/public-jwks.ts';
import type { Coalescer } from '#src/mechanisms/coalescer.ts';

/** What the routes under `/v1` work with. */
export interface HttpContext {
  readonly fulfillment: Fulfillment;
  readonly intake: Coalescer<Arrival, Arrived>;
  /** Puts a message that was opened again on its queue. Never waited for: what it loses, the reconciler finds. */
  readonly wakeAgain: (kind: MessageKind, id: string) => void;
  /** The keys that certificates are checked against, retired ones included. */
  readonly jwks: () => Promise<PublicJwks>;
}
