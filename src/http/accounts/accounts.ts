import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import { accountView } from '#src/fulfillment/looking/account-view.ts';
import { mergeable } from '#src/fulfillment/looking/mergeable.ts';
import { licenseSchema } from '#src/http/accounts/license-schema.ts';
import { mergeableProductSchema } from '#src/http/accounts/mergeable-schema.ts';
import type { App } from '#src/http/app.ts';
import { callerOf } from '#src/http/callers/authenticate.ts';
import { authenticatedRoute } from '#src/http/callers/authenticated-route.ts';
import { viewerOf } from '#src/http/callers/caller.ts';
import type { HttpContext } from '#src/http/context.ts';
import { cursorOf, listOf, pageQueryUpTo, positionOf } from '#src/http/list.ts';
import { notFound } from '#src/http/problems/problem.ts';
import { always, json, responses } from '#src/http/responses.ts';

const licensesSchema = listOf(licenseSchema).extend({
  alignedEnd: z.iso.date().nullable().meta({
    description:
      'The common end to which the active full licenses would come, weighted by their seat-days; null when there is none.',
  }),
});

const accountParams = z.object({ account: z.string().meta({ examples: ['acme'] }) });

/** Licenses travel whole, so that nearly every account is one page. */
const licensesQuery = pageQueryUpTo(1000, 1000);

const mergeableQuery = pageQueryUpTo(100, 100);

export function accountRoutes(app: App, { fulfillment }: HttpContext): void {
  app.get(
    '/accounts/:account/licenses',
    {
      ...authenticatedRoute,
      schema: {
        tags: ['Accounts'],
        summary: 'What an account holds',
        description:
          "The account's own licenses by PID, then Activation Code, up to 1,000 a page. A merged account is not redirected: its licenses say in `mergedInto` what they became. Codes of an account that is nobody's yet are masked for resellers; another reseller's account is unknown.",
        params: accountParams,
        querystring: z.strictObject(licensesQuery),
        response: responses({ 200: json('The licenses.', licensesSchema) }, 400, 404, ...always),
      },
    },
    async (request) => {
      const { account } = request.params;
      const known = field.accountId.safeParse(account).success;
      const wanted = wantedOf(request.query);
      const view = known
        ? await accountView(fulfillment, account, viewerOf(callerOf(request)), wanted)
        : undefined;
      if (!view) throw notFound('account');
      return { items: view.licenses, next: nextOf(view), alignedEnd: view.alignedEnd };
    },
  );
  app.get(
    '/accounts/:account/mergeable',
    {
      ...authenticatedRoute,
      schema: {
        tags: ['Accounts'],
        summary: 'What could merge with what',
        description:
          'The "Merge Products" list: per product of the account its licenses, and for each the outcome of merging every possible partner into it: the licenses of the same product on premises, or the accounts of the same reseller that have the same service. A page has up to 100 licenses; a product whose licenses go on stands on the next page again. Of many partners the first 100 are listed, and `more` counts the others. Nothing is merged by asking.',
        params: accountParams,
        querystring: z.strictObject(mergeableQuery),
        response: responses(
          { 200: json('The products.', listOf(mergeableProductSchema)) },
          400,
          404,
          ...always,
        ),
      },
    },
    async (request) => {
      const { account } = request.params;
      const known = field.accountId.safeParse(account).success;
      const wanted = wantedOf(request.query);
      const list = known
        ? await mergeable(fulfillment, account, viewerOf(callerOf(request)), wanted)
        : undefined;
      if (!list) throw notFound('account');
      return { items: [...list.products], next: nextOf(list) };
    },
  );
}

/** Pages go on after a license: by its id, since no code stands in an address. */
function wantedOf({ limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined }) {
  return { limit, after: positionOf(cursor, /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) };
}

function nextOf({ next }: { readonly next: string | undefined }): string | null {
  return next === undefined ? null : cursorOf(next);
}
