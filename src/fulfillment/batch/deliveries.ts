import { testEventType } from '#jobs/event-types.ts';
import { nothingOwed, type Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { inTransaction, reading, statement } from '#src/persistence/database.ts';
import { findDelivery, insertDeliveries, type DeliveryRow } from '#src/persistence/deliveries.ts';
import { lockEndpoint, type EndpointScope } from '#src/persistence/webhook-endpoints.ts';

/** What became of asking for a delivery. */
export type Asked =
  { readonly outcome: 'made'; readonly delivery: DeliveryRow } | { readonly outcome: 'unknown' | 'disabled' };

/** What asking takes. */
type Asking = Pick<Fulfillment, 'database' | 'announce'>;

/** Tries an endpoint out with an event that happened nowhere else. */
export async function testEndpoint(
  fulfillment: Asking,
  scope: EndpointScope,
  endpoint: string,
): Promise<Asked> {
  const { database } = fulfillment;
  const made = await inTransaction(database, async (tx) => {
    const row = await lockEndpoint(tx, endpoint, scope);
    if (!row) return 'unknown';
    if (!row.enabled) return 'disabled';
    const [drawn] = await statement<{ readonly sequence: string }>(
      tx,
      `select nextval('decision_number') as sequence`,
    );
    const body = { sequence: Number(drawn?.sequence) };
    return insertDeliveries(tx, [{ event: newId(), endpoint, type: testEventType, message: null, body }]);
  });
  return asked(fulfillment, scope, endpoint, made);
}

/** Tells an endpoint of an event once more, as a delivery of its own. */
export async function replayDelivery(fulfillment: Asking, scope: EndpointScope, id: string): Promise<Asked> {
  const { database } = fulfillment;
  const old = await findDelivery(reading(database), id, scope);
  if (!old) return { outcome: 'unknown' };
  const { endpoint } = old;
  const made = await inTransaction(database, async (tx) => {
    const row = await lockEndpoint(tx, endpoint, scope);
    if (!row) return 'unknown';
    if (!row.enabled) return 'disabled';
    const [body] = await statement<{ readonly body: Readonly<Record<string, unknown>> | null }>(
      tx,
      'select body from delivery where id = $1',
      [id],
    );
    const { event, type, message } = old;
    return insertDeliveries(tx, [{ event, endpoint, type, message, ...(body?.body && { body: body.body }) }]);
  });
  return asked(fulfillment, scope, endpoint, made);
}

async function asked(
  { database, announce }: Asking,
  scope: EndpointScope,
  endpoint: string,
  made: readonly string[] | 'unknown' | 'disabled',
): Promise<Asked> {
  if (made === 'unknown' || made === 'disabled') return { outcome: made };
  const [id = ''] = made;
  announce({ ...nothingOwed, deliveries: [{ endpoint, delivery: id, attempts: 0 }] });
  const delivery = await findDelivery(reading(database), id, scope);
  return delivery ? { outcome: 'made', delivery } : { outcome: 'unknown' };
}
