import { newId } from '#src/mechanisms/new-id.ts';
import { kinds } from '#jobs/kinds.ts';
import type { FieldError, Message } from '#jobs/message.ts';
import { identitiesToLock, identityOf } from '#src/fulfillment/deciding/message-names.ts';
import {
  acceptanceFault,
  earlierOf,
  placeAfter,
  type ConflictCode,
  type Earlier,
} from '#src/fulfillment/batch/accept-messages.ts';
import { samenessOf } from '#src/domain/sameness.ts';
import { decide, type OpenMessage } from '#src/fulfillment/deciding/decide.ts';
import type { Decided } from '#src/fulfillment/deciding/decided.ts';
import type { Fulfillment, Owed } from '#src/fulfillment/fulfillment.ts';
import {
  ledgerNames,
  loadLedger,
  namesBeyond,
  workingSet,
  type Ledger,
  type LedgerNames,
} from '#src/fulfillment/deciding/load-working-set.ts';
import { repeatingTransaction } from '#src/fulfillment/batch/repeating-transaction.ts';
import { writeDecisions, type DecidedMessage } from '#src/fulfillment/batch/write-decisions.ts';
import type { Transaction } from '#src/persistence/database.ts';
import { findSurvivors, lock, LocksOutdatedError } from '#src/persistence/locks.ts';
import { findByIdentity, findMessages, findOpenInTurn, type MessageRow } from '#src/persistence/messages.ts';
import { transactionTime, type TransactionTime } from '#src/persistence/transaction-time.ts';

/** What a job brings: a message that may be new, or the id of one that is recorded. */
export type BatchItem = { readonly message: Message } | { readonly recorded: string };

/** What became of an item. A business outcome, whichever, is `decided`. */
export type Ending =
  | {
      readonly outcome: 'decided';
      readonly id: string;
      readonly status: string;
      readonly code?: string;
      readonly repeat: boolean;
    }
  | {
      readonly outcome: 'conflict';
      readonly code: ConflictCode;
      readonly id: string;
      readonly acceptedFingerprint: string;
    }
  | { readonly outcome: 'invalid'; readonly code: string; readonly errors: readonly FieldError[] }
  | { readonly outcome: 'unknown' };

/**
 * The most open orders of its accounts that a batch takes along. An account with more is worked off in several transactions, oldest
 * first, so that a long backlog of one customer cannot make one transaction huge.
 */
const mostTakenAlong = 1000;

/**
 * Records what is new, decides everything that is open, in one transaction, and says what became of each item. Messages of one
 * account take effect in the order of their acceptance; older open orders of the accounts are therefore decided along. Repeating it
 * with the same items changes nothing. Throws when the transaction failed; then nothing of it happened.
 */
export async function decideBatch(
  fulfillment: Fulfillment,
  items: readonly BatchItem[],
): Promise<readonly Ending[]> {
  const endings = new Map<BatchItem, Ending>();
  let open = items;
  while (open.length > 0) {
    const batch = open;
    const found = await repeatingTransaction(fulfillment.database, (tx) => decideIn(tx, fulfillment, batch));
    await fulfillment.at('after-commit');
    fulfillment.announce(found.owed);
    for (const [item, ending] of found.endings) endings.set(item, ending);
    open = batch.filter((item) => !endings.has(item));
  }
  return items.map((item) => endings.get(item) ?? { outcome: 'unknown' });
}

/** As `decideBatch`, in a transaction of the caller's, who may undo it; nobody is told what it owes. */
export async function decideWithin(
  tx: Transaction,
  fulfillment: Fulfillment,
  items: readonly BatchItem[],
): Promise<readonly (Ending | undefined)[]> {
  const { endings } = await decideIn(tx, fulfillment, items);
  return items.map((item) => endings.get(item));
}

interface BatchEnding {
  /** Of the items whose turn came. */
  readonly endings: ReadonlyMap<BatchItem, Ending>;
  readonly owed: Owed;
}

