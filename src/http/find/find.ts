import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import { findCode } from '#src/fulfillment/looking/find-code.ts';
import { search } from '#src/fulfillment/looking/search.ts';
import type { App } from '#src/http/app.ts';
import { operatorRoute } from '#src/http/callers/authenticated-route.ts';
import type { HttpContext } from '#src/http/context.ts';
import { findingSchema, hitSchema } from '#src/http/find/finding-schema.ts';
import { parsedOrThrow } from '#src/http/hooks/validation.ts';
import { listOf } from '#src/http/list.ts';
import { invalid, notFound } from '#src/http/problems/problem.ts';
import { always, json, ofABody, responses } from '#src/http/responses.ts';

const findQuery = z.strictObject({
  code: field.line(100).meta({ description: 'Case, spaces and hyphens of a code do not matter.' }),
});

const searchSchema = z
  .strictObject({
    q: field.line(300).meta({ description: 'What to search for.', examples: ['PO-2026-00123', '345A'] }),
  })
  .meta({ id: 'Search' });

/** `POST /find`: the search of the operators' pages. What is searched may be a code, and stands in no address. */
function searchRoute(app: App, { fulfillment }: HttpContext): void {
  app.post(
    '/find',
    {
      ...operatorRoute,
      schema: {
        tags: ['Operators'],
        summary: 'Search for anything that has a name',
        description:
          'An order, request or certificate number, an id, an account, the beginning of a company’s name, a code in full or its last four symbols. What is named exactly so comes first; nothing found is an empty list.',
        querystring: z.strictObject({}),
        body: searchSchema,
        response: responses({ 200: json('What it may be.', listOf(hitSchema)) }, ...ofABody, 403, ...always),
      },
    },
    async (request) => {
      const parsed = parsedOrThrow(searchSchema, request.body);
      const { hits } = await search(fulfillment, parsed.q);
      return { items: [...hits], next: null };
    },
  );
}

export function findRoute(app: App, context: HttpContext): void {
  searchRoute(app, context);
  const { fulfillment } = context;
  app.get(
    '/find',
    {
      ...operatorRoute,
      schema: {
        tags: ['Operators'],
        summary: 'What a code or number belongs to',
        description:
          'For a Registration Key, an Activation Code, an order or request number, or a certificate number. An order number may be that of several resellers. A code that is unknown and whose check symbol is wrong is refused as `MISTYPED_CODE`.',
        querystring: findQuery,
        response: responses({ 200: json('What it is.', listOf(findingSchema)) }, 400, 403, 404, ...always),
      },
    },
    async (request) => {
      const found = await findCode(fulfillment, request.query.code);
      switch (found.outcome) {
        case 'found':
          return { items: found.findings, next: null };
        case 'mistyped':
          throw invalid('MISTYPED_CODE', [
            {
              path: 'code',
              message: 'is unknown and its check symbol is wrong: compare it with the certificate',
            },
          ]);
        case 'unknown':
          throw notFound('code or number');
      }
    },
  );
}
