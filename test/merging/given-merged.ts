import { inTransaction, statement, type Database } from '#src/persistence/database.ts';
import { givenHoldings, type GivenAccount, type GivenLicense } from '#test/fulfillment/given-holdings.ts';

/** Like `givenHoldings`; licenses with `mergedInto` have been merged since their import. */
export async function givenMerged(
  database: Database,
  accounts: readonly GivenAccount[],
  licenses: readonly GivenLicense[],
): Promise<void> {
  const asImported = licenses.map((license): GivenLicense =>
    license.mergedInto ? { ...license, status: 'active', mergedInto: null } : license,
  );
  await givenHoldings(database, accounts, asImported);
  const merged = licenses.flatMap(({ activationCode, mergedInto }) =>
    mergedInto ? [{ activationCode, mergedInto }] : [],
  );
  if (merged.length === 0) return;
  await inTransaction(database, async (tx) => {
    const codes = merged.map(({ activationCode }) => activationCode);
    await statement(
      tx,
      `update license set status = 'merged', merged_into = given.survivor
       from unnest($1::text[], $2::uuid[]) as given (code, survivor) where license.activation_code = given.code`,
      [codes, merged.map(({ mergedInto }) => mergedInto)],
    );
    // Their last grants say so, as those of a merge do.
    await statement(
      tx,
      `update license_grant set license_status = 'merged' from license
       where license.id = license_grant.license and license.activation_code = any($1::text[])`,
      [codes],
    );
  });
}
