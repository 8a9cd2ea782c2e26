import { type Message, messageOf } from '#jobs/message.ts';
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
  for (const message of await recordedMessages(source, order)) {
    await decideAll(target.fulfillment, await translated(message, source, target));
  }
}

/** All messages of the ledger in the order in which they were accepted, or decided. */
export async function recordedMessages(
  ledger: Ledger,
  order: 'acceptance' | 'decision',
): Promise<readonly Message[]> {
  const column = order === 'acceptance' ? 'accepted_number' : 'decided_number';
  const ids = (await ledger.query<{ readonly id: string }>(`select id from message order by ${column}`)).map(
    ({ id }) => id,
  );
  const rows = new Map(
    (await findMessages(reading(ledger.database), ids)).map((row) => [
      row.id,
      messageOf(row.kind, row.content),
    ]),
  );
  return ids.flatMap((id) => rows.get(id) ?? []);
}

async function translated(message: Message, source: Ledger, target: Ledger): Promise<Message> {
  if (message.kind !== 'registration') return message;
  const theirs = await registrationKeyCodes(source);
  const name = [...theirs].find(([, code]) => code === message.content.registrationKey)?.[0] ?? '';
  const registrationKey = (await registrationKeyCodes(target)).get(name) ?? message.content.registrationKey;
  return messageOf('registration', { ...message.content, registrationKey });
}
