import { CommandError } from '#src/commands/terminal/command-error.ts';
import { dim, moment, print, printJson, say } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import { withDatabase } from '#src/commands/with-database.ts';
import { publicUrlOf } from '#src/configuration.ts';
import { eventCursor, placeOfCursor } from '#src/fulfillment/looking/event-cursor.ts';
import { eventFeed, type ToldEvent } from '#src/fulfillment/looking/event-feed.ts';
import { reading } from '#src/persistence/database.ts';
import { readLedgerIdentity } from '#src/persistence/ledger-identity.ts';

interface Wanted {
  readonly after?: string;
  readonly limit: string;
  readonly reseller?: string;
  readonly json?: boolean;
}

/** `chancery events list`. */
export async function runEventsList({ after, limit, reseller, json }: Wanted): Promise<0> {
  const most = /^\d{1,4}$/.test(limit) ? Number(limit) : 0;
  if (most < 1 || most > 1000) throw new CommandError('--limit must be a whole number from 1 to 1000.', 2);
  const { items, next } = await withDatabase(async ({ database, configuration }) => {
    const { id: ledger } = await readLedgerIdentity(reading(database));
    const place = after === undefined ? undefined : placeOfCursor(after, ledger);
    if (after !== undefined && place === undefined)
      throw new CommandError('--after takes a cursor that a list ended with.', 2);
    const viewer =
      reseller === undefined
        ? ({ kind: 'operator', seesCodes: false } as const)
        : ({ kind: 'reseller', name: reseller } as const);
    const wanted = { after: typeof place === 'object' ? place.place : undefined, limit: most };
    const feed =
      place === 'foreign'
        ? undefined
        : await eventFeed({ database }, viewer, wanted, publicUrlOf(configuration));
    if (!feed)
      throw new CommandError(
        'The cursor is of another installation, or events behind it were removed after 30 days. Begin without --after.',
      );
    return { items: feed.items, next: eventCursor(ledger, feed.next) };
  });
  if (json) {
    printJson({ items, next });
    return 0;
  }
  if (items.length === 0) say('Nothing was told of behind it.');
  else
    print(
      table(
        [
          { title: 'When' },
          { title: 'Sequence', align: 'right' },
          { title: 'Event', shrinkTo: 12 },
          { title: 'About', shrinkTo: 16 },
        ],
        items.map((event) => [
          moment(event.timestamp),
          String(event.sequence),
          event.type,
          `${aboutOf(event)}\n${dim(event.id)}`,
        ]),
      ),
    );
  say(`"chancery events list --after ${next}" goes on from here.`);
  return 0;
}

function aboutOf({ data }: ToldEvent): string {
  const named = ['reseller', 'orderNumber', 'requestNumber', 'account', 'product', 'endpoint'].flatMap(
    (name) => {
      const value = data[name];
      return typeof value === 'string' ? [value] : [];
    },
  );
  return named.join(' ');
}
