import { statement, type Transaction } from '#src/persistence/database.ts';

/** A license that others were merged into, with its account and the reseller that this belongs to. */
export interface SurvivingLicense {
  readonly id: string;
  readonly activationCode: string;
  readonly account: { readonly id: string; readonly reseller: string | null };
}

export async function findSurvivingLicenses(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SurvivingLicense>> {
  if (ids.length === 0) return new Map();
  const rows = await statement<SurvivingLicense>(
    tx,
    `select license.id, license.activation_code as "activationCode", json_build_object('id', account.id, 'reseller', account.reseller) as account
     from license join account on account.id = license.account where license.id = any($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}
