import { kinds } from '#jobs/kinds.ts';
import type { FieldError } from '#jobs/message.ts';
import type { ConflictCode } from '#src/fulfillment/batch/accept-messages.ts';
import { acceptanceFault } from '#src/fulfillment/batch/acceptance-fault.ts';
import {
  claimItems,
  mostTakenAlong,
  type BatchItem,
  type Claim,
  type FreshItem,
} from '#src/fulfillment/batch/claim-items.ts';
import { catalogTooOld, earlyMessages } from '#src/fulfillment/batch/early-messages.ts';
import { refuseUnlocked } from '#src/fulfillment/batch/refuse-unlocked.ts';
import { repeatingTransaction } from '#src/fulfillment/batch/repeating-transaction.ts';
import { changesIn, firstTurn, namedFirst } from '#src/fulfillment/batch/turns.ts';
import { recordOpen, writeDecisions, type DecidedMessage } from '#src/fulfillment/batch/write-decisions.ts';
import { prepareChanges } from '#src/fulfillment/deciding/changing/prepare.ts';
import { decide, type OpenMessage } from '#src/fulfillment/deciding/decide.ts';
import type { Decided } from '#src/fulfillment/deciding/decided.ts';
import {
  ledgerNames,
  loadLedger,
  namesBeyond,
  workingSet,
} from '#src/fulfillment/deciding/load-working-set.ts';
import type { Fulfillment, Owed } from '#src/fulfillment/fulfillment.ts';
import type { MeasuredDecision } from '#src/fulfillment/meters.ts';
import type { Transaction } from '#src/persistence/database.ts';
import { LocksOutdatedError } from '#src/persistence/locks.ts';
import { type MessageRow } from '#src/persistence/messages.ts';
import { type TransactionTime } from '#src/persistence/transaction-time.ts';

export type { BatchItem };

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
    const begunAt = performance.now();
    const found = await repeatingTransaction(fulfillment.database, (tx, farther) =>
      decideIn(tx, fulfillment, batch, farther),
    );
    await fulfillment.at('after-commit');
    fulfillment.meters.batch(found.decisions, (performance.now() - begunAt) / 1000);
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
  readonly decisions: readonly MeasuredDecision[];
}

async function decideIn(
  tx: Transaction,
  fulfillment: Fulfillment,
  items: readonly BatchItem[],
  farther: readonly string[] = [],
): Promise<BatchEnding> {
  await fulfillment.at('before-claim');
  const claim = await claimItems(tx, items, farther);
  await fulfillment.at('after-locks');
  const { time, survivors } = claim;
  const overfull = claim.older.length >= mostTakenAlong && (await areDecidable(tx, fulfillment, claim));
  const endings = new Map<BatchItem, Ending>();
  const fresh = overfull ? [] : claim.fresh.filter((item) => !refuse(item, time, endings));
  const open = byAcceptance([...claim.older, ...(overfull ? [] : claim.open)]);
  const all: OpenMessage[] = [...open, ...fresh.map(({ message, place }) => ({ ...message, ...place }))];
  const todo = firstTurn(namedFirst(all));
  const unread = namesBeyond(ledgerNames(todo, survivors), claim.names);
  const set = workingSet(survivors, claim.ledger, await loadLedger(tx, unread));
  const requests = changesIn(todo);
  refuseUnlocked(set, requests, claim);
  const decided = new Map<string, Decided>();
  const changes = await prepareChanges(tx, set, requests, claim.reach);
  const context = { ...fulfillment, time, changes };
  const early = await earlyMessages(tx, fulfillment, todo, set);
  for (const message of todo)
    if (!early.has(message.id)) decided.set(message.id, decide(set, message, context));
  await recordOpen(
    tx,
    todo.filter((message) => early.has(message.id) && !('acceptedNumber' in message)),
    time,
  );
  const written: DecidedMessage[] = todo.flatMap((message) => {
    const decision = decided.get(message.id);
    return decision ? [{ message, decision, isNew: !('acceptedNumber' in message) }] : [];
  });
  const owed = await writeDecisions(tx, set, written, time, fulfillment.events);
  await fulfillment.at('before-commit');
  const freshById = new Map(claim.fresh.map((item) => [item.place.id, item]));
  for (const item of items) {
    const ending = endings.get(item) ?? endingOf(item, claim, freshById, decided, early);
    if (ending) endings.set(item, ending);
  }
  return { endings, owed, decisions: written.map(measured) };
}

function measured({ message, decision }: DecidedMessage): MeasuredDecision {
  const { status } = decision;
  return { kind: message.kind, status, code: decision.status === 'fulfilled' ? '' : decision.reason.code };
}

/** Whether any of the orders ahead is decided here; where none is, the items are left open behind them. */
async function areDecidable(tx: Transaction, fulfillment: Fulfillment, claim: Claim): Promise<boolean> {
  const ahead = byAcceptance(claim.older);
  const early = await earlyMessages(tx, fulfillment, ahead, workingSet(claim.survivors, claim.ledger));
  return early.size < ahead.length;
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
function endingOf(
  item: BatchItem,
  claim: Claim,
  freshById: ReadonlyMap<string, FreshItem>,
  decided: ReadonlyMap<string, Decided>,
  early: ReadonlySet<string>,
): Ending | undefined {
  const id = claim.standsFor.get(item);
  if (id === undefined) return { outcome: 'unknown' };
  const row = claim.recorded.get(id);
  const decision = decided.get(id);
  const first = row?.fingerprint ?? freshById.get(id)?.message.fingerprint;
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
  if (early.has(id))
    return { outcome: 'decided', id, status: 'accepted', code: catalogTooOld.code, repeat: false };
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
