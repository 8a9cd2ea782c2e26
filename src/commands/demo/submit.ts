import type { MessageKind } from '#jobs/kinds.ts';
import { parseMessage } from '#jobs/message.ts';
import { untilSettled } from '#src/commands/demo/settled.ts';
import type { Stage } from '#src/commands/demo/stage.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { recordAndWake } from '#src/fulfillment/batch/record-and-wake.ts';
import { outcomeOf, type Outcome } from '#src/fulfillment/looking/outcome.ts';
import { reading } from '#src/persistence/database.ts';
import { findOutcomes } from '#src/persistence/outcomes.ts';

/** Sends a message the way that the HTTP intake does (recorded first, then enqueued) and waits for its outcome. */
export async function submit(stage: Stage, kind: MessageKind, data: unknown): Promise<Outcome> {
  const { fulfillment, queues, database } = stage.system;
  const parsed = parseMessage(kind, data);
  if (!parsed.ok) throw new CommandError(`The demo's ${kind} is wrong: ${JSON.stringify(parsed.errors)}`);
  const arrival = { message: parsed.message, by: 'demo' };
  const [acceptance] = await recordAndWake(fulfillment, [arrival], (of, ids) =>
    queues.enqueueRecorded(of, ids),
  );
  if (!acceptance || !('id' in acceptance)) throw new CommandError(`The demo's ${kind} was not accepted.`);
  await untilSettled(stage, 'messages');
  const [row] = await findOutcomes(reading(database), { ids: [acceptance.id] }, 1);
  if (!row) throw new CommandError(`The demo's ${kind} has no outcome.`);
  return outcomeOf(row, { kind: 'operator' });
}
