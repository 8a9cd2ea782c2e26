import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import { findCode } from '#src/fulfillment/looking/find-code.ts';
import type { App } from '#src/http/app.ts';
import { operatorRoute } from '#src/http/callers/authenticated-route.ts';
import type { HttpContext } from '#src/http/context.ts';
import { findingSchema } from '#src/http/find/finding-schema.ts';
import { listOf } from '#src/http/list.ts';
import { invalid, notFound } from '#src/http/problems/problem.ts';
import { always, json, responses } from '#src/http/responses.ts';

const findQuery = z.strictObject({
  code: field.line(100).meta({ description: 'Case, spaces and hyphens of a code do not matter.' }),
});

export function findRoute(app: App, { fulfillment }: HttpContext): void {
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
