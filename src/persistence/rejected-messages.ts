import { v7 as uuidv7 } from 'uuid';
import { statement, type Transaction } from '#src/persistence/database.ts';

/** A message that came by a queue and could not be accepted. */
export interface RejectedMessage {
  readonly queue: string;
  readonly jobName: string;
  readonly code: string;
  readonly message: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  readonly content: unknown;
  /** SHA-256 of the content, hexadecimal. */
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
      uuidv7(),
      rejected.queue,
      rejected.jobName,
      rejected.code,
      rejected.message,
      JSON.stringify(rejected.errors),
      // PostgreSQL's jsonb cannot keep NUL; it is shown as the escape that JSON writes it with.
      JSON.stringify(rejected.content ?? null).replaceAll(String.raw`\u0000`, String.raw`\\u0000`),
      rejected.fingerprint,
      rejected.acceptedFingerprint,
    ],
  );
}
