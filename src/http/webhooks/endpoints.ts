import { z } from 'zod';
import {
  changeEndpoint,
  endEndpoint,
  makeEndpoint,
  mostEndpoints,
  rotateSecret,
} from '#src/fulfillment/batch/webhook-endpoints.ts';
import type { App } from '#src/http/app.ts';
import { callerOf } from '#src/http/callers/authenticate.ts';
import { adminRoute } from '#src/http/callers/authenticated-route.ts';
import { callerName, type Caller } from '#src/http/callers/caller.ts';
import type { HttpContext } from '#src/http/context.ts';
import { parsedOrThrow } from '#src/http/hooks/validation.ts';
import { listOf, page, pageQuery, positionOf } from '#src/http/list.ts';
import { invalid, notFound, ProblemError } from '#src/http/problems/problem.ts';
import { always, empty, json, ofABody, responses } from '#src/http/responses.ts';
import {
  endpointPatchSchema,
  endpointSchema,
  endpointWithSecretSchema,
  newEndpointSchema,
  shownEndpoint,
} from '#src/http/webhooks/endpoint-schema.ts';
import { reading } from '#src/persistence/database.ts';
import { findEndpoint, listEndpoints, type EndpointScope } from '#src/persistence/webhook-endpoints.ts';
import { faultOfTarget } from '#src/webhooks/target.ts';

export const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const endpointParams = z.object({
  id: z.string().meta({ examples: ['0199c0de-0000-7000-8000-000000000004'] }),
});

export const webhookTags = ['Webhooks'];

/** A reseller reaches its own endpoints, an operator everybody's. */
export function scopeOf({ kind, name }: Caller): EndpointScope {
  return kind === 'reseller' ? { reseller: name } : 'all';
}

/** @throws ProblemError 404 for what cannot be an id, as for one that is not known */
export function endpointIdOf({ id }: { readonly id: string }): string {
  if (!uuidShape.test(id)) throw notFound('webhook endpoint');
  return id;
}

/** `/v1/webhook-endpoints`: who is told of events (contract §10). */
export function endpointRoutes(app: App, { fulfillment, webhooks }: HttpContext): void {
  const { database } = fulfillment;
  /** @throws ProblemError 400 */
  const requireTarget = (url: string) => {
    const message = faultOfTarget(url, webhooks.rule);
    if (message !== undefined) throw invalid('INVALID_MESSAGE', [{ path: 'url', message }]);
  };
  app.post(
    '/webhook-endpoints',
    {
      ...adminRoute,
      schema: {
        tags: webhookTags,
        summary: 'Have events told to a URL',
        description:
          'By Standard Webhooks: each event is posted as JSON, signed with the secret of this answer, which is shown this once. A reseller’s endpoint hears the reseller’s events, an operator’s everything. It hears what happens from now on; `recover` tells what was before.',
        querystring: z.strictObject({}),
        body: newEndpointSchema,
        response: responses(
          { 201: json('The endpoint, with its secret.', endpointWithSecretSchema) },
          ...ofABody,
          403,
          409,
          ...always,
        ),
      },
    },
    async (request, reply) => {
      const { url, types = [] } = parsedOrThrow(newEndpointSchema, request.body);
      requireTarget(url);
      const caller = callerOf(request);
      const reseller = caller.kind === 'reseller' ? caller.name : null;
      const made = await makeEndpoint(
        database,
        webhooks.sealing,
        { reseller, url, types },
        { by: callerName(caller) },
      );
      if (!made)
        throw new ProblemError(
          409,
          'TOO_MANY_ENDPOINTS',
          `There are ${mostEndpoints} endpoints already; remove one that is not needed.`,
        );
      const { id } = made.endpoint;
      void reply.code(201).header('location', `${request.base}/v1/webhook-endpoints/${id}`);
      return { ...shownEndpoint(made.endpoint), secret: made.secret };
    },
  );
  app.get(
    '/webhook-endpoints',
    {
      ...adminRoute,
      schema: {
        tags: webhookTags,
        summary: 'Who is told of events',
        description: 'A reseller’s own; for operators all.',
        querystring: z.strictObject(pageQuery),
        response: responses({ 200: json('One page.', listOf(endpointSchema)) }, 400, 403, ...always),
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const scope = scopeOf(callerOf(request));
      const after = positionOf(cursor, uuidShape);
      const found = await listEndpoints(reading(database), scope, limit + 1, after);
      const { items, next } = page(found, limit, ({ id }) => id);
      return { items: items.map(shownEndpoint), next };
    },
  );
  app.get(
    '/webhook-endpoints/:id',
    {
      ...adminRoute,
      schema: {
        tags: webhookTags,
        summary: 'A webhook endpoint',
        params: endpointParams,
        querystring: z.strictObject({}),
        response: responses({ 200: json('The endpoint.', endpointSchema) }, 400, 403, 404, ...always),
      },
    },
    async (request) => {
      const id = endpointIdOf(request.params);
      const found = await findEndpoint(reading(database), id, scopeOf(callerOf(request)));
      if (!found) throw notFound('webhook endpoint');
      return shownEndpoint(found);
    },
  );
  app.patch(
    '/webhook-endpoints/:id',
    {
      ...adminRoute,
      schema: {
        tags: webhookTags,
        summary: 'Change a webhook endpoint',
        description: 'What is not named stays. Repeating it changes nothing.',
        params: endpointParams,
        querystring: z.strictObject({}),
        body: endpointPatchSchema,
        response: responses({ 200: json('The endpoint.', endpointSchema) }, ...ofABody, 403, 404, ...always),
      },
    },
    async (request) => {
      const patch = parsedOrThrow(endpointPatchSchema, request.body);
      if (patch.url !== undefined) requireTarget(patch.url);
      const id = endpointIdOf(request.params);
      const caller = callerOf(request);
      const changed = await changeEndpoint(database, scopeOf(caller), id, patch, { by: callerName(caller) });
      if (!changed) throw notFound('webhook endpoint');
      return shownEndpoint(changed);
    },
  );
  app.delete(
    '/webhook-endpoints/:id',
    {
      ...adminRoute,
      schema: {
        tags: webhookTags,
        summary: 'Remove a webhook endpoint',
        description: 'What waits for it is cancelled.',
        params: endpointParams,
        querystring: z.strictObject({}),
        response: responses({ 204: empty('It is gone.') }, 400, 403, 404, ...always),
      },
    },
    async (request, reply) => {
      const id = endpointIdOf(request.params);
      const caller = callerOf(request);
      const ended = await endEndpoint(database, scopeOf(caller), id, { by: callerName(caller) });
      if (!ended) throw notFound('webhook endpoint');
      return reply.code(204).send(null);
    },
  );
  app.post(
    '/webhook-endpoints/:id/rotate-secret',
    {
      ...adminRoute,
      schema: {
        tags: webhookTags,
        summary: 'Give a webhook endpoint a new secret',
        description: 'The one before signs, too, for 24 hours; one that is older ends at once.',
        params: endpointParams,
        querystring: z.strictObject({}),
        response: responses(
          { 200: json('The endpoint, with its new secret.', endpointWithSecretSchema) },
          ...ofABody,
          403,
          404,
          ...always,
        ),
      },
    },
    async (request) => {
      const id = endpointIdOf(request.params);
      const caller = callerOf(request);
      const by = callerName(caller);
      const rotated = await rotateSecret(database, webhooks.sealing, scopeOf(caller), id, { by });
      if (!rotated) throw notFound('webhook endpoint');
      return { ...shownEndpoint(rotated.endpoint), secret: rotated.secret };
    },
  );
}
