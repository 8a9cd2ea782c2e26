import type { LoadedLedger } from '#src/fulfillment/deciding/loaded-ledger.ts';
import { namesOf, type NamedMessage } from '#src/fulfillment/deciding/message-names.ts';
import { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import type { Transaction } from '#src/persistence/database.ts';
import {
  findAccounts,
  findAliases,
  findLicensesByCode,
  findLicensesOfAccounts,
  findLicensesOfMerged,
  findMergeChain,
  findRegistrationKeys,
  findResellers,
} from '#src/persistence/ledger.ts';
import { findRetiredCodes } from '#src/persistence/retired-codes.ts';

/** What of the ledger messages name. */
export interface LedgerNames {
  readonly accounts: readonly string[];
  readonly registrationKeys: readonly string[];
  readonly activationCodes: readonly string[];
  readonly resellers: readonly string[];
  /** Accounts of whose keys the aliases are needed, too. */
  readonly aliasesOf: readonly string[];
  /** Accounts of whose keys all licenses are needed that they serve: some stayed in accounts that were merged into these. */
  readonly servedOf: readonly string[];
}

export type Ledger = Omit<LoadedLedger, 'survivors'>;

/**
 * @param survivors what the accounts stand for, as far as it is known
 * @param extraCodes Activation Codes that a decided hold names
 */
export function ledgerNames(
  messages: readonly NamedMessage[],
  survivors: ReadonlyMap<string, string> = new Map(),
  extraCodes: readonly string[] = [],
): LedgerNames {
  const named = messages.map((message) => namesOf(message));
  return {
    accounts: unique([
      ...named.flatMap(({ accounts }) => accounts),
      ...survivors.keys(),
      ...survivors.values(),
    ]),
    registrationKeys: unique(named.flatMap(({ registrationKeys }) => registrationKeys)),
    activationCodes: unique([...named.flatMap(({ activationCodes }) => activationCodes), ...extraCodes]),
    resellers: unique(messages.flatMap(({ reseller }) => reseller ?? [])),
    aliasesOf: unique(named.flatMap(({ accounts, movesKeys }) => (movesKeys === true ? accounts : []))),
    servedOf: [],
  };
}

/** The names that are not among `known`. */
export function namesBeyond(names: LedgerNames, known: LedgerNames): LedgerNames {
  const beyond = (all: readonly string[], some: readonly string[]) => {
    const those = new Set(some);
    return all.filter((name) => !those.has(name));
  };
  return {
    accounts: beyond(names.accounts, known.accounts),
    registrationKeys: beyond(names.registrationKeys, known.registrationKeys),
    activationCodes: beyond(names.activationCodes, known.activationCodes),
    resellers: beyond(names.resellers, known.resellers),
    aliasesOf: beyond(names.aliasesOf, known.aliasesOf),
    servedOf: beyond(names.servedOf, known.servedOf),
  };
}

/** Loads all that the names may need, in a fixed number of queries that do not wait for each other. */
export async function loadLedger(tx: Transaction, names: LedgerNames): Promise<Ledger> {
  const [retiredCodes, keys, aliases, ofAccounts, ofMerged, byCode, resellers, named] = await Promise.all([
    findRetiredCodes(tx, [...names.registrationKeys, ...names.activationCodes]),
    findRegistrationKeys(tx, names.accounts, names.registrationKeys),
    findAliases(tx, names.aliasesOf),
    findLicensesOfAccounts(tx, names.accounts),
    findLicensesOfMerged(tx, names.servedOf),
    findLicensesByCode(tx, names.activationCodes),
    findResellers(tx, names.resellers),
    findAccounts(tx, names.accounts),
  ]);
  const licenses = [...ofAccounts, ...ofMerged, ...byCode];
  const loaded = new Set(licenses.map(({ id }) => id));
  const survivorsElsewhere = licenses.flatMap(({ mergedInto }) =>
    mergedInto !== null && !loaded.has(mergedInto) ? [mergedInto] : [],
  );
  const renamed = retiredCodes.flatMap(({ license }) => license ?? []);
  const chain = await findMergeChain(tx, unique([...survivorsElsewhere, ...renamed]));
  licenses.push(...chain);
  // Whose the licenses of other accounts are: what is another reseller's is unknown to the message.
  const here = new Set(names.accounts);
  const elsewhere = [...ofMerged, ...byCode, ...chain].flatMap(({ account }) =>
    here.has(account) ? [] : [account],
  );
  const accounts = [...named, ...(await findAccounts(tx, unique(elsewhere)))];
  const renamedKeys = retiredCodes.flatMap(({ keyCode }) => keyCode ?? []);
  const registrationKeys = [...keys, ...aliases, ...(await findRegistrationKeys(tx, [], renamedKeys))];
  return { resellers, accounts, licenses, registrationKeys, retiredCodes };
}

/** A view of what was loaded, in one piece or several; what is in two of them counts once. */
export function workingSet(
  survivors: ReadonlyMap<string, string>,
  ...ledgers: readonly Ledger[]
): WorkingSet {
  const licenses = ledgers.flatMap((ledger) => ledger.licenses);
  return new WorkingSet({
    survivors,
    resellers: ledgers.flatMap(({ resellers }) => resellers),
    accounts: ledgers.flatMap(({ accounts }) => accounts),
    licenses: [...new Map(licenses.map((license) => [license.id, license])).values()],
    registrationKeys: ledgers.flatMap(({ registrationKeys }) => registrationKeys),
    retiredCodes: ledgers.flatMap(({ retiredCodes }) => retiredCodes),
  });
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
