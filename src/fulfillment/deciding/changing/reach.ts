import type { Message } from '#jobs/message.ts';
import type { ChangeRequest } from '#src/domain/lifecycle/change-request.ts';
import type { LedgerNames } from '#src/fulfillment/deciding/load-working-set.ts';
import { identitiesToLock, identityOf, namesOf } from '#src/fulfillment/deciding/message-names.ts';
import { findNamedMessages, type NamedRow } from '#src/persistence/account-history.ts';
import { findAccountsOfCodes, findNewestKeyCodes } from '#src/persistence/change-targets.ts';
import type { Transaction } from '#src/persistence/database.ts';
import { LocksOutdatedError } from '#src/persistence/locks.ts';
import type { MessageIdentity, MessageRow } from '#src/persistence/messages.ts';

/** What change requests turn out to be about: what deciding them must lock and load. */
export interface Reach {
  readonly accounts: readonly string[];
  readonly registrationKeys: readonly string[];
  readonly activationCodes: readonly string[];
  readonly identities: readonly string[];
  readonly resellers: readonly string[];
  /** The message that each names, by the identity of the request. */
  readonly named: ReadonlyMap<string, NamedRow>;
}

const nothingReached: Reach = {
  accounts: [],
  registrationKeys: [],
  activationCodes: [],
  identities: [],
  resellers: [],
  named: new Map(),
};

export type Change = { readonly content: ChangeRequest } & MessageIdentity;

export function changesAmong(messages: readonly (Message | MessageRow)[]): readonly Change[] {
  return messages.flatMap((message) => (message.kind === 'change-request' ? [message] : []));
}

/** Finds what the requests name, in one round trip. */
async function reachOf(tx: Transaction, changes: readonly Change[]): Promise<Reach> {
  const identities = changes.flatMap((change) => namedBy(change) ?? []);
  const keyCodes = changes.flatMap(({ content }) =>
    'registrationKey' in content && content.registrationKey !== undefined ? [content.registrationKey] : [],
  );
  const codes = changes.flatMap(({ content }) =>
    'activationCode' in content && content.activationCode !== undefined ? [content.activationCode] : [],
  );
  const [rows, keys, accountsOfCodes] = await Promise.all([
    findNamedMessages(tx, identities),
    findNewestKeyCodes(tx, keyCodes),
    findAccountsOfCodes(tx, codes),
  ]);
  const byIdentity = new Map(rows.map((row) => [identityOf(row), row]));
  const accounts = [
    ...accountsOfCodes,
    ...keys.map(({ account }) => account),
    ...rows.flatMap((row) => [
      row.account,
      row.keyAccount,
      row.targetAccount,
      row.factsAccount,
      ...namesOf(row).accounts,
    ]),
  ];
  const named = changes.flatMap((change): readonly [string, NamedRow][] => {
    const identity = namedBy(change);
    const mine = identityOf(change);
    // One that names itself names nothing that came before it, whether it is recorded already or not.
    const row = identity && identityOf(identity) !== mine ? byIdentity.get(identityOf(identity)) : undefined;
    return row ? [[mine, row]] : [];
  });
  return {
    accounts: accounts.flatMap((account) => account ?? []),
    // As they are named, too: a code that was replaced is looked up under that.
    registrationKeys: [
      ...keyCodes,
      ...keys.map(({ code }) => code),
      ...rows.flatMap(({ keyCode }) => keyCode ?? []),
    ],
    activationCodes: codes,
    // Also of what is not there: another worker may be recording it.
    identities: [...identities.map(identityOf), ...rows.flatMap(identitiesToLock)],
    resellers: rows.flatMap(({ reseller }) => reseller ?? []),
    named: new Map(named),
  };
}

/** The message that a request names by its number: the reseller's own, or, of an operator's, that of whom it says. */
export function namedBy({ content, reseller }: Change): MessageIdentity | undefined {
  const whose = reseller ?? content.of ?? null;
  if (content.kind === 'undo-merge')
    return { kind: 'merge-request', number: content.mergeRequest, reseller: whose };
  if (content.kind === 'return' && content.change !== undefined)
    return { kind: 'change-request', number: content.change, reseller: whose };
  return content.order === undefined
    ? undefined
    : { kind: 'upgrade-order', number: content.order, reseller: whose };
}

/** Whether deciding it looks back at the account's history, as the database has it: nothing of its own batch may come before it. */
export function looksBack({ content }: { readonly content: ChangeRequest }): boolean {
  return content.kind === 'return' || content.kind === 'undo-merge' || content.kind === 'cancellation';
}

/**
 * Finds what the requests are about, and what the open requests among that are about. Under locks it is what it stays until the transaction
 * ends.
 */
export async function findReach(tx: Transaction, changes: readonly Change[]): Promise<Reach> {
  let reach = nothingReached;
  let next = changes;
  while (next.length > 0) {
    const found = await reachOf(tx, next);
    reach = {
      accounts: [...reach.accounts, ...found.accounts],
      registrationKeys: [...reach.registrationKeys, ...found.registrationKeys],
      activationCodes: [...reach.activationCodes, ...found.activationCodes],
      identities: [...reach.identities, ...found.identities],
      resellers: [...reach.resellers, ...found.resellers],
      named: new Map([...reach.named, ...found.named]),
    };
    const known = new Set([...reach.named.keys(), ...next.map(identityOf)]);
    next = changesAmong(openOnes(found)).filter((change) => !known.has(identityOf(change)));
  }
  return reach;
}

/** Messages that are named and not decided yet: they come first. */
export function openOnes({ named }: Reach): readonly NamedRow[] {
  return [...named.values()].filter(({ status }) => status === 'accepted');
}

/** The names with all that the requests are about. */
export function withReach(names: LedgerNames, reach: Reach): LedgerNames {
  if (reach === nothingReached) return names;
  const unique = (...texts: readonly string[][]) => [...new Set(texts.flat())];
  const accounts = unique([...names.accounts], [...reach.accounts]);
  return {
    accounts,
    registrationKeys: unique([...names.registrationKeys], [...reach.registrationKeys]),
    activationCodes: unique([...names.activationCodes], [...reach.activationCodes]),
    resellers: unique([...names.resellers], [...reach.resellers]),
    aliasesOf: unique([...names.aliasesOf], [...reach.accounts]),
    // A merge of the same batch may put a key before that of another account.
    servedOf: accounts,
  };
}

/** What was locked before the reach was looked up again. */
export interface Locked {
  readonly accounts: ReadonlySet<string>;
  readonly registrationKeys: readonly string[];
  readonly identities: readonly string[];
}

/**
 * @throws LocksOutdatedError when the requests turned out to be about something that is not locked, and was not read under the locks: an
 * account, the key of an order without one, or a message that was recorded meanwhile
 */
export function refuseFarther(
  { accounts, registrationKeys, identities }: Reach,
  { accounts: those, ...locked }: Locked,
): void {
  const [keys, messages] = [new Set(locked.registrationKeys), new Set(locked.identities)];
  if (
    accounts.some((account) => !those.has(account)) ||
    registrationKeys.some((code) => !keys.has(code)) ||
    identities.some((identity) => !messages.has(identity))
  )
    throw new LocksOutdatedError();
}
