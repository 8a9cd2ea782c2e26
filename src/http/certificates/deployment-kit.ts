import { z } from 'zod';
import { certificateView } from '#src/fulfillment/looking/certificate-view.ts';
import { showsAllOf } from '#src/fulfillment/looking/visibility.ts';
import type { App } from '#src/http/app.ts';
import { callerOf, withheld } from '#src/http/callers/authenticate.ts';
import { authenticatedRoute } from '#src/http/callers/authenticated-route.ts';
import { viewerOf } from '#src/http/callers/caller.ts';
import type { HttpContext } from '#src/http/context.ts';
import { idParams } from '#src/http/messages/message-reads.ts';
import { notFound, ProblemError } from '#src/http/problems/problem.ts';
import { always, responses } from '#src/http/responses.ts';
import { reading } from '#src/persistence/database.ts';
import { findOutcomes } from '#src/persistence/outcomes.ts';

/** Rendering a certificate takes a moment only. */
const pendingSeconds = 2;

/** `GET` of the Deployment Kit that a registration has earned (contract §8). */
export function deploymentKitRoute(app: App, { fulfillment, kit }: HttpContext): void {
  app.get(
    '/registrations/:id/deployment-kit',
    {
      ...authenticatedRoute,
      schema: {
        tags: ['Registrations'],
        summary: 'The Deployment Kit of a registration',
        description:
          'A ZIP with the products that the Registration Key issued to the account, as they stand now: codes, certificate, and scripts that download, compare and install. The same state gives the same bytes. `kit.json.jws` signs it; `chancery kit verify` checks it.',
        params: idParams,
        querystring: z.strictObject({}),
        response: responses(
          {
            200: {
              description: 'The kit.',
              content: { 'application/zip': { schema: z.string().meta({ format: 'binary' }) } },
            },
          },
          400,
          403,
          404,
          409,
          ...always,
        ),
      },
    },
    async (request, reply) => {
      const viewer = viewerOf(callerOf(request));
      const { id } = request.params;
      if (!z.uuid().safeParse(id).success) throw notFound('registration');
      const reseller = viewer.kind === 'reseller' ? viewer.name : undefined;
      const filter = { kind: 'registration', ids: [id], reseller } as const;
      const [found] = await findOutcomes(reading(fulfillment.database), filter, 1);
      if (!found) throw notFound('registration');
      const { facts, owners } = found;
      const account = facts?.customer.account ?? null;
      if (facts?.kind !== 'upgrade' || account === null) throw nothingIssued();
      if (!showsAllOf(facts, owners, viewer)) throw withheld(request, 'Deployment Kit for you');
      const made = await kit({ code: facts.registrationKey }, account);
      switch (made.outcome) {
        case 'unknown':
        case 'nothing-issued':
          throw nothingIssued();
        case 'pending':
          throw pending();
        case 'ready': {
          const { number, version } = made.certificate;
          // The newest certificate is in it: one that shows others' codes too is not handed out.
          const view = await certificateView(fulfillment, number, version, viewer);
          if (view?.showsCodes !== true) throw withheld(request, 'Deployment Kit for you');
          return reply
            .type('application/zip')
            .header('content-disposition', `attachment; filename="${made.filename}"`)
            .send(made.zip);
        }
      }
    },
  );
}

function nothingIssued(): ProblemError {
  const detail =
    'There is no product to install: the registration has issued none, or none of them is left. Products that were owned before need no kit.';
  return new ProblemError(409, 'NOTHING_ISSUED', detail);
}

function pending(): ProblemError {
  const detail = 'The certificate of the kit is not rendered yet.';
  return new ProblemError(503, 'CERTIFICATE_PENDING', detail, { retryAfterSeconds: pendingSeconds });
}
