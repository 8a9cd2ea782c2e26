import { testEventType } from '#jobs/event-types.ts';
import { toldEvents } from '#src/fulfillment/looking/event-feed.ts';
import type { Database } from '#src/persistence/database.ts';
import type { ClaimedDelivery } from '#src/persistence/deliveries.ts';
import type { EndpointTarget } from '#src/persistence/webhook-targets.ts';
import type { WebhookSettings } from '#workers/owed.ts';

export interface BodyOptions extends Pick<WebhookSettings, 'publicUrl'> {
  readonly database: Database;
}

/**
 * What is posted: the events as the endpoint's owner sees them in the feed, without any code. By the ids of the deliveries; those whose
 * event was removed are missing.
 */
export async function bodiesOf(
  { database, publicUrl }: BodyOptions,
  target: EndpointTarget,
  deliveries: readonly ClaimedDelivery[],
): Promise<ReadonlyMap<string, string>> {
  const { id: endpoint, reseller } = target;
  const viewer =
    reseller === null
      ? ({ kind: 'operator', seesCodes: false } as const)
      : ({ kind: 'reseller', name: reseller } as const);
  const ids = new Set(deliveries.flatMap(({ event, type }) => (type === testEventType ? [] : [event])));
  const told = ids.size === 0 ? [] : await toldEvents(database, viewer, [...ids], publicUrl);
  const bodies = new Map(told.map((event) => [event.id, JSON.stringify(event)]));
  return new Map(
    deliveries.flatMap((delivery) => {
      const { id, event, type, madeAt } = delivery;
      if (type !== testEventType) {
        const body = bodies.get(event);
        return body === undefined ? [] : [[id, body] as const];
      }
      const data = { endpoint, url: `${publicUrl}/v1/webhook-endpoints/${endpoint}` };
      const timestamp = new Date(madeAt).toISOString();
      return [[id, JSON.stringify({ id: event, ...delivery.body, type, timestamp, data })] as const];
    }),
  );
}
