import type { Stage } from '#src/commands/demo/stage.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { decideHold } from '#src/fulfillment/batch/decide-hold.ts';
import { outcomeOf, type Outcome } from '#src/fulfillment/looking/outcome.ts';
import { reading } from '#src/persistence/database.ts';
import { findOutcomes } from '#src/persistence/outcomes.ts';

/** Approves what is held, and shows what became of it. */
export async function approve({ system }: Stage, { id, hold }: Outcome, reason: string): Promise<Outcome> {
  if (id === undefined || hold === undefined) throw new CommandError('The demo found no hold to approve.');
  await decideHold(system.fulfillment, hold, { decision: 'approved', by: 'demo', reason, keep: [] });
  const [row] = await findOutcomes(reading(system.database), { ids: [id] }, 1);
  if (!row) throw new CommandError('What the demo approved is gone.');
  return outcomeOf(row, { kind: 'operator' });
}