async function decideIn(
  tx: Transaction,
  fulfillment: Fulfillment,
  items: readonly BatchItem[],
): Promise<BatchEnding> {
  await fulfillment.at('before-claim');
  const claim = await claimItems(tx, items);
  await fulfillment.at('after-locks');
  const { time, survivors } = claim;
  const overfull = claim.older.length === mostTakenAlong;
  const endings = new Map<BatchItem, Ending>();
  const fresh = overfull ? [] : claim.fresh.filter((item) => !refuse(item, time, endings));
  const open = byAcceptance([...claim.older, ...(overfull ? [] : claim.open)]);
  const todo: OpenMessage[] = [...open, ...fresh.map(({ message, place }) => ({ ...message, ...place }))];
  const unread = namesBeyond(ledgerNames(todo, survivors), claim.names);
  const set = workingSet(survivors, claim.ledger, await loadLedger(tx, unread));
  const decided = new Map<string, Decided>();
  const context = { ...fulfillment, time };
  for (const message of todo) decided.set(message.id, decide(set, message, context));
  const written: DecidedMessage[] = todo.flatMap((message) => {
    const decision = decided.get(message.id);
    return decision ? [{ message, decision, isNew: !('acceptedNumber' in message) }] : [];
  });
  const owed = await writeDecisions(tx, set, written, time);
  await fulfillment.at('before-commit');
  for (const item of items) {
    const ending = endings.get(item) ?? endingOf(item, claim, decided);
    if (ending) endings.set(item, ending);
  }
  return { endings, owed };
}

/** Items with the rows that they stand for, under lock: nobody else decides them, or for their accounts, until this transaction ends. */
interface Claim {
  readonly time: TransactionTime;
  readonly survivors: ReadonlyMap<string, string>;
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
}

interface FreshItem {
  /** Its id, and its place among the tries of its number. */
  readonly place: { readonly id: string; readonly attempt: number; readonly replaces?: string };
  readonly item: BatchItem;
  readonly message: Message;
}

/** Takes the locks, and reads under them; nothing waits for an answer but what needs it. */
async function claimItems(tx: Transaction, items: readonly BatchItem[]): Promise<Claim> {
  const messages = items.flatMap((item) => ('message' in item ? [item.message] : []));
  const ids = items.flatMap((item) => ('recorded' in item ? [item.recorded] : []));
  const things = [...(await findMessages(tx, ids)), ...messages];
  const names = ledgerNames(things);
  const [survivors, time, byId, byItsIdentity, olderNamed, ledger] = await Promise.all([
    lock(tx, {
      accounts: names.accounts,
      registrationKeys: names.registrationKeys,
      identities: things.flatMap(identitiesToLock),
    }),
    transactionTime(tx),
    // Under the locks again: whoever held them may have recorded some of these messages, or ended them.
    findMessages(tx, ids),
    findByIdentity(tx, messages),
    findOpenInTurn(tx, names.accounts, mostTakenAlong),
    loadLedger(tx, names),
  ]);
  const accounts = new Set([...names.accounts, ...[...survivors].flat()]);
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
  return { time, survivors: standing, older, recorded, open, fresh, standsFor, names, ledger };
}

/** A message that cannot be accepted at this time of the database's clock. */
function refuse(
  { item, message }: FreshItem,
  time: TransactionTime,
  endings: Map<BatchItem, Ending>,
): boolean {
  const fault = acceptanceFault(message, time);
  if (fault) endings.set(item, { outcome: 'invalid', code: 'INVALID_MESSAGE', errors: [fault] });
  return fault !== undefined;
}

/**
 * What became of the item; undefined when its turn has not come: behind more older orders than one transaction takes, or behind another
 * message of its number, which was rejected just now and leaves the number to it.
 */
function endingOf(item: BatchItem, claim: Claim, decided: ReadonlyMap<string, Decided>): Ending | undefined {
  const id = claim.standsFor.get(item);
  if (id === undefined) return { outcome: 'unknown' };
  const row = claim.recorded.get(id);
  const decision = decided.get(id);
  const fresh = claim.fresh.find(({ place }) => place.id === id);
  const first = row?.fingerprint ?? fresh?.message.fingerprint;
  if (first === undefined) throw new LocksOutdatedError();
  const status = decision?.status ?? row?.status;
  if ('message' in item && item.message.fingerprint !== first) {
    if (status === undefined || status === 'rejected') return undefined;
    return {
      outcome: 'conflict',
      code: kinds[item.message.kind].conflictCode,
      id,
      acceptedFingerprint: first,
    };
  }
  const repeat = row !== undefined && row.status !== 'accepted';
  if (decision) {
    const code = decision.status === 'fulfilled' ? {} : { code: decision.reason.code };
    return { outcome: 'decided', id, status: decision.status, ...code, repeat };
  }
  return repeat
    ? { outcome: 'decided', id, status: row.status, ...(row.reason && { code: row.reason.code }), repeat }
    : undefined;
}

/** Open rows, each once, in the order of their acceptance. */
function byAcceptance(rows: readonly MessageRow[]): readonly MessageRow[] {
  const open = new Map(rows.filter(({ status }) => status === 'accepted').map((row) => [row.id, row]));
  return [...open.values()].sort((a, b) => Number(BigInt(a.acceptedNumber) - BigInt(b.acceptedNumber)));
}
