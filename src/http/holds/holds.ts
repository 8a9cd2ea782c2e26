import { z } from 'zod';
import { decideHold, type HoldDecision } from '#src/fulfillment/batch/decide-hold.ts';
import { catalogTooOld } from '#src/fulfillment/batch/early-messages.ts';
import { outcomeOf } from '#src/fulfillment/looking/outcome.ts';
import type { App } from '#src/http/app.ts';
import { callerOf } from '#src/http/callers/authenticate.ts';
import { deciderRoute, operatorRoute } from '#src/http/callers/authenticated-route.ts';
import type { HttpContext } from '#src/http/context.ts';
import {
  approvalSchema,
  decidedHoldSchema,
  holdSchema,
  rejectionSchema,
} from '#src/http/holds/hold-schema.ts';
import { parsedOrThrow } from '#src/http/hooks/validation.ts';
import { listOf, page, pageQuery, positionOf } from '#src/http/list.ts';
import { notFound, ProblemError } from '#src/http/problems/problem.ts';
import { always, json, ofABody, responses } from '#src/http/responses.ts';
import { reading } from '#src/persistence/database.ts';
import { findOpenHolds, type HoldRow } from '#src/persistence/holds.ts';
import { findOutcomes } from '#src/persistence/outcomes.ts';

const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const holdParams = z.object({ id: z.string().meta({ format: 'uuid' }) });

export function holdRoutes(app: App, context: HttpContext): void {
  app.get(
    '/holds',
    {
      ...operatorRoute,
      schema: {
        tags: ['Operators'],
        summary: 'What waits for a person',
        description: 'Open holds, oldest first.',
        querystring: z.strictObject(pageQuery),
        response: responses({ 200: json('One page.', listOf(holdSchema)) }, 400, 403, ...always),
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const after = positionOf(cursor, uuidShape);
      const found = await findOpenHolds(reading(context.fulfillment.database), limit + 1, after);
      const { items, next } = page(found, limit, ({ id }) => id);
      return { items: items.map(shownHold), next };
    },
  );
  decisionRoute(app, context, 'approved', approvalSchema, {
    verb: 'approve',
    description:
      'Plans the message again against the state of today, passing the check that held it and no other. A decided hold stays decided. 409 `NEWER_ORDER_FULFILLED` when that would undo an order that was accepted later.',
  });
  decisionRoute(app, context, 'rejected', rejectionSchema, {
    verb: 'reject',
    description: 'Ends the message as rejected.',
  });
}

function decisionRoute(
  app: App,
  context: HttpContext,
  decision: HoldDecision['decision'],
  body: z.ZodType<{
    readonly reason: string;
    readonly note?: string | undefined;
    readonly keep?: readonly string[] | undefined;
    readonly despiteNewer?: boolean | undefined;
  }>,
  { verb, description }: { readonly verb: string; readonly description: string },
): void {
  const { fulfillment } = context;
  app.post(
    `/holds/:id/${verb}`,
    {
      ...deciderRoute,
      schema: {
        tags: ['Operators'],
        summary: `${verb === 'approve' ? 'Approve' : 'Reject'} a hold`,
        description,
        params: holdParams,
        querystring: z.strictObject({}),
        body,
        response: responses(
          { 200: json('The decided hold.', decidedHoldSchema) },
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
      const parsed = parsedOrThrow(body, request.body);
      const { id } = request.params;
      if (!uuidShape.test(id)) throw notFound('hold');
      const { reason, note, keep = [], despiteNewer = false } = parsed;
      const by = callerOf(request).name;
      const wanted = { decision, by, reason, note, keep, despiteNewer };
      const ending = await decideHold(fulfillment, id, wanted);
      switch (ending.outcome) {
        case 'unknown':
          throw notFound('hold');
        case 'already-decided':
          throw alreadyDecided(ending.hold);
        case 'newer': {
          const detail = `${ending.newer.number} was accepted later and has set what this approval would change. Say "despiteNewer" to approve it all the same.`;
          throw new ProblemError(409, 'NEWER_ORDER_FULFILLED', detail, { id: ending.newer.id });
        }
        case 'early': {
          const { code, message } = catalogTooOld;
          throw new ProblemError(503, code, message, { retryAfterSeconds: 30 });
        }
        case 'unfit':
          throw new ProblemError(422, ending.code, ending.message);
        case 'decided':
          return decidedHold(context, ending.hold);
      }
    },
  );
}

function alreadyDecided({ decision, decidedBy, decidedAt }: HoldRow): ProblemError {
  const when = decidedAt === null ? '' : ` at ${new Date(decidedAt).toISOString()}`;
  const detail = `The hold was ${decision ?? 'decided'} by ${decidedBy ?? 'another operator'}${when}.`;
  return new ProblemError(409, 'HOLD_ALREADY_DECIDED', detail);
}

async function decidedHold({ fulfillment }: HttpContext, hold: HoldRow) {
  const [found] = await findOutcomes(reading(fulfillment.database), { ids: [hold.message] }, 1);
  if (!found) throw notFound('hold');
  const { decision, decidedBy, decidedAt, reason, keep, note } = hold;
  return {
    ...shownHold(hold),
    decision,
    decidedAt: decidedAt === null ? null : new Date(decidedAt).toISOString(),
    decidedBy,
    reason,
    keep: keep ?? [],
    note,
    outcome: outcomeOf(found, { kind: 'operator' }),
  };
}

function shownHold({ id, kind, reference, reseller, message, code, text, details, heldAt }: HoldRow) {
  return {
    id,
    kind,
    reference,
    reseller,
    messageId: message,
    code,
    message: text,
    details,
    heldAt: new Date(heldAt).toISOString(),
  };
}
