import { hash } from 'node:crypto';
import type { Kind } from '#jobs/kind.ts';
import { kinds } from '#jobs/kinds.ts';
import type { FieldError, Message } from '#jobs/message.ts';
import { maskCodesIn } from '#src/domain/masked-codes.ts';
import { samenessOf, type Sameness, type Try } from '#src/domain/sameness.ts';
import { acceptanceFault } from '#src/fulfillment/batch/acceptance-fault.ts';
import { repeatingTransaction } from '#src/fulfillment/batch/repeating-transaction.ts';
import { IdentityTakenError } from '#src/fulfillment/batch/write-decisions.ts';
import { accountsNamed, identitiesToLock, identityOf } from '#src/fulfillment/deciding/message-names.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { writeAudit } from '#src/persistence/audit.ts';
import type { Transaction } from '#src/persistence/database.ts';
import {
  findIdempotencyKeys,
  lockIdempotencyKeys,
  nameOf,
  rememberIdempotencyKeys,
  type IdempotencyKey,
} from '#src/persistence/idempotency.ts';
import { lock } from '#src/persistence/locks.ts';
import { replaceMessages } from '#src/persistence/message-tries.ts';
import {
  findByIdentity,
  insertMessages,
  type MessageRow,
  type NewMessage,
} from '#src/persistence/messages.ts';
import { transactionTime } from '#src/persistence/transaction-time.ts';

export type ConflictCode = Kind<unknown>['conflictCode'];

/** What became of a message at the door. */
export type Acceptance =
  | {
      readonly outcome: 'accepted';
      readonly id: string;
      /** The rejected message of the same number that this one is a new try of. */
      readonly replaces?: string;
    }
  | { readonly outcome: 'repeat'; readonly id: string }
  | {
      readonly outcome: 'conflict';
      readonly code: ConflictCode;
      readonly id: string;
      readonly acceptedFingerprint: string;
    }
  | { readonly outcome: 'invalid'; readonly code: string; readonly errors: readonly FieldError[] };

/** A message as it came before under the same identity, for `samenessOf`. */
export interface Earlier extends Try {
  readonly id: string;
}

export function earlierOf({
  id,
  fingerprint,
  attempt,
  status,
}: Pick<MessageRow, 'id' | 'fingerprint' | 'attempt' | 'status'>): Earlier {
  return { id, fingerprint, attempt, isRejected: status === 'rejected' };
}

/** A message whose number was accepted before is the same again, or another in its place; undefined when it may be accepted (rules §6). */
export function againstEarlier(
  message: Message,
  sameness: Sameness<Earlier>,
): Extract<Acceptance, { outcome: 'repeat' | 'conflict' }> | undefined {
  switch (sameness.is) {
    case 'repeat':
      return { outcome: 'repeat', id: sameness.of.id };
    case 'conflict': {
      const { id, fingerprint } = sameness.of;
      return {
        outcome: 'conflict',
        code: kinds[message.kind].conflictCode,
        id,
        acceptedFingerprint: fingerprint,
      };
    }
    case 'first':
    case 'new-try':
      return undefined;
  }
}

/** What a message is recorded with when it may be accepted: its place among the tries of its number. */
export function placeAfter(sameness: Sameness<Earlier>): {
  readonly attempt: number;
  readonly replaces?: string;
} {
  return sameness.is === 'first'
    ? { attempt: 1 }
    : { attempt: sameness.of.attempt + 1, replaces: sameness.of.id };
}

/** A message at the door. */
export interface Arrival {
  readonly message: Message;
  /** Who brings it, for its history: `reseller northwind`, `feed orders.csv`. */
  readonly by: string;
  /** What else its history says of how it came: the member who sent it from the portal, in which language. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** The sender's own word for this one sending; with another message it is refused. */
  readonly idempotencyKey?: string | undefined;
}

/** `reused`: the same idempotency key came with another message before, and nothing was recorded. */
export type Arrived = Acceptance | { readonly outcome: 'reused' };

/** What else is written with the messages, in their transaction, which may run more than once. */
export type AlongWith = (tx: Transaction, arrived: readonly Arrived[]) => Promise<void>;

/**
 * Records messages durably, in the order of the list, without deciding them: when it resolves, they are committed, and with them the
 * idempotency keys that they came with. Safe to repeat: what is recorded already is a `repeat` (rules §6).
 */
