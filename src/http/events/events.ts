import { z } from 'zod';
import { eventCursor, placeOfCursor } from '#src/fulfillment/looking/event-cursor.ts';
import { eventFeed } from '#src/fulfillment/looking/event-feed.ts';
import type { App } from '#src/http/app.ts';
import { callerOf } from '#src/http/callers/authenticate.ts';
import { authenticatedRoute } from '#src/http/callers/authenticated-route.ts';
import { viewerOf } from '#src/http/callers/caller.ts';
import type { HttpContext } from '#src/http/context.ts';
import { toldEventSchema } from '#src/http/events/event-schema.ts';
import { unknownCursor, wholeNumber } from '#src/http/list.ts';
import { ProblemError } from '#src/http/problems/problem.ts';
import { always, json, responses } from '#src/http/responses.ts';
import { reading } from '#src/persistence/database.ts';
import { readLedgerIdentity } from '#src/persistence/ledger-identity.ts';

const eventsQuery = z.strictObject({
  after: z
    .string()
    .min(1, 'must not be empty')
    .max(300, 'is no cursor of ours')
    .optional()
    .meta({ description: 'The `next` of the answer before; absent: from the oldest that is kept.' }),
  limit: wholeNumber(1, 1000).default(100).meta({ description: 'Events at most.' }),
});

/** `GET /v1/events`: what became of messages, for those who ask. */
export function eventRoutes(app: App, { fulfillment }: HttpContext, publicUrl: string | undefined): void {
  app.get(
    '/events',
    {
      ...authenticatedRoute,
      schema: {
        tags: ['Events'],
        summary: 'What happened since',
        description:
          'Events of decisions and certificates, without any code; a reseller’s own, for an operator all. They are kept for 30 days. Nothing is ever inserted before what was shown and nothing is skipped; those of one account come by `sequence`. Go on from `next`, also after an empty page.',
        querystring: eventsQuery,
        response: responses(
          {
            200: json(
              'The events behind the cursor.',
              z.object({
                items: z.array(toldEventSchema),
                next: z.string().meta({ description: 'The cursor to go on from; there always is one.' }),
              }),
            ),
          },
          400,
          410,
          ...always,
        ),
      },
    },
    async (request) => {
      const { id: ledger } = await readLedgerIdentity(reading(fulfillment.database));
      const { after, limit } = request.query;
      const place = placeOf(after, ledger);
      const base = publicUrl ?? `${request.protocol}://${request.host}${request.base}`;
      const feed = await eventFeed(fulfillment, viewerOf(callerOf(request)), { after: place, limit }, base);
      if (!feed) throw expired();
      return { items: [...feed.items], next: eventCursor(ledger, feed.next) };
    },
  );
}

/** @throws ProblemError 400 for what is no cursor, 410 for one of another installation */
function placeOf(after: string | undefined, ledger: string): string | undefined {
  if (after === undefined) return undefined;
  const found = placeOfCursor(after, ledger);
  if (found === undefined) throw unknownCursor('after');
  if (found === 'foreign') throw expired();
  return found.place;
}

function expired(): ProblemError {
  return new ProblemError(
    410,
    'CURSOR_EXPIRED',
    'The cursor is of another installation, or events behind it were removed after 30 days. Begin without `after`, and read what became of older messages where they are.',
  );
}
