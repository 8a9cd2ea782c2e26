import { statement, type Transaction } from '#src/persistence/database.ts';

/** A code that was replaced: the id of what it stands for, and the last day on which it still resolves. */
export interface RetiredCodeRow {
  readonly code: string;
  readonly license: string | null;
  readonly registrationKey: string | null;
  readonly until: string | null;
  /** The newest code of the key. */
  readonly keyCode: string | null;
}

/** Those of the codes that were replaced. */
export async function findRetiredCodes(
  tx: Transaction,
  codes: readonly string[],
): Promise<readonly RetiredCodeRow[]> {
  if (codes.length === 0) return [];
  return statement(
    tx,
    `select retired_code.code, license, registration_key as "registrationKey", resolves_until as until, key.code as "keyCode"
     from retired_code left join registration_key as key on key.id = registration_key
     where retired_code.code = any($1::text[])`,
    [codes],
  );
}
