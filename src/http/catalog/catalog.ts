import { z } from 'zod';
import { deliveries } from '#src/domain/catalog.ts';
import { productFamily } from '#src/domain/license.ts';
import type { App } from '#src/http/app.ts';
import { authenticatedRoute } from '#src/http/callers/authenticated-route.ts';
import type { HttpContext } from '#src/http/context.ts';
import { listOf } from '#src/http/list.ts';
import { always, json, responses } from '#src/http/responses.ts';

const suiteSchema = z
  .object({
    code: z.string().meta({ description: 'What an order names.', examples: ['SPC'] }),
    name: z.string(),
    components: z.array(z.object({ name: z.string(), pid: z.string() })),
  })
  .meta({ id: 'Suite', description: 'A sellable set of products.' });

const productSchema = z
  .object({
    pid: z.string().meta({ examples: ['100101EN01'] }),
    family: z
      .string()
      .meta({ description: 'The first six digits of the PID, which are all that is compared.' }),
    name: z.string(),
    delivery: z.enum(deliveries),
    mergeable: z.boolean().meta({ description: 'Whether licenses of it can merge.' }),
  })
  .meta({ id: 'Product' });

/** `GET /suites` and `GET /products`: the catalog that this process works with. */
export function catalogRoutes(app: App, { fulfillment }: HttpContext): void {
  const { suites, products } = fulfillment.catalog;
  const route = (path: string, summary: string, schema: z.ZodType, items: readonly object[]) =>
    app.get(
      path,
      {
        ...authenticatedRoute,
        schema: {
          tags: ['Catalog'],
          summary,
          description: 'All at once, in the order of the catalog.',
          querystring: z.strictObject({}),
          response: responses({ 200: json('The list.', listOf(schema)) }, 400, ...always),
        },
      },
      () => ({ items, next: null }),
    );
  route(
    '/suites',
    'What can be ordered',
    suiteSchema,
    suites.map(({ code, name, components }) => ({
      code,
      name,
      components: components.map((component) => ({ name: component.name, pid: component.pid })),
    })),
  );
  route(
    '/products',
    'The products that there are',
    productSchema,
    products.map(({ pid, name, delivery, mergeable }) => ({
      pid,
      family: productFamily(pid),
      name,
      delivery,
      mergeable,
    })),
  );
}
