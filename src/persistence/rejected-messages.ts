import { newId } from '#src/mechanisms/new-id.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import { storable, storableText } from '#src/persistence/storable.ts';

/** A message that came by a queue and could not be accepted. */
export interface RejectedMessage {
  readonly queue: string;
  readonly jobName: string;
  readonly code: string;
  readonly message: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  readonly content: unknown;
  /** SHA-256 of the content as it is kept (`storable`), hexadecimal. */
  readonly fingerprint: string;
  /** For a conflict: the fingerprint of what was accepted under the same number. */
  readonly acceptedFingerprint: string | null;
}

/** Keeps it, or counts it when it came before: the same content to the same queue is one row, however often it comes. */
export async function keepRejectedMessage(tx: Transaction, rejected: RejectedMessage): Promise<void> {
  await statement(
    tx,
    `insert into rejected_message (id, queue, job_name, code, message, errors, content, fingerprint, accepted_fingerprint)
     values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, decode($8, 'hex'), decode($9, 'hex'))
     on conflict on constraint rejected_message_once
     do update set count = rejected_message.count + 1, last_at = now(), code = excluded.code, message = excluded.message,
       errors = excluded.errors, accepted_fingerprint = excluded.accepted_fingerprint`,
    [
      newId(),
      rejected.queue,
      storableText(rejected.jobName),
      rejected.code,
      storableText(rejected.message),
      JSON.stringify(storable(rejected.errors)),
      JSON.stringify(storable(rejected.content ?? null)),
      rejected.fingerprint,
      rejected.acceptedFingerprint,
    ],
  );
}

/** Without content, which may hold codes; with what it called itself. */
export interface RejectedMessageRow extends Omit<RejectedMessage, 'content'> {
  readonly id: string;
  /** The order or request number that its content says. */
  readonly number: string | null;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly replayedAt: string | null;
  readonly setAsideAt: string | null;
  readonly setAsideBy: string | null;
  readonly setAsideReason: string | null;
}

/** What it calls itself; the same text is indexed. A content may be anybody's, and large. */
const number = `left(coalesce(content->>'orderNumber', content->>'requestNumber'), 64)`;

const columns = `id, case when pg_column_size(content) < 65536 then ${number} end as number, queue, job_name as "jobName", code, message, errors, encode(fingerprint, 'hex') as fingerprint,
  encode(accepted_fingerprint, 'hex') as "acceptedFingerprint", count, first_at as "firstAt", last_at as "lastAt", replayed_at as "replayedAt", set_aside_at as "setAsideAt",
  set_aside_by as "setAsideBy", set_aside_reason as "setAsideReason"`;

/** Those that were neither replayed nor set aside, latest first; with `all` the others too. @param after id of the last one seen */
export async function findRejectedMessages(
  tx: Transaction,
  limit: number,
  all = false,
  after?: string,
): Promise<readonly RejectedMessageRow[]> {
  const conditions = [
    ...(all ? [] : ['replayed_at is null and set_aside_at is null']),
    ...(after === undefined
      ? []
      : [
          '(last_at, id) < (select seen.last_at, seen.id from rejected_message as seen where seen.id = $2::uuid)',
        ]),
  ];
  return statement(
    tx,
    `select ${columns} from rejected_message ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
     order by last_at desc, id desc limit $1`,
    after === undefined ? [limit] : [limit, after],
  );
}

export async function findRejectedMessage(
  tx: Transaction,
  id: string,
): Promise<
  { readonly queue: string; readonly content: unknown; readonly setAsideBy: string | null } | undefined
> {
  const rows = await statement<{
    readonly queue: string;
    readonly content: unknown;
    readonly setAsideBy: string | null;
  }>(tx, 'select queue, content, set_aside_by as "setAsideBy" from rejected_message where id = $1::uuid', [
    id,
  ]);
  return rows[0];
}

export async function markReplayed(tx: Transaction, id: string): Promise<void> {
  await statement(tx, 'update rejected_message set replayed_at = now() where id = $1::uuid', [id]);
}

/** One of them, with its content. */
export async function findWholeRejectedMessage(
  tx: Transaction,
  id: string,
): Promise<(RejectedMessageRow & { readonly content: unknown }) | undefined> {
  const rows = await statement<RejectedMessageRow & { readonly content: unknown }>(
    tx,
    `select ${columns}, content from rejected_message where id = $1::uuid`,
    [id],
  );
  return rows[0];
}

/** Says that nobody will replay it. @returns whether it was waiting until now */
export async function markSetAside(
  tx: Transaction,
  id: string,
  by: string,
  reason: string,
): Promise<boolean> {
  const rows = await statement(
    tx,
    `update rejected_message set set_aside_at = now(), set_aside_by = $2, set_aside_reason = $3
     where id = $1::uuid and replayed_at is null and set_aside_at is null returning id`,
    [id, by, reason],
  );
  return rows.length === 1;
}

/** A refused message as a search finds it. */
export interface FoundRejectedMessage {
  readonly id: string;
  readonly queue: string;
  /** Why it was refused. */
  readonly code: string;
  readonly number: string | null;
}

export const foundRejected = `id, queue, code, ${number} as number`;

/** Those whose content says this order or request number, the latest first. */
export function findRejectedByNumber(
  tx: Transaction,
  text: string,
  limit: number,
): Promise<readonly FoundRejectedMessage[]> {
  return statement(
    tx,
    `select ${foundRejected} from rejected_message where ${number} = $1 order by last_at desc limit $2`,
    [text, limit],
  );
}
