import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { certificateView, type CertificateView } from '#src/fulfillment/looking/certificate-view.ts';
import type { App } from '#src/http/app.ts';
import { callerOf, withheld } from '#src/http/callers/authenticate.ts';
import { authenticatedRoute } from '#src/http/callers/authenticated-route.ts';
import { viewerOf, type Caller } from '#src/http/callers/caller.ts';
import { shownFactsSchema, verificationSchema } from '#src/http/certificates/certificate-schema.ts';
import { verifyCertificate } from '#src/http/certificates/verify-certificate.ts';
import type { HttpContext } from '#src/http/context.ts';
import { wholeNumber } from '#src/http/list.ts';
import { notFound, ProblemError } from '#src/http/problems/problem.ts';
import { always, empty, json, responses } from '#src/http/responses.ts';
import { findCertificatePdf } from '#src/persistence/certificates.ts';
import { reading } from '#src/persistence/database.ts';

const certificateParams = z.object({ number: z.string().meta({ examples: ['LC-2026-0000001'] }) });

const versionQuery = z.strictObject({
  version: wholeNumber(1, 2_147_483_647).optional().meta({ description: 'Absent: the latest.' }),
});

/** Rendering takes a moment only. */
const pendingSeconds = 2;

export function certificateRoutes(app: App, context: HttpContext): void {
  app.get(
    '/certificates/:number',
    {
      ...authenticatedRoute,
      schema: {
        tags: ['Certificates'],
        summary: 'A License Certificate',
        description:
          'The PDF with `Accept: application/pdf`, else the facts that it states. A certificate on which an account stands that is not yours, one merged into yours included, shows masked codes and has no PDF for you; nor has any for operators of the role `viewer`.',
        params: certificateParams,
        querystring: versionQuery,
        response: responses(
          {
            200: {
              description: 'The certificate.',
              headers: { etag: { type: 'string', description: 'Of the PDF: the SHA-256 of its bytes.' } },
              content: {
                'application/json': { schema: shownFactsSchema },
                'application/pdf': { schema: z.string().meta({ format: 'binary' }) },
              },
            },
            304: empty('The PDF is the one that `If-None-Match` names.'),
          },
          400,
          403,
          404,
          ...always,
        ),
      },
    },
    async (request, reply) => {
      const { number } = request.params;
      const view = await visible(context, number, request.query.version, callerOf(request));
      void reply.header('vary', 'Accept').header('cache-control', 'private, no-cache');
      // A program that says nothing, or that it takes anything, gets data.
      if (request.accepts().type(['application/json', 'application/pdf']) !== 'application/pdf')
        return reply.send(view.shownFacts);
      if (!view.showsCodes) throw withheld(request, 'PDF for you: an account on it is not yours');
      return sendPdf(context, view, request, reply);
    },
  );
  app.get(
    '/certificates/:number/verify',
    {
      ...authenticatedRoute,
      schema: {
        tags: ['Certificates'],
        summary: 'Check a License Certificate',
        description:
          'Checks signature, facts and PDF as they are kept. The same can be done offline from the QR code and the public keys.',
        params: certificateParams,
        querystring: versionQuery,
        response: responses({ 200: json('What the checks said.', verificationSchema) }, 400, 404, ...always),
      },
    },
    async (request) => {
      const view = await visible(context, request.params.number, request.query.version, callerOf(request));
      const pdf = await findCertificatePdf(reading(context.fulfillment.database), view.number, view.version);
      if (view.jws === null || !pdf) throw pending(view);
      const { payload, ...verdict } = verifyCertificate(view.facts, view.jws, pdf, await context.jwks());
      // Beside a mask, the fingerprint of an early certificate would let its Registration Key be searched for.
      return view.showsCodes && payload ? { ...verdict, payload } : verdict;
    },
  );
}

async function visible(
  { fulfillment }: HttpContext,
  number: string,
  version: number | undefined,
  caller: Caller,
): Promise<CertificateView> {
  const shaped = /^LC-\d{4}-\d{7,15}$/.test(number);
  const view = shaped ? await certificateView(fulfillment, number, version, viewerOf(caller)) : undefined;
  if (!view) throw notFound('certificate');
  return view;
}

async function sendPdf(
  { fulfillment }: HttpContext,
  view: CertificateView,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const stored = await findCertificatePdf(reading(fulfillment.database), view.number, view.version);
  if (!stored) throw pending(view);
  const tag = `"${stored.sha256}"`;
  void reply.header('etag', tag);
  if (request.headers['if-none-match']?.includes(tag)) return reply.code(304).send();
  return reply
    .type('application/pdf')
    .header('content-disposition', `inline; filename="${view.number}-v${view.version}.pdf"`)
    .send(stored.pdf);
}

function pending({ number, version }: CertificateView): ProblemError {
  const detail = `The PDF of ${number} version ${version} is not rendered yet.`;
  return new ProblemError(503, 'CERTIFICATE_PENDING', detail, { retryAfterSeconds: pendingSeconds });
}
