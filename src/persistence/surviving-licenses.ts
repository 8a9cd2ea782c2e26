import { statement, type Transaction } from '#src/persistence/database.ts';

/** A license that others were merged into, with the reseller that its account belongs to. */
export interface SurvivingLicense {
  readonly id: string;
  readonly activationCode: string;
  readonly owner: string | null;
}

export async function findSurvivingLicenses(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SurvivingLicense>> {
  if (ids.length === 0) return new Map();
  const rows = await statement<SurvivingLicense>(
    tx,
    `select license.id, license.activation_code as "activationCode", account.reseller as owner
     from license join account on account.id = license.account where license.id = any($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}
