import { z } from 'zod';
import { kinds, type MessageKind } from '#jobs/kinds.ts';
import { retryMessage, whyNotRetried } from '#src/fulfillment/batch/retry-message.ts';
import type { App } from '#src/http/app.ts';
import { callerOf } from '#src/http/callers/authenticate.ts';
import { decidingRoute } from '#src/http/callers/authenticated-route.ts';
import { callerName } from '#src/http/callers/caller.ts';
import type { HttpContext } from '#src/http/context.ts';
import { resources } from '#src/http/messages/kinds.ts';
import { idParams } from '#src/http/messages/message-reads.ts';
import { outcomeFor } from '#src/http/messages/message-routes.ts';
import { acceptedSchema } from '#src/http/messages/outcome-schema.ts';
import { notFound, ProblemError } from '#src/http/problems/problem.ts';
import { always, json, responses } from '#src/http/responses.ts';

/** `POST …/{id}/retry`: a rejected message is decided anew as it is. */
export function retryRoute(app: App, context: HttpContext, kind: MessageKind): void {
  const { tag } = resources[kind];
  const { path } = kinds[kind];
  const { noun } = kinds[kind];
  app.post(
    `${path}/:id/retry`,
    {
      ...decidingRoute,
      schema: {
        tags: [tag.name],
        summary: `Decide a rejected ${noun} anew`,
        description: `As it is, for when what it lacked is there now. 409 \`NOT_REJECTED\` when it is not rejected, or another try took its place.`,
        params: idParams,
        querystring: z.strictObject({}),
        response: responses(
          {
            202: {
              ...json(`The ${noun} will be decided in turn.`, acceptedSchema),
              headers: { location: { type: 'string', description: 'Where the outcome is.' } },
            },
          },
          400,
          404,
          409,
          ...always,
        ),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id = '' } = await outcomeFor(context, kind, request.params.id, caller);
      const retry = await retryMessage(context.fulfillment, id, callerName(caller));
      if (retry.outcome === 'unknown') throw notFound(noun);
      if (retry.outcome === 'not-rejected')
        throw new ProblemError(409, 'NOT_REJECTED', whyNotRetried(retry), { id });
      context.wakeAgain(retry.kind, id);
      void reply.header('location', `${request.base}/v1${path}/${id}`);
      return reply.code(202).send({ id, status: 'accepted' });
    },
  );
}
