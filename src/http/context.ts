import type { MessageKind } from '#jobs/kinds.ts';
import type { PublicJwks } from '#src/certificate/public-jwks.ts';
import type { Arrival, Arrived } from '#src/fulfillment/batch/accept-messages.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import type { DeploymentKit } from '#src/fulfillment/looking/deployment-kit.ts';
import type { Coalescer } from '#src/mechanisms/coalescer.ts';
import type { KeyName } from '#src/persistence/issued-products.ts';
import type { AddressRule } from '#src/webhooks/addresses.ts';
import type { Sealing } from '#src/webhooks/sealing.ts';

/** What the routes under `/v1` work with. */
export interface HttpContext {
  readonly fulfillment: Fulfillment;
  readonly intake: Coalescer<Arrival, Arrived>;
  /** Puts a message that was opened again on its queue. Never waited for: what it loses, the reconciler finds. */
  readonly wakeAgain: (kind: MessageKind, id: string) => void;
  /** The keys that certificates are checked against, retired ones included. */
  readonly jwks: () => Promise<PublicJwks>;
  /** The Deployment Kit of a key, of what it issued to the account (its own when absent). */
  readonly kit: (key: KeyName, account?: string) => Promise<DeploymentKit>;
  readonly webhooks: WebhookKeeping;
}

/** What changing webhook endpoints takes. */
export interface WebhookKeeping {
  readonly sealing: Sealing;
  /** Which addresses may be connected to. */
  readonly rule: AddressRule;
}
