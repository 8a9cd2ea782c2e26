import type { OpenMessage } from '#src/fulfillment/decide.ts';
import { accountsNamed, codesNamed, registrationKeysNamed } from '#src/fulfillment/message-names.ts';
import { WorkingSet } from '#src/fulfillment/working-set.ts';
import type { Transaction } from '#src/persistence/database.ts';
import {
  findAccounts,
  findLicensesByCode,
  findLicensesOfAccounts,
  findMergeChain,
  findRegistrationKeys,
  findResellers,
} from '#src/persistence/ledger.ts';

/**
 * Loads all that the messages may need, in a fixed number of queries.
 * @param survivors what the accounts stand for, as the locks (or, for a preview, a plain look) found it
 * @param extraCodes Activation Codes that a decided hold names
 */
export async function loadWorkingSet(
  tx: Transaction,
  messages: readonly OpenMessage[],
  survivors: ReadonlyMap<string, string>,
  extraCodes: readonly string[] = [],
): Promise<WorkingSet> {
  const accounts = unique([...messages.flatMap(accountsNamed), ...survivors.keys(), ...survivors.values()]);
  const registrationKeys = await findRegistrationKeys(
    tx,
    accounts,
    unique(messages.flatMap(registrationKeysNamed)),
  );
  const licenses = [
    ...(await findLicensesOfAccounts(tx, accounts)),
    ...(await findLicensesByCode(tx, unique([...messages.flatMap(codesNamed), ...extraCodes]))),
  ];
  const loaded = new Set(licenses.map(({ id }) => id));
  const survivorsElsewhere = licenses.flatMap(({ mergedInto }) =>
    mergedInto !== null && !loaded.has(mergedInto) ? [mergedInto] : [],
  );
  licenses.push(...(await findMergeChain(tx, unique(survivorsElsewhere))));
  return new WorkingSet({
    survivors,
    resellers: await findResellers(tx, unique(messages.flatMap(({ reseller }) => reseller ?? []))),
    accounts: await findAccounts(tx, accounts),
    licenses: [...new Map(licenses.map((license) => [license.id, license])).values()],
    registrationKeys,
  });
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
