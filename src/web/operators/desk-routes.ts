import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OperatorRole } from '#src/domain/operator-role.ts';
import { formOf, parseForms } from '#src/web/form-body.ts';
import { saying } from '#src/web/operators/desk-page.ts';
import { may, type Desk, type DeskAnswer, type DeskVisit } from '#src/web/operators/desk.ts';
import { withoutCodes } from '#src/web/operators/filters.ts';
import { setPageHeaders } from '#src/web/page-headers.ts';

export type DeskHandler = (visit: DeskVisit) => Promise<DeskAnswer>;

/** Registers pages. Who comes is signed in already; changes come from pages of ours. */
export interface DeskRoutes {
  get(path: string, handler: DeskHandler): void;
  /** @param role that the change takes; others get 403 */
  post(path: string, role: OperatorRole, handler: DeskHandler): void;
}

/** A message of 1 MiB, escaped as forms escape. */
const largestForm = 4 * 1024 * 1024;

/** How the address of a button ends, below that of its page. */
const ofButtons =
  /(?:\/members)?\/(?:reveal|move|retry|replay|set-aside|add|rotate|end|invite|remove|again)$/;

/** What all pages of the desk share: headers, forms, roles, refusals in words. */
export function openDeskRoutes(app: FastifyInstance, desk: Desk): DeskRoutes {
  app.removeContentTypeParser('application/x-www-form-urlencoded');
  parseForms(app, largestForm);
  app.addHook('onRequest', async (_, reply) => setPageHeaders(reply));
  app.setErrorHandler(async (error, request, reply) => {
    const given =
      typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500;
    const status = given >= 400 && given < 500 ? given : 503;
    if (status === 503) desk.log.error({ err: error }, 'a page of the desk failed');
    const visit = visitOf(desk, request, reply);
    const text =
      status === 413
        ? 'What was sent is too large.'
        : 'Something did not work, and nothing was changed. Try again in a moment; the log of this server says more.';
    return send(reply, status, saying(visit, 'This did not work', text));
  });
  const run =
    (handler: DeskHandler, role?: OperatorRole) => async (request: FastifyRequest, reply: FastifyReply) => {
      const visit = visitOf(desk, request, reply);
      if (role !== undefined && !may(visit, role)) {
        const text = `This takes the role ${role}; yours is ${visit.operator.role}. Nothing was changed.`;
        return send(reply, 403, saying(visit, 'Not allowed', text));
      }
      const masked = request.method === 'GET' ? withoutCodes(visit.query) : undefined;
      if (masked !== undefined) {
        const path = request.url.split('?', 1)[0] ?? '';
        return reply.redirect(`${request.base}${path}?${masked}`, 303);
      }
      const answer = await handler(visit);
      if ('go' in answer) return reply.redirect(`${request.base}${answer.go}`, 303);
      return send(reply, answer.status ?? 200, answer.page);
    };
  const hidden = { schema: { hide: true } };
  return {
    get: (path, handler) => void app.get(path, hidden, run(handler)),
    post: (path, role, handler) => {
      app.post(path, hidden, run(handler, role));
      // Whoever loads an answer's address again, or signs in there anew, comes to the page that had the button.
      const page = path.replace(ofButtons, '');
      if (page === path) return;
      app.get(path, hidden, (request, reply) => {
        const shown = (request.url.split('?', 1)[0] ?? '').replace(ofButtons, '');
        return reply.redirect(request.base + shown, 303);
      });
    },
  };
}

export function notThere(visit: DeskVisit, what: string): DeskAnswer {
  return { status: 404, page: saying(visit, 'Not found', `There is no such ${what}.`) };
}

function visitOf(desk: Desk, request: FastifyRequest, reply: FastifyReply): DeskVisit {
  const { operator } = request;
  if (!operator) throw new Error('A page of the desk was reached without signing in.');
  return {
    request,
    reply,
    operator,
    environmentName: desk.environmentName,
    form: formOf(request.body),
    query: new URLSearchParams(request.url.split('?')[1] ?? ''),
  };
}

function send(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(page);
}
