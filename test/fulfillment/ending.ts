import type { Message } from '#jobs/message.ts';
import { decideBatch, type Ending } from '#src/fulfillment/batch/decide-batch.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { outcomeOf, type Outcome } from '#src/fulfillment/looking/outcome.ts';
import { reading } from '#src/persistence/database.ts';
import { findOutcomes } from '#src/persistence/outcomes.ts';

/** Decides the messages as one batch. */
export function decideAll(
  fulfillment: Fulfillment,
  ...messages: readonly Message[]
): Promise<readonly Ending[]> {
  return decideBatch(
    fulfillment,
    messages.map((message) => ({ message })),
  );
}

/** Decides one message and reads its outcome as an operator sees it. */
export async function outcomeAfter(fulfillment: Fulfillment, message: Message): Promise<Outcome> {
  const [ending] = await decideAll(fulfillment, message);
  if (ending?.outcome !== 'decided')
    throw new Error(`The message was not decided: ${JSON.stringify(ending)}`);
  return outcomeById(fulfillment, ending.id);
}

export async function outcomeById({ database }: Fulfillment, id: string): Promise<Outcome> {
  const [row] = await findOutcomes(reading(database), { ids: [id] }, 1);
  if (!row) throw new Error(`There is no message ${id}.`);
  return outcomeOf(row, { kind: 'operator' });
}

/** The value, which the test cannot go on without. */
export function existing<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('The test expected something to be there.');
  return value;
}

/** How the items ended, in alphabetical order: for cases in which chance decides which of them does what. */
export function statusesOf(
  endings: readonly { readonly outcome: string; readonly status?: string }[],
): readonly string[] {
  return endings.map(({ outcome, status }) => status ?? outcome).toSorted();
}
