import { z } from 'zod';
import { kinds, type MessageKind } from '#jobs/kinds.ts';
import { historyFor, historyOf } from '#src/fulfillment/looking/history.ts';
import { outcomeOf } from '#src/fulfillment/looking/outcome.ts';
import type { App } from '#src/http/app.ts';
import { callerOf } from '#src/http/callers/authenticate.ts';
import { authenticatedRoute } from '#src/http/callers/authenticated-route.ts';
import { viewerOf } from '#src/http/callers/caller.ts';
import type { HttpContext } from '#src/http/context.ts';
import { listOf, page, pageQuery, positionOf, unknownCursor } from '#src/http/list.ts';
import { resources } from '#src/http/messages/kinds.ts';
import { outcomeFor } from '#src/http/messages/message-routes.ts';
import { eventSchema, outcomeSchema } from '#src/http/messages/outcome-schema.ts';
import type { MessageList } from '#src/http/messages/resource.ts';
import { notFound } from '#src/http/problems/problem.ts';
import { always, json, responses } from '#src/http/responses.ts';
import { reading } from '#src/persistence/database.ts';
import { findOutcomes, type OutcomeFilter } from '#src/persistence/outcomes.ts';

export const idParams = z.object({
  id: z.string().meta({ description: 'As the `POST` answered.', format: 'uuid' }),
});

/** `GET` of one message. */
function getMessageRoute(app: App, context: HttpContext, kind: MessageKind): void {
  const { tag } = resources[kind];
  const { path, noun } = kinds[kind];
  app.get(
    `${path}/:id`,
    {
      ...authenticatedRoute,
      schema: {
        tags: [tag.name],
        summary: `What became of one ${noun}`,
        params: idParams,
        querystring: z.strictObject({}),
        response: responses(
          { 200: json(`The ${noun} with its outcome.`, outcomeSchema) },
          400,
          404,
          ...always,
        ),
      },
    },
    (request) => outcomeFor(context, kind, request.params.id, callerOf(request)),
  );
}

/** `GET` of the list, with the filters of the kind. */
function listMessagesRoute(
  app: App,
  context: HttpContext,
  kind: MessageKind,
  { query, filterOf }: MessageList,
): void {
  const { tag } = resources[kind];
  const { path, noun } = kinds[kind];
  app.get(
    path,
    {
      ...authenticatedRoute,
      schema: {
        tags: [tag.name],
        summary: `List ${noun}s`,
        description: `In the order of their acceptance. A reseller sees its own, an operator all.`,
        querystring: z.strictObject({ ...query, ...pageQuery }),
        response: responses({ 200: json('One page.', listOf(outcomeSchema)) }, 400, ...always),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { limit, cursor } = z.object(pageQuery).parse(request.query);
      const filter: OutcomeFilter = {
        ...filterOf(request.query),
        kind,
        after: positionOf(cursor, uuidShape),
        ...(caller.kind === 'reseller' && { reseller: caller.name }),
      };
      const found = await findOutcomes(reading(context.fulfillment.database), filter, limit + 1);
      if (cursor !== undefined && found.length === 0) await requireKnown(context, filter);
      const { items, next } = page(found, limit, ({ message }) => message.id);
      return { items: items.map((row) => outcomeOf(row, viewerOf(caller))), next };
    },
  );
}

const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A page may be empty because there is nothing more, or because its cursor was never given out. @throws ProblemError 400 */
async function requireKnown({ fulfillment }: HttpContext, { after, kind, reseller }: OutcomeFilter) {
  const filter = { kind, reseller, ids: after === undefined ? [] : [after] };
  const known = await findOutcomes(reading(fulfillment.database), filter, 1);
  if (known.length === 0) throw unknownCursor();
}

/** `GET` of a message's history. */
function messageEventsRoute(app: App, context: HttpContext, kind: MessageKind): void {
  const { tag } = resources[kind];
  const { path, noun } = kinds[kind];
  app.get(
    `${path}/:id/events`,
    {
      ...authenticatedRoute,
      schema: {
        tags: [tag.name],
        summary: `The history of one ${noun}`,
        description: 'What happened, when, and by whom; oldest first, all of it at once.',
        params: idParams,
        querystring: z.strictObject({}),
        response: responses({ 200: json('The history.', listOf(eventSchema)) }, 400, 404, ...always),
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id = '' } = await outcomeFor(context, kind, request.params.id, caller);
      const items = await historyOf(reading(context.fulfillment.database), id);
      if (!items) throw notFound(noun);
      return { items: [...historyFor(viewerOf(caller), items)], next: null };
    },
  );
}

/** All that is read of messages of the kind. */
export function messageReadRoutes(app: App, context: HttpContext, kind: MessageKind): void {
  getMessageRoute(app, context, kind);
  messageEventsRoute(app, context, kind);
  const { list } = resources[kind];
  if (list) listMessagesRoute(app, context, kind, list);
}
