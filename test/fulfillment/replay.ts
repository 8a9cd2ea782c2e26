import { moveAccount } from '#src/fulfillment/batch/move-account.ts';
import { reading } from '#src/persistence/database.ts';
import { findMessages, type MessageRow } from '#src/persistence/messages.ts';
import { translated } from '#test/fulfillment/code-places.ts';
import { decideAll } from '#test/fulfillment/ending.ts';
import type { Ledger } from '#test/fulfillment/open-ledger.ts';

/**
 * The place of a message among the decisions. One that was withdrawn was held before, and then ended once more: that it was decided first is
 * told by its event.
 */
export const firstDecision = `case when message.reason->>'code' = 'WITHDRAWN'
  then (select max(sequence) from event where event.message = message.id and type like '%.held') else message.decided_number end`;

/**
 * Gives every message of one ledger to another, one by one, in the recorded order. Codes are other ones there: a message names those that
 * have the same place.
 * @param target has the holdings that the source began with
 */
export async function replay(
  source: Ledger,
  target: Ledger,
  order: 'acceptance' | 'decision',
): Promise<void> {
  const moves = order === 'decision' ? await recordedMoves(source) : [];
  let moved = 0;
  const messages = new Map<string, string>();
  for (const [row, number] of await numberedMessages(source, order)) {
    for (; (moves[moved]?.number ?? Infinity) < number; moved += 1) await moveAgain(moves[moved], target);
    const message = await translated(row, source.query, target.query, messages);
    const [ending] = await decideAll(target.fulfillment, message);
    if (ending?.outcome === 'decided') messages.set(row.id, ending.id);
  }
  for (; moved < moves.length; moved += 1) await moveAgain(moves[moved], target);
}

interface RecordedMove {
  readonly account: string;
  readonly to: string | null;
  readonly number: number;
}

/** Accounts that operators moved, each with its place among the decisions. */
function recordedMoves(ledger: Ledger): Promise<readonly RecordedMove[]> {
  return ledger.query<RecordedMove>(
    'select account, to_reseller as "to", decided_number::integer as number from account_move order by decided_number',
  );
}

async function moveAgain(move: RecordedMove | undefined, { fulfillment }: Ledger): Promise<void> {
  if (move)
    await moveAccount(fulfillment, move.account, move.to, { by: 'operator replay', reason: 'as before' });
}

async function numberedMessages(
  ledger: Ledger,
  order: 'acceptance' | 'decision',
): Promise<readonly (readonly [MessageRow, number])[]> {
  const numbers = await ledger.query<{ readonly id: string; readonly number: number }>(
    `select id, coalesce(${order === 'acceptance' ? 'accepted_number' : firstDecision}, 0)::integer as number from message order by number`,
  );
  const ids = numbers.map(({ id }) => id);
  const rows = new Map((await findMessages(reading(ledger.database), ids)).map((row) => [row.id, row]));
  return numbers.flatMap(({ id, number }) => {
    const row = rows.get(id);
    return row ? [[row, number] as const] : [];
  });
}
