import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { reading, statement, type Database } from '#src/persistence/database.ts';
import { messageColumns, type MessageRow } from '#src/persistence/messages.ts';
import { translated } from '#test/fulfillment/code-places.ts';
import type { Ledger } from '#test/fulfillment/open-ledger.ts';
import { firstDecision } from '#test/fulfillment/replay.ts';

/** The model: the same messages, decided one after the other by one process that nothing happens to. */
export interface Replay {
  /** Decides what was decided since the last time, in the recorded order. Everything must have ended. @returns how many */
  catchUp(): Promise<number>;
}

export function openReplay(recorded: Database, model: Fulfillment): Replay {
  /** Ids of messages here by their ids there. */
  const messages = new Map<string, string>();
  let upTo = '0';

  const asking =
    (database: Database): Ledger['query'] =>
    (sql, parameters) =>
      statement(reading(database), sql, parameters);

  return {
    async catchUp() {
      const rows = await statement<MessageRow>(
        reading(recorded),
        `select ${messageColumns} from message where decided_number > $1::bigint order by ${firstDecision}`,
        [upTo],
      );
      for (const row of rows) {
        const message = await translated(row, asking(recorded), asking(model.database), messages);
        const [ending] = await decideBatch(model, [{ message }]);
        if (ending?.outcome !== 'decided')
          throw new Error(`The replay of message ${row.id} ended as ${ending?.outcome}, not decided.`);
        messages.set(row.id, ending.id);
      }
      const numbers = rows.map(({ decidedNumber }) => BigInt(decidedNumber ?? '0'));
      upTo = String(numbers.reduce((most, number) => (number > most ? number : most), BigInt(upTo)));
      return rows.length;
    },
  };
}
