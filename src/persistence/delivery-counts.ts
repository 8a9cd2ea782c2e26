import { statement, type Transaction } from '#src/persistence/database.ts';

/** How telling webhook endpoints goes. */
export interface DeliveryCounts {
  /** Counted up to `mostCounted`. */
  readonly pending: number;
  /** Given up, of those that are kept; counted up to `mostCounted`. */
  readonly failed: number;
  /** How long the delivery that is due the longest has waited, of endpoints that do not fail; 0 when none has. */
  readonly overdueSeconds: number;
  readonly enabled: number;
  /** Enabled, and every attempt fails. */
  readonly failing: number;
  /** Disabled by us: the receiver was gone, or did nothing but fail. */
  readonly disabled: number;
}

/** More than these are told as so many. */
const mostCounted = 100_000;

/** Reads indexes of what waits or failed, and the few endpoints: fit for every scrape. */
export async function countDeliveries(tx: Transaction): Promise<DeliveryCounts> {
  const [counts] = await statement<DeliveryCounts>(
    tx,
    `select (select count(*)::integer from (select from delivery where state = 'pending' limit $1) as counted) as pending,
       (select count(*)::integer from (select from delivery where state = 'failed' limit $1) as counted) as failed,
       (select coalesce(extract(epoch from now() - min(due.at)), 0)::float8 from webhook_endpoint as endpoint cross join lateral (
          select next_attempt_at as at from delivery where endpoint = endpoint.id and state = 'pending'
          order by next_attempt_at, id limit 1) as due
        where endpoint.enabled and endpoint.failing_since is null and due.at < now()) as "overdueSeconds",
       count(*) filter (where enabled)::integer as enabled,
       count(*) filter (where enabled and failing_since is not null)::integer as failing,
       count(*) filter (where disabled_because in ('GONE', 'ONLY_FAILURES'))::integer as disabled
     from webhook_endpoint where removed_at is null`,
    [mostCounted],
  );
  if (!counts) throw new Error('PostgreSQL did not count.');
  return counts;
}
