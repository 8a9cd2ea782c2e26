import { newId } from '#src/mechanisms/new-id.ts';
import { rowsOf, selecting } from '#src/persistence/columns.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import type { EndpointScope } from '#src/persistence/webhook-endpoints.ts';

export const deliveryStates = ['pending', 'delivered', 'failed', 'cancelled'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One try at telling an endpoint of an event. */
export interface DeliveryAttempt {
  /** RFC 3339, UTC. */
  readonly at: string;
  /** Of HTTP; null when no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
  /** Why it failed, for people; null when it did not. */
  readonly error: string | null;
  /** The beginning of the answer; null when none came. */
  readonly answer: string | null;
}

/** The telling of one event to one endpoint. Instants are PostgreSQL's text. */
export interface DeliveryRow {
  readonly id: string;
  readonly event: string;
  readonly endpoint: string;
  readonly type: string;
  readonly message: string | null;
  readonly state: DeliveryState;
  readonly madeAt: string;
  /** Null when it has ended. */
  readonly nextAttemptAt: string | null;
  readonly attempts: readonly DeliveryAttempt[];
}

export interface NewDelivery {
  readonly event: string;
  readonly endpoint: string;
  readonly type: string;
  readonly message: string | null;
  /** Of what stands in no feed. */
  readonly body?: Readonly<Record<string, unknown>>;
}

const deliveryColumns = selecting('delivery', [
  'id',
  'event',
  'endpoint',
  'type',
  'message',
  'state',
  'madeAt',
  'nextAttemptAt',
  'attempts',
]);

const newDeliveries = rowsOf('delivery', ['id', 'event', 'endpoint', 'type', 'message', 'body']);

/** Writes deliveries that are due at once, in their order. @returns their ids, in the same order */
export async function insertDeliveries(
  tx: Transaction,
  deliveries: readonly NewDelivery[],
): Promise<readonly string[]> {
  if (deliveries.length === 0) return [];
  const rows = deliveries.map((delivery) => ({ ...delivery, id: newId(), body: delivery.body ?? null }));
  await statement(
    tx,
    `insert into delivery (id, event, endpoint, type, message, body)
     select id, event, endpoint, type, message, body from ${newDeliveries.sql} as given`,
    newDeliveries.parameters(rows),
  );
  return rows.map(({ id }) => id);
}

/** An endpoint that something waits for, with the oldest of it. */
export interface DueEndpoint {
  readonly endpoint: string;
  readonly delivery: string;
  readonly attempts: number;
}

/** Endpoints with deliveries whose time has come and that nobody is sending. */
export async function findDueEndpoints(
  tx: Transaction,
  limit: number,
  skip = 0,
): Promise<readonly DueEndpoint[]> {
  return statement(
    tx,
    `select endpoint.id as endpoint, due.id as delivery, due.attempts from webhook_endpoint as endpoint
     cross join lateral (
       select id, jsonb_array_length(attempts) as attempts from delivery
       where endpoint = endpoint.id and state = 'pending' and next_attempt_at <= now() and (claimed_until is null or claimed_until < now())
       order by next_attempt_at, id limit 1
     ) as due
     where endpoint.enabled and endpoint.removed_at is null order by endpoint.id limit $1 offset $2`,
    [limit, skip],
  );
}

/** A delivery that was taken for one attempt. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly event: string;
  readonly type: string;
  readonly madeAt: string;
  readonly body: Readonly<Record<string, unknown>> | null;
  /** Made so far. */
  readonly attempts: number;
}

/**
 * Takes what is due at an endpoint, the oldest first, at most so many, each for one attempt; nobody else sends it within so many seconds.
 */
export async function claimDeliveries(
  tx: Transaction,
  endpoint: string,
  limit: number,
  seconds: number,
): Promise<readonly ClaimedDelivery[]> {
  const rows = await statement<ClaimedDelivery & { readonly dueAt: string }>(
    tx,
    `update delivery set claimed_until = now() + make_interval(secs => $3::float8)
     where id in (
       select id from delivery
       where endpoint = $1 and state = 'pending' and next_attempt_at <= now() and (claimed_until is null or claimed_until < now())
       order by next_attempt_at, id limit $2 for update skip locked)
     returning id, event, type, made_at as "madeAt", body, jsonb_array_length(attempts) as attempts`,
    [endpoint, limit, seconds],
  );
  return [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** How an attempt at a delivery ended; `pending`: it is made again after so many seconds. */
export interface EndedAttempt {
  readonly id: string;
  readonly state: DeliveryState;
  readonly attempt: DeliveryAttempt;
  readonly afterSeconds: number | null;
}

/** Writes how attempts ended. What was cancelled meanwhile stays so, with the attempt on record. */
export async function endAttempts(tx: Transaction, ended: readonly EndedAttempt[]): Promise<void> {
  await statement(
    tx,
    `update delivery set attempts = attempts || ended.attempt, claimed_until = null,
       state = case when delivery.state = 'pending' then ended.state else delivery.state end,
       next_attempt_at = case when delivery.state = 'pending' and ended.state = 'pending'
         then now() + make_interval(secs => ended."afterSeconds") end
     from jsonb_to_recordset($1::jsonb) as ended (id uuid, state text, attempt jsonb, "afterSeconds" float8)
     where delivery.id = ended.id and delivery.state in ('pending', 'cancelled')`,
    [JSON.stringify(ended)],
  );
}

/** Gives back what was claimed and not attempted. */
export async function releaseClaims(tx: Transaction, ids: readonly string[]): Promise<void> {
  await statement(
    tx,
    `update delivery set claimed_until = null where id = any($1::uuid[]) and state = 'pending'`,
    [ids],
  );
}

/** Greater than any that is made. */
const greatestId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Deliveries of an endpoint, the latest first. @param beforeId those made before this one */
export async function listDeliveries(
  tx: Transaction,
  endpoint: string,
  { state, beforeId }: { readonly state?: DeliveryState | undefined; readonly beforeId?: string | undefined },
  limit: number,
): Promise<readonly DeliveryRow[]> {
  // Each state has an index of its own, or is what most are in.
  const isAsked = state === undefined ? '' : `and state = '${state}'`;
  return statement<DeliveryRow>(
    tx,
    `select ${deliveryColumns} from delivery
     where endpoint = $1 ${isAsked} and id < $2::uuid order by id desc limit $3`,
    [endpoint, beforeId ?? greatestId, limit],
  );
}

/** @returns undefined when there is none in reach */
export async function findDelivery(
  tx: Transaction,
  id: string,
  scope: EndpointScope,
): Promise<DeliveryRow | undefined> {
  const [row] = await statement<DeliveryRow>(
    tx,
    `select ${deliveryColumns} from delivery join webhook_endpoint on webhook_endpoint.id = delivery.endpoint
     where delivery.id = $1 and removed_at is null and ($2::text is null or reseller = $2)`,
    [id, scope === 'all' ? null : scope.reseller],
  );
  return row;
}

/** What a message's outcomes were told, and to whom, in the order of telling. */
export async function findDeliveriesOf(
  tx: Transaction,
  message: string,
  limit: number,
): Promise<readonly (DeliveryRow & { readonly url: string })[]> {
  return statement(
    tx,
    `select ${deliveryColumns}, webhook_endpoint.url from delivery join webhook_endpoint on webhook_endpoint.id = delivery.endpoint
     where delivery.message = $1 order by delivery.id limit $2`,
    [message, limit],
  );
}
