import { kinds, messageKinds, type Contents, type MessageKind } from '#jobs/kinds.ts';
import type { Note, Reason } from '#src/domain/decision.ts';
import { rowsOf, selecting } from '#src/persistence/columns.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';

export const messageStatuses = ['accepted', 'fulfilled', 'held', 'rejected'] as const;
export type MessageStatus = (typeof messageStatuses)[number];

/** One line of a message's history. `by` says who: `reseller northwind`, `operator maria`, `worker`. */
export interface MessageEvent {
  readonly at: string;
  readonly event: string;
  readonly by: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An accepted message as it is kept; its content is what the kind's parser made of it. */
export type MessageRow = { readonly [Kind in MessageKind]: RowOf<Kind, Contents[Kind]> }[MessageKind];

interface RowOf<Kind extends string, Content> {
  readonly id: string;
  readonly kind: Kind;
  readonly reseller: string | null;
  readonly number: string;
  /** Hexadecimal. */
  readonly fingerprint: string;
  readonly content: Content;
  readonly account: string | null;
  readonly acceptedNumber: string;
  readonly acceptedAt: string;
  /** Which try of its number it is, from 1: a rejected one can be replaced by another (rules §6). */
  readonly attempt: number;
  readonly replaces: string | null;
  readonly replacedBy: string | null;
  readonly status: MessageStatus;
  readonly decidedNumber: string | null;
  readonly decidedAt: string | null;
  readonly reason: Reason | null;
  readonly notes: readonly Note[];
  readonly certificateNumber: string | null;
  readonly certificateVersion: number | null;
  readonly events: readonly MessageEvent[];
}

export const messageColumns = selecting('message', [
  'id',
  'kind',
  'reseller',
  'number',
  'fingerprint',
  'content',
  'account',
  'acceptedNumber',
  'acceptedAt',
  'attempt',
  'replaces',
  'replacedBy',
  'status',
  'decidedNumber',
  'decidedAt',
  'reason',
  'notes',
  'certificateNumber',
  'certificateVersion',
  'events',
]);

export interface MessageIdentity {
  readonly kind: string;
  readonly number: string;
  readonly reseller: string | null;
}

export async function findMessages(tx: Transaction, ids: readonly string[]): Promise<readonly MessageRow[]> {
  if (ids.length === 0) return [];
  return statement(tx, `select ${messageColumns} from message where id = any($1::uuid[])`, [ids]);
}

/** The messages accepted under these identities before, every try of each (rules §6). */
export async function findByIdentity(
  tx: Transaction,
  identities: readonly MessageIdentity[],
): Promise<readonly MessageRow[]> {
  if (identities.length === 0) return [];
  return statement(
    tx,
    `select ${messageColumns} from ${wantedIdentities.sql} as wanted
     join message on message.kind = wanted.kind and message.number = wanted.number and message.reseller is not distinct from wanted.reseller`,
    wantedIdentities.parameters(identities),
  );
}

/** Names of ours as a list of SQL texts. */
export function sqlList(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}

/** The kinds that take effect in the order of their acceptance, for `in`. */
const inTurn = sqlList(messageKinds.filter((kind) => kinds[kind].waitsForItsTurn));

/**
 * The open messages that wait for their turn, of the accounts and of the accounts merged into them, oldest acceptance first. Under the
 * accounts' locks these are all that must take effect before a newer one may.
 */
export async function findOpenInTurn(
  tx: Transaction,
  accounts: readonly string[],
  limit: number,
): Promise<readonly MessageRow[]> {
  if (accounts.length === 0) return [];
  return statement(
    tx,
    `with recursive named as (
       select id from unnest($1::text[]) as id
       union
       select merged.id from named cross join lateral (select id from account where merged_into = named.id offset 0) as merged
     )
     select ${messageColumns} from named cross join lateral (
       select * from (select * from message where account = named.id offset 0) as of_account
       where status = 'accepted' and kind in (${inTurn}) order by accepted_number limit $2
     ) as message order by message.accepted_number limit $2`,
    [accounts, limit],
  );
}

/** A message to record, not yet decided. Its acceptance number is drawn in the order of the list. */
export interface NewMessage extends MessageIdentity {
  readonly id: string;
  readonly fingerprint: string;
  readonly content: unknown;
  readonly account: string | null;
  readonly events: readonly MessageEvent[];
  /** 1 unless it replaces a rejected one. */
  readonly attempt?: number;
  readonly replaces?: string | null;
}

/** How a message ended, or that it is held. */
export interface MessageEnding {
  readonly id: string;
  readonly status: Exclude<MessageStatus, 'accepted'>;
  readonly decidedNumber: string;
  readonly reason: Reason | null;
  readonly notes: readonly Note[];
  readonly certificateNumber: string | null;
  readonly certificateVersion: number | null;
  readonly events: readonly MessageEvent[];
}

/**
 * Records messages; those with an ending are recorded as ended. Acceptance is the transaction's time.
 * @returns ids of those that were recorded; one is missing when its identity is taken by a transaction that committed meanwhile
 */
export async function insertMessages(
  tx: Transaction,
  messages: readonly (NewMessage & Partial<MessageEnding>)[],
): Promise<ReadonlySet<string>> {
  if (messages.length === 0) return new Set();
  const rows = await statement<{ readonly id: string }>(
    tx,
    `insert into message (id, kind, reseller, number, fingerprint, content, account, attempt, replaces, accepted_at, status, decided_number, decided_at,
       reason, notes, certificate_number, certificate_version, events)
     select id, kind, reseller, number, fingerprint, content, account, attempt, replaces, now(), coalesce(status, 'accepted'), "decidedNumber",
       case when status is not null then now() end, reason, coalesce(notes, '[]'), "certificateNumber", "certificateVersion", events
     from ${newMessages.sql} as recorded order by ordinality
     on conflict on constraint message_identity do nothing returning id`,
    newMessages.parameters(messages.map((message) => ({ ...firstAndOpen, ...message }))),
  );
  return new Set(rows.map(({ id }) => id));
}

/**
 * Ends messages that are open (or held, when a person has decided). `events` are added to those that the message has.
 * @returns how many had the status `from` until now
 */
export async function endMessages(
  tx: Transaction,
  endings: readonly MessageEnding[],
  from: 'accepted' | 'held' = 'accepted',
): Promise<number> {
  if (endings.length === 0) return 0;
  const rows = await statement(
    tx,
    `update message set status = ending.status, decided_number = ending."decidedNumber", decided_at = now(), reason = ending.reason,
       notes = ending.notes, certificate_number = ending."certificateNumber", certificate_version = ending."certificateVersion",
       events = message.events || ending.events
     from ${messageEndings.sql} as ending where message.id = ending.id and message.status = $9 returning message.id`,
    [...messageEndings.parameters(endings), from],
  );
  return rows.length;
}

const wantedIdentities = rowsOf('message', ['kind', 'number', 'reseller']);

const endingColumns = [
  'id',
  'status',
  'decidedNumber',
  'reason',
  'notes',
  'certificateNumber',
  'certificateVersion',
  'events',
] as const;

const firstAndOpen = {
  attempt: 1,
  replaces: null,
  status: null,
  decidedNumber: null,
  reason: null,
  notes: null,
  certificateNumber: null,
  certificateVersion: null,
};

const messageEndings = rowsOf('message', endingColumns);

const newMessages = rowsOf('message', [
  ...endingColumns,
  'kind',
  'reseller',
  'number',
  'fingerprint',
  'content',
  'account',
  'attempt',
  'replaces',
]);
