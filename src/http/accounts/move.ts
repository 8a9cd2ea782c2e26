import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import { moveAccount } from '#src/fulfillment/batch/move-account.ts';
import type { App } from '#src/http/app.ts';
import { callerOf } from '#src/http/callers/authenticate.ts';
import { deciderRoute } from '#src/http/callers/authenticated-route.ts';
import { callerName } from '#src/http/callers/caller.ts';
import type { HttpContext } from '#src/http/context.ts';
import { parsedOrThrow } from '#src/http/hooks/validation.ts';
import { notFound, ProblemError } from '#src/http/problems/problem.ts';
import { always, json, ofABody, responses } from '#src/http/responses.ts';

const bodySchema = z
  .strictObject({
    reseller: field.resellerName.nullable().meta({
      description: 'Whose the account becomes; null: nobody’s, until the next order for it.',
      examples: ['southwind'],
    }),
    reason: field
      .line(1000)
      .meta({ description: 'Why; it stays on record.', examples: ['Customer changed its supplier.'] }),
  })
  .meta({ id: 'AccountMove' });

const movedSchema = z
  .object({
    account: z.string(),
    reseller: z.string().nullable(),
    previousReseller: z.string().nullable(),
    by: z
      .string()
      .optional()
      .meta({ description: 'Absent, as `reason` and `movedAt` are, when nothing changed.' }),
    reason: z.string().optional(),
    movedAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'MovedAccount' });

/** `POST /accounts/{account}/reseller`: an operator moves an account. */
export function moveAccountRoute(app: App, { fulfillment }: HttpContext): void {
  app.post(
    '/accounts/:account/reseller',
    {
      ...deciderRoute,
      schema: {
        tags: ['Operators'],
        summary: 'Move an account to another reseller, or to none',
        description:
          'From now on its orders come from that reseller, who sees its codes. What was decided stays. Repeating it changes nothing.',
        params: z.object({ account: z.string().meta({ examples: ['acme'] }) }),
        querystring: z.strictObject({}),
        body: bodySchema,
        response: responses(
          { 200: json('Whose the account is now.', movedSchema) },
          ...ofABody,
          403,
          404,
          409,
          422,
          ...always,
        ),
      },
    },
    async (request) => {
      const parsed = parsedOrThrow(bodySchema, request.body);
      const id = field.accountId.safeParse(request.params.account);
      if (!id.success) throw notFound('account');
      const { reseller, reason } = parsed;
      const by = callerName(callerOf(request));
      const moved = await moveAccount(fulfillment, id.data, reseller, { by, reason });
      switch (moved.outcome) {
        case 'unchanged':
          return { account: id.data, reseller, previousReseller: reseller };
        case 'moved': {
          const { account, from, to, at } = moved.move;
          return { account, reseller: to, previousReseller: from, by, reason, movedAt: at };
        }
        case 'refused':
          if (moved.reason.code === 'UNKNOWN_ACCOUNT') throw notFound('account');
          throw new ProblemError(
            moved.reason.code === 'ACCOUNT_MERGED' ? 409 : 422,
            moved.reason.code,
            moved.reason.message,
          );
      }
    },
  );
}
