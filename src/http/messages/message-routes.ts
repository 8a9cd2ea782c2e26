import { z } from 'zod';
import { kinds, type MessageKind } from '#jobs/kinds.ts';
import type { Message } from '#jobs/message.ts';
import type { Arrived } from '#src/fulfillment/batch/accept-messages.ts';
import { outcomeOf } from '#src/fulfillment/looking/outcome.ts';
import { preview } from '#src/fulfillment/looking/preview.ts';
import type { App } from '#src/http/app.ts';
import { callerOf, requireRole } from '#src/http/callers/authenticate.ts';
import { authenticatedRoute } from '#src/http/callers/authenticated-route.ts';
import { callerName, viewerOf, type Caller } from '#src/http/callers/caller.ts';
import type { HttpContext } from '#src/http/context.ts';
import { bodies, resources, withArticle } from '#src/http/messages/kinds.ts';
import { acceptedSchema, outcomeSchema } from '#src/http/messages/outcome-schema.ts';
import { readMessage } from '#src/http/messages/read-message.ts';
import { invalid, notFound, ProblemError } from '#src/http/problems/problem.ts';
import { always, json, ofABody, responses, type Answer } from '#src/http/responses.ts';
import { reading } from '#src/persistence/database.ts';
import { findOutcomes } from '#src/persistence/outcomes.ts';

const previewQuery = z.strictObject({
  preview: z.enum(['true', 'false'], 'must be true or false').optional().meta({
    description: '`true`: only tell how the message would end; nothing is recorded and nothing changes.',
  }),
});

const idHeader = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(/^[!-~]{1,255}$/, 'must be 1 to 255 printable ASCII characters')
    .optional()
    .meta({
      description:
        'Optional. Kept for 30 days per API key: the same key with another message is refused with 422 `IDEMPOTENCY_KEY_REUSED`.',
    }),
});

/** `POST` of a message: recorded durably, then answered; or previewed. */
export function postMessageRoute(app: App, context: HttpContext, kind: MessageKind): void {
  const { tag, description, previews } = resources[kind];
  const { path, noun } = kinds[kind];
  app.post(
    path,
    {
      ...authenticatedRoute,
      schema: {
        tags: [tag.name],
        summary: `Send ${withArticle(noun)}`,
        description,
        body: bodies[kind],
        headers: idHeader,
        querystring: previews ? previewQuery : z.strictObject({}),
        response: responses(answersOf(noun, previews), ...ofABody, 409, 422, ...always),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const isPreview = previewQuery.parse(request.query).preview === 'true';
      if (!isPreview) requireRole(caller, 'decider');
      const message = readMessage(kind, request.body, caller);
      if (isPreview) {
        const foreseen = await preview(context.fulfillment, message, viewerOf(caller));
        if (foreseen.outcome === 'preview') return reply.send(foreseen.preview);
        if (foreseen.outcome === 'invalid') throw invalid('INVALID_MESSAGE', foreseen.errors);
        if (foreseen.outcome === 'conflict') throw conflict(foreseen, message);
        return reply.send(await outcomeFor(context, kind, foreseen.id, caller));
      }
      const idempotencyKey = request.headers['idempotency-key'];
      const by = callerName(caller);
      const arrived = await context.intake.submit({ message, by, idempotencyKey });
      const id = recordedId(arrived, message);
      void reply.header('location', `${request.base}/v1${path}/${id}`);
      if (arrived.outcome === 'accepted') return reply.code(202).send({ id, status: 'accepted' });
      void reply.header('idempotent-replayed', 'true');
      return reply.send(await outcomeFor(context, kind, id, caller));
    },
  );
}

/** The outcome of a message that the caller may see. @throws ProblemError 404 */
export async function outcomeFor(
  { fulfillment }: HttpContext,
  kind: MessageKind,
  id: string,
  caller: Caller,
) {
  const { noun } = kinds[kind];
  if (!z.uuid().safeParse(id).success) throw notFound(noun);
  const reseller = caller.kind === 'reseller' ? caller.name : undefined;
  const [found] = await findOutcomes(reading(fulfillment.database), { kind, ids: [id], reseller }, 1);
  if (!found) throw notFound(noun);
  return outcomeOf(found, viewerOf(caller));
}

function recordedId(arrived: Arrived, message: Message): string {
  switch (arrived.outcome) {
    case 'accepted':
    case 'repeat':
      return arrived.id;
    case 'invalid':
      throw invalid(arrived.code, arrived.errors);
    case 'conflict':
      throw conflict(arrived, message);
    case 'reused':
      throw new ProblemError(
        422,
        'IDEMPOTENCY_KEY_REUSED',
        'This Idempotency-Key came with another message before. Nothing was recorded.',
      );
  }
}

function conflict(
  { id, code, acceptedFingerprint }: Extract<Arrived, { outcome: 'conflict' }>,
  { number, fingerprint }: Message,
): ProblemError {
  const detail = `${number} was accepted before with other content, and stays as it was.`;
  return new ProblemError(409, code, detail, { id, acceptedFingerprint, fingerprint });
}

function answersOf(noun: string, previews: boolean): Record<number, Answer> {
  const location = { location: { type: 'string', description: 'Where the outcome is.' } } as const;
  const replayed = {
    'idempotent-replayed': {
      type: 'string',
      description: '`true`: the message came before, and this is what became of it.',
    },
  } as const;
  const repeat = `The ${noun} came before with the same content: its outcome, and nothing happened again.`;
  return {
    200: {
      ...json(
        previews
          ? `${repeat} With \`preview=true\` and new: how it would end, without id or new codes.`
          : repeat,
        outcomeSchema,
      ),
      headers: { ...location, ...replayed },
    },
    202: {
      ...json(`The ${noun} is recorded durably and will be decided in turn.`, acceptedSchema),
      headers: location,
    },
  };
}
