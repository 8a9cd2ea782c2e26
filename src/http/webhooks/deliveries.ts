import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import { replayDelivery, testEndpoint, type Asked } from '#src/fulfillment/batch/deliveries.ts';
import { recoverEndpoint } from '#src/fulfillment/batch/relay-events.ts';
import { shownDelivery } from '#src/fulfillment/looking/shown-delivery.ts';
import type { App } from '#src/http/app.ts';
import { callerOf } from '#src/http/callers/authenticate.ts';
import { adminRoute } from '#src/http/callers/authenticated-route.ts';
import type { HttpContext } from '#src/http/context.ts';
import { parsedOrThrow } from '#src/http/hooks/validation.ts';
import { listOf, page, pageQuery, positionOf } from '#src/http/list.ts';
import { notFound, ProblemError } from '#src/http/problems/problem.ts';
import { always, json, ofABody, responses } from '#src/http/responses.ts';
import { deliverySchema } from '#src/http/webhooks/delivery-schema.ts';
import {
  endpointIdOf,
  endpointParams,
  scopeOf,
  uuidShape,
  webhookTags,
} from '#src/http/webhooks/endpoints.ts';
import { reading } from '#src/persistence/database.ts';
import { deliveryStates, listDeliveries } from '#src/persistence/deliveries.ts';
import { findEndpoint } from '#src/persistence/webhook-endpoints.ts';

const recoverSchema = z
  .strictObject({
    since: field.instant.meta({
      description: 'An instant (RFC 3339).',
      format: 'date-time',
      examples: ['2026-11-20T09:30:00Z'],
    }),
  })
  .meta({ id: 'Recovery', examples: [{ since: '2026-11-20T09:30:00Z' }] });

/** What was told to webhook endpoints, and telling it again (contract §10). */
export function deliveryRoutes(app: App, { fulfillment }: HttpContext): void {
  app.get(
    '/webhook-endpoints/:id/deliveries',
    {
      ...adminRoute,
      schema: {
        tags: webhookTags,
        summary: 'What an endpoint was told, and how it answered',
        description: 'The latest first; kept for 30 days.',
        params: endpointParams,
        querystring: z.strictObject({ state: z.enum(deliveryStates).optional(), ...pageQuery }),
        response: responses({ 200: json('One page.', listOf(deliverySchema)) }, 400, 403, 404, ...always),
      },
    },
    async (request) => {
      const { state, limit, cursor } = request.query;
      const beforeId = positionOf(cursor, uuidShape);
      const id = endpointIdOf(request.params);
      const tx = reading(fulfillment.database);
      if (!(await findEndpoint(tx, id, scopeOf(callerOf(request))))) throw notFound('webhook endpoint');
      const found = await listDeliveries(tx, id, { state, beforeId }, limit + 1);
      const { items, next } = page(found, limit, (last) => last.id);
      return { items: items.map(shownDelivery), next };
    },
  );
  app.post(
    '/webhook-endpoints/:id/test',
    {
      ...adminRoute,
      schema: {
        tags: webhookTags,
        summary: 'Try a webhook endpoint out',
        description:
          'Sends an event `webhook.test`, whatever types the endpoint subscribed to; it stands in no feed.',
        params: endpointParams,
        querystring: z.strictObject({}),
        response: responses(
          { 202: json('It is sent.', deliverySchema) },
          ...ofABody,
          403,
          404,
          409,
          ...always,
        ),
      },
    },
    async (request, reply) => {
      const id = endpointIdOf(request.params);
      const made = await testEndpoint(fulfillment, scopeOf(callerOf(request)), id);
      void reply.code(202);
      return shownDelivery(madeOrThrow(made, 'webhook endpoint'));
    },
  );
  app.post(
    '/webhook-endpoints/:id/recover',
    {
      ...adminRoute,
      schema: {
        tags: webhookTags,
        summary: 'Tell an endpoint what it missed',
        description:
          'Makes new deliveries of every event since then that it hears of and that was not delivered to it; events are kept for 30 days. Repeating it makes none of what waits already.',
        params: endpointParams,
        querystring: z.strictObject({}),
        body: recoverSchema,
        response: responses(
          { 202: json('How many deliveries were made.', z.object({ deliveries: z.int() })) },
          ...ofABody,
          403,
          404,
          409,
          ...always,
        ),
      },
    },
    async (request, reply) => {
      const { since } = parsedOrThrow(recoverSchema, request.body);
      const id = endpointIdOf(request.params);
      const deliveries = await recoverEndpoint(fulfillment, scopeOf(callerOf(request)), id, since);
      if (deliveries === 'unknown') throw notFound('webhook endpoint');
      if (deliveries === 'disabled') throw isDisabled();
      void reply.code(202);
      return { deliveries };
    },
  );
  app.post(
    '/deliveries/:id/replay',
    {
      ...adminRoute,
      schema: {
        tags: webhookTags,
        summary: 'Tell an endpoint of an event once more',
        description: 'A new delivery of the same event, with the same `webhook-id`, tried as the first was.',
        params: z.object({ id: z.string().meta({ examples: ['0199c0de-0000-7000-8000-000000000005'] }) }),
        querystring: z.strictObject({}),
        response: responses(
          { 202: json('The new delivery.', deliverySchema) },
          ...ofABody,
          403,
          404,
          409,
          ...always,
        ),
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      if (!uuidShape.test(id)) throw notFound('delivery');
      const made = await replayDelivery(fulfillment, scopeOf(callerOf(request)), id);
      void reply.code(202);
      return shownDelivery(madeOrThrow(made, 'delivery'));
    },
  );
}

function madeOrThrow(asked: Asked, what: string) {
  if (asked.outcome === 'made') return asked.delivery;
  if (asked.outcome === 'unknown') throw notFound(what);
  throw isDisabled();
}

function isDisabled(): ProblemError {
  return new ProblemError(
    409,
    'ENDPOINT_DISABLED',
    'The endpoint is disabled; PATCH it with "enabled": true first.',
  );
}
