import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import type { Arrival, Arrived } from '#src/http/messages/accept.ts';
import type { PublicJwks } from '#src/certificate/public-jwks.ts';
import type { Coalescer } from '#src/mechanisms/coalescer.ts';

/** What the routes under `/v1` work with. */
export interface HttpContext {
  readonly fulfillment: Fulfillment;
  readonly intake: Coalescer<Arrival, Arrived>;
  /** The keys that certificates are checked against, retired ones included. */
  readonly jwks: () => Promise<PublicJwks>;
}