export async function accept(
  { database }: Pick<Fulfillment, 'database'>,
  arrivals: readonly Arrival[],
  alongWith?: AlongWith,
): Promise<readonly Arrived[]> {
  if (arrivals.length === 0) return [];
  const keys = new Map(arrivals.map((arrival) => [arrival, keyOf(arrival)]));
  const keyed = [...keys.values()].filter((key) => key !== undefined);
  if (keyed.length === 0) {
    return repeatingTransaction(database, async (tx) => {
      const arrived = await acceptIn(tx, arrivals);
      await alongWith?.(tx, arrived);
      return arrived;
    });
  }
  return repeatingTransaction(database, async (tx) => {
    const [, found] = await Promise.all([lockIdempotencyKeys(tx, keyed), findIdempotencyKeys(tx, keyed)]);
    const used = new Map(found);
    const admitted = arrivals.filter((arrival) => {
      const key = keys.get(arrival);
      if (!key) return true;
      const before = used.get(nameOf(key)) ?? key.fingerprint;
      used.set(nameOf(key), before);
      return before === key.fingerprint;
    });
    const acceptances = admitted.length === 0 ? [] : await acceptIn(tx, admitted);
    const outcomes = new Map(admitted.map((arrival, i) => [arrival, acceptances[i]]));
    const uses = admitted.flatMap((arrival) => {
      const key = keys.get(arrival);
      const acceptance = outcomes.get(arrival);
      const isRecorded = acceptance?.outcome === 'accepted' || acceptance?.outcome === 'repeat';
      return key && isRecorded ? [{ ...key, message: acceptance.id }] : [];
    });
    await rememberIdempotencyKeys(tx, uses);
    const arrived = arrivals.map((arrival): Arrived => outcomes.get(arrival) ?? { outcome: 'reused' });
    await alongWith?.(tx, arrived);
    return arrived;
  });
}

/** As `accept`, for messages that all come from one place, without idempotency keys. */
export async function acceptMessages(
  { database }: Pick<Fulfillment, 'database'>,
  messages: readonly Message[],
  by: string,
): Promise<readonly Acceptance[]> {
  if (messages.length === 0) return [];
  const arrivals = messages.map((message) => ({ message, by }));
  return repeatingTransaction(database, (tx) => acceptIn(tx, arrivals));
}

function keyOf({ message, by, idempotencyKey }: Arrival): IdempotencyKey | undefined {
  if (idempotencyKey === undefined) return undefined;
  const fingerprint = hash('sha256', `${message.kind} ${message.fingerprint}`);
  return { holder: by, key: idempotencyKey, fingerprint };
}

async function acceptIn(tx: Transaction, arrivals: readonly Arrival[]): Promise<readonly Acceptance[]> {
  const messages = arrivals.map(({ message }) => message);
  const [, time, known] = await Promise.all([
    lock(tx, {
      accounts: messages.flatMap(accountsNamed),
      identities: messages.flatMap(identitiesToLock),
    }),
    transactionTime(tx),
    findByIdentity(tx, messages),
  ]);
  const tries = Map.groupBy(
    known.map((row) => ({ ...earlierOf(row), identity: identityOf(row) })),
    byIdentity,
  );
  const rows: (NewMessage & { readonly id: string })[] = [];
  const replaced: { readonly id: string; readonly replaces: string; readonly by: string }[] = [];
  const acceptances = arrivals.map(({ message, by, details }): Acceptance => {
    const identity = identityOf(message);
    const earlier = tries.get(identity) ?? [];
    const sameness = samenessOf(message.fingerprint, earlier);
    const before = againstEarlier(message, sameness);
    if (before) return before;
    const fault = acceptanceFault(message, time);
    if (fault) return { outcome: 'invalid', code: 'INVALID_MESSAGE', errors: [fault] };
    const place = { id: newId(), ...placeAfter(sameness) };
    const { fingerprint } = message;
    tries.set(identity, [...earlier, { ...place, fingerprint, isRejected: false, identity }]);
    rows.push({
      ...message,
      ...place,
      events: [{ at: time.now, event: 'accepted', by, ...(details && { details }) }],
    });
    const { id, replaces } = place;
    if (replaces !== undefined) replaced.push({ id, replaces, by });
    return { outcome: 'accepted', id, ...(replaces !== undefined && { replaces }) };
  });
  const [inserted, freed] = await Promise.all([insertMessages(tx, rows), replaceMessages(tx, replaced)]);
  if (inserted.size !== rows.length || freed !== replaced.length) throw new IdentityTakenError();
  await tellOfPersons(tx, rows);
  return acceptances;
}

/** What an operator sends over HTTP is a change that a person makes. Programs of resellers are none. */
async function tellOfPersons(
  tx: Transaction,
  rows: readonly (NewMessage & { readonly id: string })[],
): Promise<void> {
  for (const { id, kind, number, account, events } of rows) {
    const by = events[0]?.by ?? '';
    if (!by.startsWith('operator ')) continue;
    const details = { kind, number: maskCodesIn(number) };
    await writeAudit(tx, { by, action: 'message-sent', on: { kind: 'message', id }, account, details });
  }
}

const byIdentity = ({ identity }: { readonly identity: string }): string => identity;
