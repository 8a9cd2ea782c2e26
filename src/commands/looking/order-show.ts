import { CommandError } from '#src/commands/terminal/command-error.ts';
import { outcomeText } from '#src/commands/terminal/outcome-text.ts';
import { heading, moment, print, printJson } from '#src/commands/terminal/output.ts';
import { withDatabase } from '#src/commands/with-database.ts';
import { table } from '#src/commands/terminal/table.ts';
import { plainIdentifier } from '#src/domain/typed-text.ts';
import { historyOf } from '#src/fulfillment/looking/history.ts';
import { outcomeOf } from '#src/fulfillment/looking/outcome.ts';
import { reading } from '#src/persistence/database.ts';
import type { MessageEvent } from '#src/persistence/messages.ts';
import { findOutcomes } from '#src/persistence/outcomes.ts';

/** More resellers than these do not share one order number. */
const mostOfOneNumber = 100;

/** `chancery order show NUMBER [--reseller NAME]`. */
export async function runOrderShow(
  number: string,
  { reseller, json }: { readonly reseller?: string; readonly json?: boolean },
): Promise<0> {
  const orders = await withDatabase(async ({ database }) => {
    const tx = reading(database);
    const rows = await findOutcomes(
      tx,
      { kind: 'upgrade-order', number: plainIdentifier(number), reseller },
      mostOfOneNumber,
    );
    return Promise.all(
      rows.map(async (row) => ({
        outcome: outcomeOf(row, { kind: 'operator' }),
        events: (await historyOf(tx, row.message.id)) ?? [],
      })),
    );
  });
  // Of several tries under one number the last one counts; it names the one before.
  const lastTries = orders.filter(({ outcome }) => outcome.replacedBy === undefined);
  const [order, ...others] = lastTries;
  if (!order) {
    const of = reseller === undefined ? '' : ` of the reseller "${reseller}"`;
    throw new CommandError(`There is no order "${number}"${of}.`);
  }
  if (others.length > 0) {
    const names = lastTries.map(({ outcome }) => outcome.reseller).join(', ');
    throw new CommandError(
      `Several resellers have an order "${number}": ${names}. Say which one you mean with --reseller NAME.`,
      2,
    );
  }
  const { outcome, events } = order;
  if (json) {
    printJson({ ...outcome, events });
    return 0;
  }
  print(heading(`Order ${outcome.orderNumber} of ${outcome.reseller}`));
  print(outcomeText(outcome));
  print(`\n${heading('History')}`);
  print(
    table(
      [
        { title: 'When' },
        { title: 'What' },
        { title: 'By', shrinkTo: 12 },
        { title: 'Details', shrinkTo: 20 },
      ],
      events.map(eventRow),
    ),
  );
  return 0;
}

function eventRow({ at, event, by, details }: MessageEvent): readonly string[] {
  const more = Object.entries(details ?? {}).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [moment(at), event, by, more.join(', ')];
}
