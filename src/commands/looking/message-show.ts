import { z } from 'zod';
import type { MessageKind } from '#jobs/kinds.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { outcomeText } from '#src/commands/terminal/outcome-text.ts';
import { heading, moment, print, printJson } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import { withDatabase } from '#src/commands/with-database.ts';
import { plainIdentifier } from '#src/domain/typed-text.ts';
import { historyOf } from '#src/fulfillment/looking/history.ts';
import { outcomeOf } from '#src/fulfillment/looking/outcome.ts';
import { reading } from '#src/persistence/database.ts';
import type { MessageEvent } from '#src/persistence/messages.ts';
import { findOutcomes } from '#src/persistence/outcomes.ts';

/** More resellers than these do not share one number. */
const mostOfOneNumber = 100;

interface Options {
  readonly reseller?: string;
  readonly json?: boolean;
}

/** What `chancery … show` is about. Messages of another kind are added here. */
const shown = {
  order: { kind: 'upgrade-order', noun: 'order', title: 'Order' },
  merge: { kind: 'merge-request', noun: 'merge request', title: 'Merge request' },
  change: { kind: 'change-request', noun: 'change request', title: 'Change request' },
  registration: { kind: 'registration', noun: 'registration', title: 'Registration' },
} as const satisfies Record<
  string,
  { readonly kind: MessageKind; readonly noun: string; readonly title: string }
>;

/**
 * `chancery order show NUMBER [--reseller NAME]`, and likewise `merge show NUMBER`, `change show NUMBER` and `registration show ID`: a registration has no
 * number.
 */
export async function runMessageShow(
  what: keyof typeof shown,
  number: string,
  { reseller, json }: Options,
): Promise<0> {
  const { kind, noun, title } = shown[what];
  const isById = z.uuid().safeParse(number).success;
  if (kind === 'registration' && !isById)
    throw new CommandError(`"${number}" is no id of a registration, such as the API answers with.`, 2);
  const named = isById ? { ids: [number] } : { number: plainIdentifier(number) };
  const messages = await withDatabase(async ({ database }) => {
    const tx = reading(database);
    const rows = await findOutcomes(tx, { kind, reseller, ...named }, mostOfOneNumber);
    return Promise.all(
      rows.map(async (row) => ({
        outcome: outcomeOf(row, { kind: 'operator' }),
        events: (await historyOf(tx, row.message.id)) ?? [],
      })),
    );
  });
  // Of several tries under one number the last one counts; it names the one before.
  const lastTries = messages.filter(({ outcome }) => outcome.replacedBy === undefined);
  const [message, ...others] = lastTries;
  if (!message) {
    const of = reseller === undefined ? '' : ` of the reseller "${reseller}"`;
    throw new CommandError(`There is no ${noun} "${number}"${of}.`);
  }
  if (others.length > 0) {
    const names = lastTries.map(({ outcome }) => outcome.reseller ?? 'an operator').join(', ');
    throw new CommandError(
      `Several resellers have the ${noun} "${number}": ${names}. Say which one you mean with --reseller NAME.`,
      2,
    );
  }
  const { outcome, events } = message;
  if (json) {
    printJson({ ...outcome, events });
    return 0;
  }
  const name = outcome.orderNumber ?? outcome.requestNumber ?? outcome.id;
  print(heading(`${title} ${name} of ${outcome.reseller ?? 'an operator'}`));
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
