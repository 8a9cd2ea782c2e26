import { userInfo } from 'node:os';
import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { outcomeText } from '#src/commands/terminal/outcome-text.ts';
import { heading, print, printJson } from '#src/commands/terminal/output.ts';
import { withSystem } from '#src/commands/with-system.ts';
import { decideHold, type HoldDecision } from '#src/fulfillment/batch/decide-hold.ts';
import { catalogTooOld } from '#src/fulfillment/batch/early-messages.ts';
import { outcomeOf, type Outcome } from '#src/fulfillment/looking/outcome.ts';
import { reading } from '#src/persistence/database.ts';
import type { HoldRow } from '#src/persistence/holds.ts';
import { findOutcomes } from '#src/persistence/outcomes.ts';

interface Options {
  readonly decision: HoldDecision['decision'];
  readonly reason: string;
  readonly note?: string;
  readonly keep?: readonly string[];
  readonly despiteNewer?: boolean;
  readonly by?: string;
  readonly json?: boolean;
}

const checked = z.object({
  id: z.uuid('must be the id of a hold, as "chancery holds list" shows it'),
  reason: field.line(1000),
  note: field.line(1000).optional(),
  by: field.resellerName,
  keep: field.list(field.activationCode),
});

/** `chancery holds approve ID` and `chancery holds reject ID`. */
export async function runHoldDecision(
  id: string,
  { decision, reason, note, keep = [], despiteNewer = false, by = userInfo().username, json }: Options,
): Promise<0> {
  const parsed = checked.safeParse({ id, reason, note, by, keep });
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${String(path[0])} ${message}`);
    throw new CommandError(`It cannot be decided like this: ${faults.join('; ')}.`, 2);
  }
  const wanted = {
    decision,
    despiteNewer,
    by: parsed.data.by,
    reason: parsed.data.reason,
    note: parsed.data.note,
    keep: parsed.data.keep,
  };
  const { hold, outcome } = await withSystem(async ({ fulfillment }) => {
    const ending = await decideHold(fulfillment, parsed.data.id, wanted);
    switch (ending.outcome) {
      case 'unknown':
        throw new CommandError(`There is no hold ${id}. "chancery holds list" shows those that wait.`);
      case 'already-decided':
        throw new CommandError(alreadyDecided(ending.hold));
      case 'newer':
        throw new CommandError(
          `The order ${ending.newer.number} was accepted later and has set what this approval would change (NEWER_ORDER_FULFILLED). The hold still waits; --despite-newer approves it all the same.`,
        );
      case 'early':
        throw new CommandError(`${catalogTooOld.message} (${catalogTooOld.code}) The hold still waits.`);
      case 'unfit':
        throw new CommandError(`${ending.message} (${ending.code}) The hold still waits.`);
      case 'decided': {
        const [row] = await findOutcomes(reading(fulfillment.database), { ids: [ending.hold.message] }, 1);
        if (!row) throw new CommandError(`What the hold ${id} held is gone.`);
        return { hold: ending.hold, outcome: outcomeOf(row, { kind: 'operator' }) };
      }
    }
  });
  if (json) printJson(decidedHold(hold, outcome));
  else {
    print(heading(`${hold.reference}: hold ${hold.decision} by ${hold.decidedBy}`));
    print(outcomeText(outcome));
  }
  return 0;
}

function alreadyDecided({ id, decision, decidedBy, decidedAt, reason }: HoldRow): string {
  const when = decidedAt === null ? '' : ` at ${new Date(decidedAt).toISOString()}`;
  return `The hold ${id} was ${decision ?? 'decided'} by ${decidedBy ?? 'somebody'}${when}: ${reason ?? ''}`;
}

/** The same shape as over HTTP. */
function decidedHold(hold: HoldRow, outcome: Outcome) {
  const { message: messageId, text: message, heldAt, decidedAt, keep, ...rest } = hold;
  return {
    ...rest,
    messageId,
    message,
    heldAt: new Date(heldAt).toISOString(),
    decidedAt: decidedAt === null ? null : new Date(decidedAt).toISOString(),
    keep: keep ?? [],
    outcome,
  };
}
