import type { Message } from '#jobs/message.ts';
import { samenessOf } from '#src/domain/sameness.ts';
import { earlierOf, placeAfter, type Earlier } from '#src/fulfillment/batch/accept-messages.ts';
import {
  changesAmong,
  findReach,
  openOnes,
  refuseFarther,
  withReach,
  type Reach,
} from '#src/fulfillment/deciding/changing/reach.ts';
import {
  ledgerNames,
  loadLedger,
  type Ledger,
  type LedgerNames,
} from '#src/fulfillment/deciding/load-working-set.ts';
import { identitiesToLock, identityOf } from '#src/fulfillment/deciding/message-names.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import type { Transaction } from '#src/persistence/database.ts';
import { findSurvivors, lock } from '#src/persistence/locks.ts';
import { findByIdentity, findMessages, findOpenInTurn, type MessageRow } from '#src/persistence/messages.ts';
import { transactionTime, type TransactionTime } from '#src/persistence/transaction-time.ts';

/** What a job brings: a message that may be new, or the id of one that is recorded. */
export type BatchItem = { readonly message: Message } | { readonly recorded: string };

/**
 * The most open orders of its accounts that a batch takes along. An account with more is worked off in several transactions, oldest
 * first, so that a long backlog of one customer cannot make one transaction huge.
 */
export const mostTakenAlong = 1000;

/** Items with the rows that they stand for, under lock: nobody else decides them, or for their accounts, until this transaction ends. */
export interface Claim {
  readonly time: TransactionTime;
  readonly survivors: ReadonlyMap<string, string>;
  /** The accounts whose locks are held. */
  readonly locked: ReadonlySet<string>;
  /** Open orders of every account that is named, or stands for one that is. */
  readonly older: readonly MessageRow[];
  /** Rows by id, as they are under the locks. */
  readonly recorded: ReadonlyMap<string, MessageRow>;
  /** Of those, the ones that items stand for: all that they name is locked. */
  readonly open: readonly MessageRow[];
  readonly fresh: readonly FreshItem[];
  /** The row or fresh message that each item stands for; several items may stand for one. */
  readonly standsFor: ReadonlyMap<BatchItem, string>;
  /** What the items name, and what the ledger says of it. */
  readonly names: LedgerNames;
  readonly ledger: Ledger;
  /** What the change requests among them are about. */
  readonly reach: Reach;
}

export interface FreshItem {
  /** Its id, and its place among the tries of its number. */
  readonly place: { readonly id: string; readonly attempt: number; readonly replaces?: string };
  readonly item: BatchItem;
  readonly message: Message;
}

/**
 * Takes the locks, and reads under them; nothing waits for an answer but what needs it.
 * @param farther accounts to lock, too
 */
export async function claimItems(
  tx: Transaction,
  items: readonly BatchItem[],
  farther: readonly string[] = [],
): Promise<Claim> {
  const messages = items.flatMap((item) => ('message' in item ? [item.message] : []));
  const ids = items.flatMap((item) => ('recorded' in item ? [item.recorded] : []));
  const things = [...(await findMessages(tx, ids)), ...messages];
  const requests = changesAmong(things);
  const reached = await findReach(tx, requests);
  const names = withReach(ledgerNames(things), reached);
  // What is recorded and decided in one transaction is not seen before: a request that names it waits for its identity.
  const identities = [
    ...things.flatMap(identitiesToLock),
    ...messages.map(identityOf),
    ...reached.identities,
  ];
  const [survivors, time, reach, byId, byItsIdentity, olderNamed, ledger] = await Promise.all([
    lock(tx, {
      accounts: [...names.accounts, ...farther],
      registrationKeys: names.registrationKeys,
      identities,
    }),
    transactionTime(tx),
    findReach(tx, requests),
    // Under the locks again: whoever held them may have recorded some of these messages, or ended them.
    findMessages(tx, ids),
    findByIdentity(tx, messages),
    findOpenInTurn(tx, names.accounts, mostTakenAlong),
    loadLedger(tx, names),
  ]);
  const accounts = new Set([...names.accounts, ...farther, ...[...survivors].flat()]);
  refuseFarther(reach, { ...names, accounts, identities });
  const older =
    accounts.size === names.accounts.length
      ? olderNamed
      : await findOpenInTurn(tx, [...accounts], mostTakenAlong);
  // Older orders may name accounts that were merged, step by step, into one of these: what they stand for is under the same locks.
  const further = ledgerNames(older).accounts.filter((account) => !survivors.has(account));
  const standing = new Map([...survivors, ...(await findSurvivors(tx, further))]);
  const rows = [...byId, ...byItsIdentity];
  // A row of other content under an item's identity is a conflict, and not ours to decide.
  const contents = new Set(things.map((thing) => thing.fingerprint));
  const recorded = new Map(rows.map((row) => [row.id, row]));
  const tries = Map.groupBy([...recorded.values()], identityOf);
  const earlier = new Map<string, readonly Earlier[]>(
    [...tries].map(([identity, of]) => [identity, of.map(earlierOf)]),
  );
  const standsFor = new Map<BatchItem, string>();
  const fresh: FreshItem[] = [];
  for (const item of items) {
    if ('recorded' in item) {
      if (recorded.has(item.recorded)) standsFor.set(item, item.recorded);
      continue;
    }
    const { message } = item;
    const identity = identityOf(message);
    const before = earlier.get(identity) ?? [];
    const sameness = samenessOf(message.fingerprint, before);
    if (sameness.is === 'repeat' || sameness.is === 'conflict') {
      standsFor.set(item, sameness.of.id);
      continue;
    }
    const place = { id: newId(), ...placeAfter(sameness) };
    fresh.push({ place, item, message });
    earlier.set(identity, [...before, { ...place, fingerprint: message.fingerprint, isRejected: false }]);
    standsFor.set(item, place.id);
  }
  const open = [...recorded.values()].filter((row) => contents.has(row.fingerprint));
  return {
    time,
    survivors: standing,
    locked: accounts,
    older: [...older, ...openOnes(reach)],
    recorded,
    open,
    fresh,
    standsFor,
    names,
    ledger,
    reach,
  };
}
