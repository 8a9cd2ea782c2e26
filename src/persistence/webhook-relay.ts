import { statement, type Transaction } from '#src/persistence/database.ts';
import type { NewDelivery } from '#src/persistence/deliveries.ts';

export interface RelayState {
  /** The place of the last event that has become deliveries. */
  readonly position: string;
  /** Whether anybody is told anything. */
  readonly isHeard: boolean;
  /** Whether events wait for their places. */
  readonly isUnplaced: boolean;
  /** Whether events stand behind that place. */
  readonly isBehind: boolean;
}

/** Whether there is something to do; costs little when there is not. */
export async function readRelay(tx: Transaction): Promise<RelayState> {
  const [state] = await statement<RelayState>(
    tx,
    `select position, exists (select from webhook_endpoint where enabled and removed_at is null) as "isHeard",
       exists (select from event where position is null) as "isUnplaced",
       exists (select from event where event.position > webhook_relay.position and event.position is not null) as "isBehind"
     from webhook_relay`,
  );
  if (!state) throw new Error('The table webhook_relay was emptied.');
  return state;
}

/** Takes the relay until the transaction ends, waiting for whoever has it. */
export async function holdRelay(tx: Transaction): Promise<void> {
  await statement(tx, `select pg_advisory_xact_lock(hashtextextended('chancery webhook relay', 0))`);
}

/** The same without waiting. @returns whether it is ours */
export async function tryHoldRelay(tx: Transaction): Promise<boolean> {
  const [row] = await statement<{ readonly mine: boolean }>(
    tx,
    `select pg_try_advisory_xact_lock(hashtextextended('chancery webhook relay', 0)) as mine`,
  );
  return row?.mine === true;
}

/** Who hears, and what. */
export interface Hearer {
  readonly id: string;
  readonly reseller: string | null;
  readonly types: readonly string[];
  /** Seconds since 1970. */
  readonly since: number;
}

/** Endpoints that hear; they stay enabled until the transaction ends. */
export async function lockHearers(tx: Transaction): Promise<readonly Hearer[]> {
  return statement(
    tx,
    `select id, reseller, types, extract(epoch from hears_since)::float8 as since from webhook_endpoint
     where enabled and removed_at is null order by id for share`,
  );
}

export interface RelayedEvent {
  readonly id: string;
  readonly type: string;
  readonly reseller: string | null;
  readonly message: string | null;
  readonly position: string;
  /** Seconds since 1970. */
  readonly madeAt: number;
}

/** The next events in the order of their places. */
export async function eventsBehind(
  tx: Transaction,
  position: string,
  limit: number,
): Promise<readonly RelayedEvent[]> {
  return statement(
    tx,
    `select id, type, reseller, message, position, extract(epoch from made_at)::float8 as "madeAt" from event
     where position > $1::bigint and position is not null order by position limit $2`,
    [position, limit],
  );
}

export async function moveRelay(tx: Transaction, position: string): Promise<void> {
  await statement(tx, 'update webhook_relay set position = $1::bigint', [position]);
}

/** While nobody hears, what happens is passed over: whoever begins to hear now does not wait for all of it to be looked at. */
export async function skipUnheard(tx: Transaction): Promise<void> {
  await statement(
    tx,
    `update webhook_relay set position = greatest(position, coalesce((select max(position) from event where position is not null), 0))
     where not exists (select from webhook_endpoint where enabled and removed_at is null)`,
  );
}

/**
 * Events since an instant that an endpoint was not told of: nothing of them was delivered to it, waits, or will be relayed anyhow. In the
 * order of their ids.
 * @param afterId those behind it
 */
export async function untoldEvents(
  tx: Transaction,
  {
    endpoint,
    since,
    afterId,
    limit,
  }: {
    readonly endpoint: string;
    readonly since: string;
    readonly afterId: string;
    readonly limit: number;
  },
): Promise<readonly NewDelivery[]> {
  return statement<NewDelivery>(
    tx,
    `select event.id as event, hearer.id as endpoint, event.type, event.message
     from webhook_endpoint as hearer, webhook_relay as relay, event
     where hearer.id = $1 and event.id > $3::uuid and event.made_at >= $2::timestamptz
       and (hearer.reseller is null or event.reseller = hearer.reseller)
       and (hearer.types = '{}' or event.type = any(hearer.types))
       and (event.position <= relay.position or event.made_at < hearer.hears_since)
       and not exists (
         select from delivery where delivery.event = event.id and delivery.endpoint = hearer.id and delivery.state in ('pending', 'delivered'))
     order by event.id limit $4`,
    [endpoint, since, afterId, limit],
  );
}

/**
 * Removes deliveries older than 30 days, and endpoints that were removed as long ago, in small pieces. Safe to repeat.
 * @returns how many deliveries
 */
export async function removeOldDeliveries(tx: Transaction, mostPieces = 100): Promise<number> {
  let removed = 0;
  for (let piece = 0; piece < mostPieces; piece += 1) {
    const gone = await statement(
      tx,
      `delete from delivery where id in (
         select id from (select id, made_at from delivery order by id limit 1000) as oldest where made_at < now() - interval '30 days'
       ) returning id`,
    );
    removed += gone.length;
    if (gone.length === 0) break;
  }
  await statement(
    tx,
    `delete from webhook_endpoint where removed_at < now() - interval '30 days'
       and not exists (select from delivery where endpoint = webhook_endpoint.id)`,
  );
  return removed;
}
