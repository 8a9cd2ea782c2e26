import { statement, type Transaction } from '#src/persistence/database.ts';
import type { RejectedMessage } from '#src/persistence/rejected-messages.ts';

export interface ListedRejectedMessage extends Omit<RejectedMessage, 'content'> {
  readonly id: string;
  /** How often the same content came. */
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly replayedAt: string | null;
}

/** The latest first. Without content, which may hold codes. */
export async function listRejectedMessages(
  tx: Transaction,
  limit: number,
): Promise<readonly ListedRejectedMessage[]> {
  return statement(
    tx,
    `select id, queue, job_name as "jobName", code, message, errors, encode(fingerprint, 'hex') as fingerprint,
       encode(accepted_fingerprint, 'hex') as "acceptedFingerprint", count, first_at as "firstAt", last_at as "lastAt",
       replayed_at as "replayedAt"
     from rejected_message order by last_at desc, id desc limit $1`,
    [limit],
  );
}
