import type { CauseKind } from '#jobs/kinds.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

/** One change of a license, as it is kept; seats and date are those after it. */
export interface GrantRow {
  readonly license: string;
  readonly number: number;
  readonly causeKind: CauseKind;
  /** Id of the message, the decided hold, or the import run. */
  readonly cause: string;
  readonly seats: number;
  readonly validThrough: string;
  readonly madeAt: string;
}

/** All grants of the licenses, each license's in the order in which they were made. */
export async function findGrants(tx: Transaction, licenses: readonly string[]): Promise<readonly GrantRow[]> {
  if (licenses.length === 0) return [];
  return statement(
    tx,
    `select license, number, cause_kind as "causeKind", cause, seats, valid_through as "validThrough", made_at as "madeAt"
     from license_grant where license = any($1::uuid[]) order by license, number`,
    [licenses],
  );
}
