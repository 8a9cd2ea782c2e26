import { selecting } from '#src/persistence/columns.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

/** `KEY_ENDED`: the reseller whose endpoint it is has no key any more. */
export type DisabledBecause = 'BY_OWNER' | 'GONE' | 'ONLY_FAILURES' | 'KEY_ENDED';

/** Who is told by webhooks, without the secrets. Instants are PostgreSQL's text. */
export interface EndpointRow {
  readonly id: string;
  /** Null: the operators', which hears everything. */
  readonly reseller: string | null;
  readonly url: string;
  /** Empty: all. */
  readonly types: readonly string[];
  readonly enabled: boolean;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly rotatedAt: string;
  /** Until when the earlier secret signs, too. */
  readonly previousUntil: string | null;
  readonly failingSince: string | null;
  readonly disabledAt: string | null;
  readonly disabledBecause: DisabledBecause | null;
}

/** Whose endpoints somebody reaches: a reseller's own, or, for operators, everybody's. */
export type EndpointScope = { readonly reseller: string } | 'all';

const endpointColumns = selecting('webhook_endpoint', [
  'id',
  'reseller',
  'url',
  'types',
  'enabled',
  'createdAt',
  'createdBy',
  'rotatedAt',
  'previousUntil',
  'failingSince',
  'disabledAt',
  'disabledBecause',
]);

/** An endpoint that hears from now on. @param sealed its secret */
export async function insertEndpoint(
  tx: Transaction,
  endpoint: {
    readonly id: string;
    readonly reseller: string | null;
    readonly url: string;
    readonly types: readonly string[];
    readonly createdBy: string;
  },
  sealed: Uint8Array,
): Promise<EndpointRow> {
  const { id, reseller, url, types, createdBy } = endpoint;
  const [row] = await statement<EndpointRow>(
    tx,
    `insert into webhook_endpoint (id, reseller, url, types, created_by, secret) values ($1, $2, $3, $4, $5, $6)
     returning ${endpointColumns}`,
    [id, reseller, url, types, createdBy, sealed],
  );
  return existing(row);
}

/** How many live endpoints an owner has. @param reseller null: the operators */
export async function countEndpoints(tx: Transaction, reseller: string | null): Promise<number> {
  const [row] = await statement<{ readonly count: number }>(
    tx,
    `select count(*)::integer as count from webhook_endpoint where reseller is not distinct from $1::text and removed_at is null`,
    [reseller],
  );
  return row?.count ?? 0;
}

/**
 * @param hold whether it is held until the transaction ends
 * @returns undefined when there is none in reach: unknown, removed, or another's
 */
export async function findEndpoint(
  tx: Transaction,
  id: string,
  scope: EndpointScope,
  hold: '' | 'for update' = '',
): Promise<EndpointRow | undefined> {
  const [row] = await statement<EndpointRow>(
    tx,
    `select ${endpointColumns} from webhook_endpoint
     where id = $1 and removed_at is null and ($2::text is null or reseller = $2) ${hold}`,
    [id, resellerOf(scope)],
  );
  return row;
}

/** The same, held until the transaction ends. */
export function lockEndpoint(
  tx: Transaction,
  id: string,
  scope: EndpointScope,
): Promise<EndpointRow | undefined> {
  return findEndpoint(tx, id, scope, 'for update');
}

/** By the order of their making. @param afterId those made after this one */
export async function listEndpoints(
  tx: Transaction,
  scope: EndpointScope,
  limit: number,
  afterId?: string,
): Promise<readonly EndpointRow[]> {
  return statement<EndpointRow>(
    tx,
    `select ${endpointColumns} from webhook_endpoint
     where removed_at is null and ($1::text is null or reseller = $1) and ($2::uuid is null or id > $2) order by id limit $3`,
    [resellerOf(scope), afterId ?? null, limit],
  );
}

export async function updateEndpoint(
  tx: Transaction,
  id: string,
  { url, types }: { readonly url: string; readonly types: readonly string[] },
): Promise<EndpointRow> {
  const [row] = await statement<EndpointRow>(
    tx,
    `update webhook_endpoint set url = $2, types = $3 where id = $1 returning ${endpointColumns}`,
    [id, url, types],
  );
  return existing(row);
}

/** It hears again what happens from now on. */
export async function enableEndpoint(tx: Transaction, id: string): Promise<EndpointRow> {
  const [row] = await statement<EndpointRow>(
    tx,
    `update webhook_endpoint set enabled = true, disabled_at = null, disabled_because = null, failing_since = null, hears_since = now()
     where id = $1 returning ${endpointColumns}`,
    [id],
  );
  return existing(row);
}

/**
 * It hears nothing more; what waits for it is cancelled.
 * @returns undefined when it was disabled before
 */
export async function disableEndpoint(
  tx: Transaction,
  id: string,
  because: DisabledBecause,
): Promise<EndpointRow | undefined> {
  const [row] = await statement<EndpointRow>(
    tx,
    `update webhook_endpoint set enabled = false, disabled_at = now(), disabled_because = $2
     where id = $1 and enabled and removed_at is null returning ${endpointColumns}`,
    [id, because],
  );
  if (row) await cancelPending(tx, id);
  return row;
}

/** All of a reseller hear nothing more. @returns ids of those that were enabled until now */
export async function disableEndpointsOf(
  tx: Transaction,
  reseller: string,
  because: DisabledBecause,
): Promise<readonly string[]> {
  const rows = await statement<{ readonly id: string }>(
    tx,
    `update webhook_endpoint set enabled = false, disabled_at = now(), disabled_because = $2
     where reseller = $1 and enabled and removed_at is null returning id`,
    [reseller, because],
  );
  for (const { id } of rows) await cancelPending(tx, id);
  return rows.map(({ id }) => id);
}

/** Its deliveries can be looked at no more, and end with their time; its secrets are gone at once. */
export async function removeEndpoint(tx: Transaction, id: string): Promise<void> {
  await statement(
    tx,
    `update webhook_endpoint set removed_at = now(), enabled = false, disabled_at = coalesce(disabled_at, now()),
       disabled_because = coalesce(disabled_because, 'BY_OWNER'), secret = '', previous_secret = null, previous_until = null
     where id = $1`,
    [id],
  );
  await cancelPending(tx, id);
}

/** @param previousHours how long the secret that it replaces signs, too */
export async function replaceSecret(
  tx: Transaction,
  id: string,
  sealed: Uint8Array,
  previousHours: number,
): Promise<EndpointRow> {
  const [row] = await statement<EndpointRow>(
    tx,
    `update webhook_endpoint set previous_secret = secret, previous_until = now() + make_interval(hours => $3), secret = $2, rotated_at = now()
     where id = $1 returning ${endpointColumns}`,
    [id, sealed, previousHours],
  );
  return existing(row);
}

async function cancelPending(tx: Transaction, endpoint: string): Promise<void> {
  await statement(
    tx,
    `update delivery set state = 'cancelled', next_attempt_at = null, claimed_until = null where endpoint = $1 and state = 'pending'`,
    [endpoint],
  );
}

function resellerOf(scope: EndpointScope): string | null {
  return scope === 'all' ? null : scope.reseller;
}

function existing(row: EndpointRow | undefined): EndpointRow {
  if (!row) throw new Error('A webhook endpoint vanished while it was written.');
  return row;
}
