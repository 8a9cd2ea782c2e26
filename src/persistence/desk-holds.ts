import { kinds, messageKinds, type MessageKind } from '#jobs/kinds.ts';
import { statement, type Transaction } from '#src/persistence/database.ts';
import { sqlList } from '#src/persistence/messages.ts';

/** A hold that waits, as a list shows it. */
export interface WaitingHold {
  readonly id: string;
  readonly code: string;
  readonly text: string;
  readonly heldAt: string;
  readonly message: string;
  readonly kind: MessageKind;
  /** The order or request number, or a registration's id. */
  readonly reference: string;
  readonly reseller: string | null;
  readonly account: string | null;
  readonly company: string | null;
}

const numbered = sqlList(messageKinds.filter((kind) => kinds[kind].numberField !== null));

/**
 * Holds that wait for a person, by code, oldest first, at most `limit`.
 * @param code of one code alone
 * @param after the last one seen
 */
export async function findWaitingHolds(
  tx: Transaction,
  limit: number,
  code: string | undefined,
  after: { readonly code: string; readonly id: string } | undefined,
): Promise<readonly WaitingHold[]> {
  const parameters: unknown[] = [limit];
  const conditions: string[] = [];
  if (code !== undefined) conditions.push(`hold.code = $${parameters.push(code)}`);
  if (after !== undefined)
    conditions.push(
      `(hold.code, hold.id) > ($${parameters.push(after.code)}, $${parameters.push(after.id)}::uuid)`,
    );
  return statement(
    tx,
    `select hold.id, hold.code, hold.text, hold.held_at as "heldAt", hold.message, message.kind, message.reseller, message.account,
       message.content->'customer'->>'company' as company,
       case when message.kind in (${numbered}) then message.number else message.id::text end as reference
     from hold join message on message.id = hold.message
     where hold.decision is null ${conditions.map((condition) => `and ${condition}`).join(' ')}
     order by hold.code, hold.id limit $1`,
    parameters,
  );
}

/** How many holds wait, by code; it counts no more than `most` in all. */
export async function countWaitingHolds(
  tx: Transaction,
  most: number,
): Promise<readonly { readonly code: string; readonly count: number }[]> {
  return statement(
    tx,
    `select code, count(*)::integer as count from (select code from hold where decision is null limit $1) as waiting group by code order by code`,
    [most],
  );
}
