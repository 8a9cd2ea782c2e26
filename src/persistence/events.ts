import type { MessageKind } from '#jobs/kinds.ts';
import type { Note, Reason } from '#src/domain/decision.ts';
import { newId } from '#src/mechanisms/new-id.ts';
import { inserting, rowsOf } from '#src/persistence/columns.ts';
import { inTransaction, statement, type Database, type Transaction } from '#src/persistence/database.ts';
import type { NewReversal } from '#src/persistence/ledger-changes.ts';
import type { MessageStatus } from '#src/persistence/messages.ts';

/** What an event keeps of a decision that the message itself may not say for ever; where a field is missing there is none. */
export interface EventAbout {
  readonly status: MessageStatus;
  readonly reason?: Reason | null;
  readonly notes?: readonly Note[];
  /** Id of the hold that it was held by. */
  readonly hold?: string;
  /** The return that took it back. */
  readonly returnedBy?: { readonly requestNumber: string; readonly id: string; readonly at: string };
}

interface NewEvent {
  /** The number of the decision. */
  readonly sequence: string;
  readonly id: string;
  readonly type: string;
  readonly reseller: string | null;
  readonly message: string;
  readonly about: EventAbout;
  readonly certificateNumber: string | null;
  readonly certificateVersion: number | null;
}

const keptDays = 30;

const removedAtOnce = 1000;

/** `upgrade_order.fulfilled`. */
export function eventType(kind: MessageKind, status: MessageStatus): string {
  return `${kind.replaceAll('-', '_')}.${status}`;
}

const insertEvents = inserting('event', [
  'sequence',
  'id',
  'type',
  'reseller',
  'message',
  'about',
  'certificateNumber',
  'certificateVersion',
]);

/** Writes events of decisions, in their transaction. */
export async function recordEvents(tx: Transaction, events: readonly NewEvent[]): Promise<void> {
  if (events.length > 0) await statement(tx, insertEvents.sql, insertEvents.source.parameters(events));
}

/** What is told of no message. */
export interface SystemEvent {
  readonly type: string;
  /** Whose feed it stands in, beside that of operators; null: theirs alone. */
  readonly reseller: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  /** Where the thing is, below the public address: `/v1/accounts/acme/licenses`. */
  readonly path: string;
}

/**
 * Writes events about no message, in the transaction of what they tell of; they draw their sequence here. One that is about an account
 * may be written under the account's lock alone, so that the account's events stand in the feed in the order of their sequence.
 */
export async function recordSystemEvents(tx: Transaction, events: readonly SystemEvent[]): Promise<void> {
  if (events.length === 0) return;
  await statement(
    tx,
    `insert into event (sequence, id, type, reseller, about)
     select nextval('decision_number'), id, type, reseller, about from ${systemEvents.sql} as told order by ordinality`,
    systemEvents.parameters(
      events.map(({ type, reseller, data, path }) => ({
        id: newId(),
        type,
        reseller,
        about: { data, path },
      })),
    ),
  );
}

const systemEvents = rowsOf('event', ['id', 'type', 'reseller', 'about']);

/**
 * Writes that certificates are ready, for those whose PDF was stored in this transaction; they draw their sequence here, and so need
 * the locks of the accounts that their messages are about.
 */
export async function recordReady(
  tx: Transaction,
  certificates: readonly { readonly number: string; readonly version: number }[],
): Promise<void> {
  if (certificates.length === 0) return;
  await statement(
    tx,
    `insert into event (sequence, id, type, reseller, message, about, certificate_number, certificate_version)
     select nextval('decision_number'), told.id, 'certificate.ready', message.reseller, message.id, '{}', told.number, told.version
     from unnest($1::text[], $2::integer[], $3::uuid[]) as told (number, version, id)
     join certificate using (number, version) join message on message.id = certificate.message
     -- Written anew by this transaction.
     where certificate.xmin = pg_current_xact_id()::xid`,
    [
      certificates.map(({ number }) => number),
      certificates.map(({ version }) => version),
      certificates.map(() => newId()),
    ],
  );
}

