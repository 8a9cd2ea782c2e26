import { nothingOwed, type Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { inTransaction, reading } from '#src/persistence/database.ts';
import { insertDeliveries, type DueEndpoint, type NewDelivery } from '#src/persistence/deliveries.ts';
import { placeEvents } from '#src/persistence/events.ts';
import { leastIdOf } from '#src/persistence/least-id.ts';
import { lockEndpoint, type EndpointScope } from '#src/persistence/webhook-endpoints.ts';
import {
  eventsBehind,
  holdRelay,
  lockHearers,
  moveRelay,
  readRelay,
  tryHoldRelay,
  untoldEvents,
  type Hearer,
  type RelayedEvent,
} from '#src/persistence/webhook-relay.ts';

/** Events that get their places at once, and are read at once at most. */
const eventsAtOnce = 1000;

/** Deliveries in one transaction, at most; so that fifty endpoints make as large a one as one does. */
const deliveriesAtOnce = 10_000;

/**
 * Makes deliveries of the events that stand behind those relayed before, in the order of the feed: one for each endpoint that hears of
 * one. The deliveries and how far it went are one transaction, so that each event becomes a delivery once. Any number of processes may
 * call it at once: one works, the others return at once.
 * @param most events
 * @returns whether there may be more
 */
export async function relayEvents(fulfillment: Fulfillment, most = eventsAtOnce): Promise<boolean> {
  const { database, announce } = fulfillment;
  const state = await readRelay(reading(database));
  if (!state.isHeard || !(state.isUnplaced || state.isBehind)) return false;
  if (state.isUnplaced) await placeEvents(database, most);
  const relayed = await inTransaction(database, async (tx) => {
    if (!(await tryHoldRelay(tx))) return undefined;
    const { position } = await readRelay(tx);
    const hearers = await lockHearers(tx);
    const limit = Math.max(1, Math.min(most, Math.floor(deliveriesAtOnce / Math.max(1, hearers.length))));
    const events = await eventsBehind(tx, position, limit);
    const last = events.at(-1);
    if (!last) return undefined;
    const made = events.flatMap((event) => deliveriesOf(event, hearers));
    const ids = await insertDeliveries(tx, made);
    await moveRelay(tx, last.position);
    return newestOf(made, ids);
  });
  if (!relayed) return false;
  if (relayed.length > 0) announce({ ...nothingOwed, deliveries: relayed });
  return true;
}

function deliveriesOf(event: RelayedEvent, hearers: readonly Hearer[]): readonly NewDelivery[] {
  const { id, type, message, reseller, madeAt } = event;
  return hearers.flatMap((hearer) => {
    const isItsOwn = hearer.reseller === null || hearer.reseller === reseller;
    const isWanted = hearer.types.length === 0 || hearer.types.includes(type);
    if (!isItsOwn || !isWanted || madeAt < hearer.since) return [];
    return [{ event: id, endpoint: hearer.id, type, message }];
  });
}

/** For each endpoint the last of its deliveries: one job wakes for all of them. */
function newestOf(made: readonly NewDelivery[], ids: readonly string[]): readonly DueEndpoint[] {
  const newest = new Map(made.map(({ endpoint }, i) => [endpoint, ids[i] ?? '']));
  return [...newest].map(([endpoint, delivery]) => ({ endpoint, delivery, attempts: 0 }));
}

/** Clocks of processes and server may differ by so much. */
const skewMs = 5 * 60_000;

/**
 * Makes deliveries of every event since an instant that was not delivered to an endpoint, in transactions of their own: one that breaks
 * off leaves those that it made, and repeating it makes the rest.
 * @returns how many; undefined when there is no such endpoint in reach, or it is disabled
 */
export async function recoverEndpoint(
  fulfillment: Fulfillment,
  scope: EndpointScope,
  endpoint: string,
  since: string,
): Promise<number | 'unknown' | 'disabled'> {
  const { database, announce } = fulfillment;
  let afterId = leastIdOf(new Date(Date.parse(since) - skewMs).toISOString());
  for (let count = 0; ;) {
    const made = await inTransaction(database, async (tx) => {
      await holdRelay(tx);
      const row = await lockEndpoint(tx, endpoint, scope);
      if (!row) return 'unknown';
      if (!row.enabled) return 'disabled';
      const untold = await untoldEvents(tx, { endpoint, since, afterId, limit: eventsAtOnce });
      return { untold, ids: await insertDeliveries(tx, untold) };
    });
    if (made === 'unknown' || made === 'disabled') return made;
    const [lastEvent, lastId] = [made.untold.at(-1), made.ids.at(-1)];
    count += made.ids.length;
    if (lastId) announce({ ...nothingOwed, deliveries: [{ endpoint, delivery: lastId, attempts: 0 }] });
    if (!lastEvent || made.untold.length < eventsAtOnce) return count;
    afterId = lastEvent.event;
  }
}
