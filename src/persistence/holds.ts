import { kinds, messageKinds } from '#jobs/kinds.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import { sqlList, type MessageRow } from '#src/persistence/messages.ts';

/** A hold with the reference of the message that it holds: the order or request number, or a registration's id. */
export interface HoldRow {
  readonly id: string;
  readonly message: string;
  readonly kind: MessageRow['kind'];
  readonly reseller: string | null;
  readonly reference: string;
  readonly code: string;
  readonly text: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly heldAt: string;
  readonly decision: 'approved' | 'rejected' | null;
  readonly decidedAt: string | null;
  readonly decidedBy: string | null;
  readonly reason: string | null;
  readonly keep: readonly string[] | null;
  /** For the inside: resellers never see it. */
  readonly note: string | null;
}

const numbered = sqlList(messageKinds.filter((kind) => kinds[kind].numberField !== null));

const holdColumns = `hold.id, hold.message, message.kind, message.reseller,
  case when message.kind in (${numbered}) then message.number else message.id::text end as reference,
  hold.code, hold.text, hold.details, hold.held_at as "heldAt", hold.decision, hold.decided_at as "decidedAt",
  hold.decided_by as "decidedBy", hold.reason, hold.keep, hold.note`;

export async function findHold(tx: Transaction, id: string): Promise<HoldRow | undefined> {
  const rows = await statement<HoldRow>(
    tx,
    `select ${holdColumns} from hold join message on message.id = hold.message where hold.id = $1::uuid`,
    [id],
  );
  return rows[0];
}

/** All holds of a message, oldest first. */
export async function findHoldsOfMessage(tx: Transaction, message: string): Promise<readonly HoldRow[]> {
  return statement(
    tx,
    `select ${holdColumns} from hold join message on message.id = hold.message where hold.message = $1::uuid order by hold.held_at, hold.id`,
    [message],
  );
}

/** Holds that wait for a person, oldest first; `after` is the id of the last one seen. */
export async function findOpenHolds(
  tx: Transaction,
  limit: number,
  after?: string,
): Promise<readonly HoldRow[]> {
  return statement(
    tx,
    `select ${holdColumns} from hold join message on message.id = hold.message
     where hold.decision is null and ($2::uuid is null or hold.id > $2::uuid) order by hold.id limit $1`,
    [limit, after ?? null],
  );
}

/** @returns whether the hold was open until now; of two decisions at once, one finds it open */
export async function recordHoldDecision(
  tx: Transaction,
  id: string,
  decision: 'approved' | 'rejected',
  by: string,
  reason: string,
  keep: readonly string[],
  note?: string,
): Promise<boolean> {
  const rows = await statement(
    tx,
    `update hold set decision = $2, decided_at = now(), decided_by = $3, reason = $4, keep = $5::jsonb, note = $6
     where id = $1::uuid and decision is null returning id`,
    [id, decision, by, reason, keep.length > 0 ? JSON.stringify(keep) : null, note ?? null],
  );
  return rows.length === 1;
}