/** The same for a held message that another one withdrew just now. */
export async function recordWithdrawn(tx: Transaction, message: string): Promise<void> {
  await statement(
    tx,
    `insert into event (sequence, id, type, reseller, message, about)
     select decided_number, $2::uuid, replace(kind, '-', '_') || '.rejected', reseller, id,
       jsonb_build_object('status', status, 'reason', reason, 'notes', notes)
     from message where id = $1::uuid and status = 'rejected' and reason ->> 'code' = 'WITHDRAWN'`,
    [message, newId()],
  );
}

/** The same for orders and change requests that a return took back; what only went along with them is not told of. */
export async function recordReturned(tx: Transaction, reversals: readonly NewReversal[]): Promise<void> {
  const direct = reversals.filter(({ takenAlong }) => !takenAlong);
  if (direct.length === 0) return;
  await statement(
    tx,
    `insert into event (sequence, id, type, reseller, message, about, certificate_number, certificate_version)
     select nextval('decision_number'), gone.id, replace(message.kind, '-', '_') || '.returned', message.reseller, message.id,
       jsonb_build_object('status', message.status, 'reason', message.reason, 'notes', message.notes,
         'returnedBy', jsonb_build_object('requestNumber', returner.number, 'id', returner.id, 'at', now())),
       message.certificate_number, message.certificate_version
     from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as gone (message, "reversedBy", id)
     join message on message.id = gone.message join message as returner on returner.id = gone."reversedBy"
     where message.kind in ('upgrade-order', 'change-request')`,
    [
      direct.map(({ message }) => message),
      direct.map(({ reversedBy }) => reversedBy),
      direct.map(() => newId()),
    ],
  );
}

/**
 * Gives events that were committed their places in the feed, at most so many, by their sequence. Places are given by one transaction
 * after the other: nothing ever comes before what has a place already, and what commits late gets a later one. Events of one account
 * commit in the order of their sequence, since they are decided under its lock, and so stand in that order.
 */
export async function placeEvents(database: Database, most: number): Promise<void> {
  await inTransaction(database, async (tx) => {
    await Promise.all([
      statement(tx, `select pg_advisory_xact_lock(hashtextextended('chancery places of events', 0))`),
      statement(
        tx,
        `update event set position = placed.position from (
           select sequence, nextval('event_position') as position from (
             select sequence from event where position is null order by sequence limit $1
           ) as waiting
         ) as placed where event.sequence = placed.sequence`,
        [most],
      ),
    ]);
  });
}

/**
 * Removes events older than 30 days, in small transactions; each gets its place first, so that whoever reads on from before it is
 * told. Safe to repeat; of several processes one works.
 * @returns how many
 */
export async function removeOldEvents(database: Database): Promise<number> {
  for (let removed = 0; ;) {
    const gone = await removePiece(database);
    if (gone === undefined) {
      await placeEvents(database, removedAtOnce);
      continue;
    }
    if (gone === 0) return removed;
    removed += gone;
  }
}

/** @returns how many were removed; undefined when the oldest must get its place first */
function removePiece(database: Database): Promise<number | undefined> {
  return inTransaction(database, async (tx) => {
    const [oldest] = await statement<{ readonly unplaced: boolean }>(
      tx,
      `select position is null as unplaced from event where sequence = (select min(sequence) from event)
         and made_at < now() - make_interval(days => ${keptDays}) and pg_try_advisory_xact_lock(hashtext('chancery old events'))`,
    );
    if (!oldest) return 0;
    if (oldest.unplaced) return undefined;
    const [gone] = await statement<{ readonly count: number }>(
      tx,
      `with old as (
         delete from event where sequence in (
           select sequence from (select sequence, made_at, position from event order by sequence limit ${removedAtOnce}) as oldest
           where made_at < now() - make_interval(days => ${keptDays}) and position is not null
         ) returning position
       ), noted as (
         update event_removed set position = greatest(event_removed.position, (select max(position) from old))
         where exists (select from old)
       )
       select count(*)::integer as count from old`,
    );
    return gone?.count ?? 0;
  });
}
