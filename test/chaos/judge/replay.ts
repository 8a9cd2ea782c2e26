import { messageOf, type Message } from '#jobs/message.ts';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { reading, statement, type Database } from '#src/persistence/database.ts';
import { messageColumns, type MessageRow } from '#src/persistence/messages.ts';

/** The model: the same messages, decided one after the other by one process that nothing happens to. */
export interface Replay {
  /** Decides what was decided since the last time, in the recorded order. Everything must have ended. @returns how many */
  catchUp(): Promise<number>;
}

export function openReplay(recorded: Database, model: Fulfillment): Replay {
  /** Ids of messages here by their ids there. */
  const messages = new Map<string, string>();
  let upTo = '0';

  /** The Registration Key that was issued here for the order for which the one there was issued. */
  const keyHere = async (there: string): Promise<string> => {
    const [issued] = await statement<{ readonly message: string }>(
      reading(recorded),
      `select message from registration_key as key
       join certificate on certificate.number = key.certificate_number and certificate.version = 1 where key.code = $1`,
      [there],
    );
    const [here] = await statement<{ readonly key: string }>(
      reading(model.database),
      "select facts->>'registrationKey' as key from certificate where message = $1::uuid",
      [(issued && messages.get(issued.message)) ?? null],
    );
    return here?.key ?? there;
  };

  const asReplayed = async (row: MessageRow): Promise<Message> => {
    switch (row.kind) {
      case 'upgrade-order':
        return messageOf('upgrade-order', row.content);
      case 'registration':
        return messageOf('registration', {
          ...row.content,
          registrationKey: await keyHere(row.content.registrationKey),
        });
      case 'merge-request':
        return messageOf('merge-request', row.content);
      case 'change-request':
        return messageOf('change-request', row.content);
    }
  };

  return {
    async catchUp() {
      const rows = await statement<MessageRow>(
        reading(recorded),
        `select ${messageColumns} from message where decided_number > $1::bigint order by message.decided_number`,
        [upTo],
      );
      for (const row of rows) {
        const [ending] = await decideBatch(model, [{ message: await asReplayed(row) }]);
        if (ending?.outcome !== 'decided')
          throw new Error(`The replay of message ${row.id} ended as ${ending?.outcome}, not decided.`);
        messages.set(row.id, ending.id);
      }
      upTo = rows.at(-1)?.decidedNumber ?? upTo;
      return rows.length;
    },
  };
}
