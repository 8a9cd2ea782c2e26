import type { MessageKind } from '#jobs/kinds.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

export interface OpenMessageRow {
  readonly id: string;
  readonly kind: MessageKind;
  readonly acceptedNumber: string;
}

/**
 * Accepted messages without an ending, older than `olderThanSeconds`, by acceptance number. One that committed late is found by the
 * next look from the start, since every look begins at the oldest.
 */
export async function findOpenMessages(
  tx: Transaction,
  olderThanSeconds: number,
  afterNumber: string,
  limit: number,
): Promise<readonly OpenMessageRow[]> {
  return statement(
    tx,
    `select id, kind, accepted_number as "acceptedNumber" from message
     where status = 'accepted' and accepted_number > $2::bigint and accepted_at <= now() - make_interval(secs => $1::float8)
     order by accepted_number limit $3`,
    [olderThanSeconds, afterNumber, limit],
  );
}

/** Certificates without their PDF, oldest first. */
export async function findUnrenderedCertificates(
  tx: Transaction,
  olderThanSeconds: number,
  limit: number,
  skip: number,
): Promise<readonly { readonly number: string; readonly version: number }[]> {
  return statement(
    tx,
    `select number, version from certificate
     where rendered_at is null and written_at <= now() - make_interval(secs => $1::float8) order by written_at, number, version limit $2 offset $3`,
    [olderThanSeconds, limit, skip],
  );
}

export async function countOpenMessages(tx: Transaction): Promise<number> {
  const rows = await statement<{ readonly count: number }>(
    tx,
    "select count(*)::integer as count from message where status = 'accepted'",
  );
  return rows[0]?.count ?? 0;
}

/** The number of the latest decision of all, or of one that was begun: as long as it changes, something is being decided. */
export async function lastDecision(tx: Transaction): Promise<string> {
  const [row] = await statement<{ readonly last: string }>(
    tx,
    "select last_value || case when is_called then '' else ' not yet' end as last from decision_number",
  );
  return row?.last ?? '';
}

/** How many messages have been open for longer than that, and since when the oldest has been. */
export async function countLongOpen(
  tx: Transaction,
  olderThanSeconds: number,
): Promise<{ readonly count: number; readonly oldestSeconds: number }> {
  const [row] = await statement<{ readonly count: number; readonly oldestSeconds: number }>(
    tx,
    `select count(*)::integer as count, coalesce(extract(epoch from now() - min(accepted_at)), 0)::float8 as "oldestSeconds"
     from message where status = 'accepted' and accepted_at <= now() - make_interval(secs => $1::float8)`,
    [olderThanSeconds],
  );
  return row ?? { count: 0, oldestSeconds: 0 };
}
