import { statement, type Transaction } from '#src/persistence/database.ts';

/** The transaction's time, as everything in it is dated. */
export interface TransactionTime {
  /** RFC 3339, UTC, microseconds. */
  readonly now: string;
  /** The UTC date: "today" for every rule (rules §1). */
  readonly today: string;
}

export async function transactionTime(tx: Transaction): Promise<TransactionTime> {
  const [row] = await statement<TransactionTime>(
    tx,
    `select to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now, to_char(now() at time zone 'utc', 'YYYY-MM-DD') as today`,
  );
  if (!row) throw new Error('PostgreSQL did not tell the time.');
  return row;
}

/**
 * Draws numbers for certificates and decisions. Decision numbers are drawn under the locks of what is decided: for one account they
 * are the order of the decisions. A rolled back transaction leaves gaps in both.
 */
export async function drawNumbers(
  tx: Transaction,
  certificates: number,
  decisions: number,
): Promise<{ readonly certificates: readonly string[]; readonly decisions: readonly string[] }> {
  const [row] = await statement<{
    readonly certificates: readonly string[];
    readonly decisions: readonly string[];
  }>(
    tx,
    `select array(select nextval('certificate_number')::text from generate_series(1, $1::integer)) as certificates,
            array(select nextval('decision_number')::text from generate_series(1, $2::integer)) as decisions`,
    [certificates, decisions],
  );
  if (!row) throw new Error('PostgreSQL drew no numbers.');
  return row;
}
