import { Temporal } from 'temporal-polyfill';
import type { Kind } from '#jobs/kind.ts';
import { kinds, kindsByName, type MessageKind } from '#jobs/kinds.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import type { FieldError, Message } from '#jobs/message.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { accountsNamed, identitiesToLock, identityOf } from '#src/fulfillment/deciding/message-names.ts';
import { repeatingTransaction } from '#src/fulfillment/batch/repeating-transaction.ts';
import { IdentityTakenError } from '#src/fulfillment/batch/write-decisions.ts';
import type { Transaction } from '#src/persistence/database.ts';
import { lock } from '#src/persistence/locks.ts';
import { findByIdentity, insertMessages } from '#src/persistence/messages.ts';
import { transactionTime, type TransactionTime } from '#src/persistence/transaction-time.ts';

export type ConflictCode = Kind<unknown>['conflictCode'];

/** What became of a message at the door. */
export type Acceptance =
  | { readonly outcome: 'accepted'; readonly id: string }
  | { readonly outcome: 'repeat'; readonly id: string }
  | {
      readonly outcome: 'conflict';
      readonly code: ConflictCode;
      readonly id: string;
      readonly acceptedFingerprint: string;
    }
  | { readonly outcome: 'invalid'; readonly code: string; readonly errors: readonly FieldError[] };

interface Earlier {
  readonly id: string;
  readonly fingerprint: string;
}

/** A message whose number was accepted before is the same again, or another in its place (licensing §6). */
export function againstEarlier(
  message: Message,
  { id, fingerprint }: Earlier,
): Extract<Acceptance, { outcome: 'repeat' | 'conflict' }> {
  return fingerprint === message.fingerprint
    ? { outcome: 'repeat', id }
    : { outcome: 'conflict', code: kinds[message.kind].conflictCode, id, acceptedFingerprint: fingerprint };
}

/**
 * Records messages durably, in the order of the list, without deciding them: when it resolves, they are committed. Safe to repeat:
 * what is recorded already is a `repeat` (licensing §6).
 * @param by who brought them, for their history: `reseller northwind`, `feed orders.csv`
 */
export async function acceptMessages(
  fulfillment: Fulfillment,
  messages: readonly Message[],
  by: string,
): Promise<readonly Acceptance[]> {
  if (messages.length === 0) return [];
  return repeatingTransaction(fulfillment.database, (tx) => acceptIn(tx, messages, by));
}

async function acceptIn(
  tx: Transaction,
  messages: readonly Message[],
  by: string,
): Promise<readonly Acceptance[]> {
  const [, time, known] = await Promise.all([
    lock(tx, {
      accounts: messages.flatMap(accountsNamed),
      identities: messages.flatMap(identitiesToLock),
    }),
    transactionTime(tx),
    findByIdentity(tx, messages),
  ]);
  const accepted = new Map(known.map((row) => [identityOf(row), row]));
  const fresh = new Map<string, Earlier & { readonly message: Message }>();
  const acceptances = messages.map((message): Acceptance => {
    const identity = identityOf(message);
    const row = accepted.get(identity);
    const before = row ?? fresh.get(identity);
    if (before) return againstEarlier(message, before);
    const fault = acceptanceFault(message, time);
    if (fault) return { outcome: 'invalid', code: 'INVALID_MESSAGE', errors: [fault] };
    const id = newId();
    fresh.set(identity, { id, fingerprint: message.fingerprint, message });
    return { outcome: 'accepted', id };
  });
  const rows = [...fresh.values()].map(({ id, message }) => ({
    ...message,
    id,
    events: [{ at: time.now, event: 'accepted', by }],
  }));
  const inserted = await insertMessages(tx, rows);
  if (inserted.size !== rows.length) throw new IdentityTakenError();
  return acceptances;
}

/** The one fault that only the database's clock can tell: an instant more than a day ahead (licensing §1). */
export function acceptanceFault<Kind extends MessageKind>(
  { kind, content }: Message<Kind>,
  time: TransactionTime,
): FieldError | undefined {
  const dated = kindsByName[kind].notAhead?.(content);
  if (!dated) return undefined;
  const { path, instant } = dated;
  // Whole seconds order as texts; which of two instants within one second is the later, Temporal tells.
  const isEarlier = instant.slice(0, secondsEnd) < time.now.slice(0, secondsEnd);
  if (isEarlier) return undefined;
  const latest = Temporal.Instant.from(time.now).add({ hours: 24 });
  if (Temporal.Instant.compare(instant, latest) <= 0) return undefined;
  return { path, message: 'must not be more than a day ahead' };
}

/** Where the seconds end in a canonical instant, `2026-11-20T09:30:00Z`. */
const secondsEnd = 19;
