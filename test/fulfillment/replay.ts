import { messageOf, type Message } from '#jobs/message.ts';
import { moveAccount } from '#src/fulfillment/batch/move-account.ts';
import { reading } from '#src/persistence/database.ts';
import { findMessages } from '#src/persistence/messages.ts';
import { decideAll } from '#test/fulfillment/ending.ts';
import { registrationKeyCodes } from '#test/fulfillment/normalised-ledger.ts';
import type { Ledger } from '#test/fulfillment/open-ledger.ts';

/**
 * Gives every message of one ledger to another, one by one, in the recorded order. Registration Keys are other ones there: a
 * registration names the one that was issued for the same order.
 * @param target has the holdings that the source began with
 */
export async function replay(
  source: Ledger,
  target: Ledger,
  order: 'acceptance' | 'decision',
): Promise<void> {
  const moves = order === 'decision' ? await recordedMoves(source) : [];
  let moved = 0;
  for (const [message, number] of await numberedMessages(source, order)) {
    for (; (moves[moved]?.number ?? Infinity) < number; moved += 1) await moveAgain(moves[moved], target);
    await decideAll(target.fulfillment, await translated(message, source, target));
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
): Promise<readonly (readonly [Message, number])[]> {
  const column = order === 'acceptance' ? 'accepted_number' : 'decided_number';
  const numbers = await ledger.query<{ readonly id: string; readonly number: number }>(
    `select id, coalesce(${column}, 0)::integer as number from message order by ${column}`,
  );
  const ids = numbers.map(({ id }) => id);
  const rows = new Map(
    (await findMessages(reading(ledger.database), ids)).map((row) => [
      row.id,
      messageOf(row.kind, row.content),
    ]),
  );
  return numbers.flatMap(({ id, number }) => {
    const message = rows.get(id);
    return message ? [[message, number] as const] : [];
  });
}

async function translated(message: Message, source: Ledger, target: Ledger): Promise<Message> {
  if (message.kind !== 'registration') return message;
  const theirs = await registrationKeyCodes(source);
  const name = [...theirs].find(([, code]) => code === message.content.registrationKey)?.[0] ?? '';
  const registrationKey = (await registrationKeyCodes(target)).get(name) ?? message.content.registrationKey;
  return messageOf('registration', { ...message.content, registrationKey });
}
