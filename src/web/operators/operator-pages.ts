import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { historyOf } from '#src/fulfillment/looking/history.ts';
import { emblemSvg } from '#src/web/emblem.ts';
import { loginPage } from '#src/web/operators/login-page.ts';
import { messagePage } from '#src/web/operators/message-page.ts';
import { sessionSeconds, type OperatorSessions } from '#src/web/operators/operator-session.ts';
import { addQueueBoard, queueBoardPath } from '#src/web/operators/queue-board.ts';
import { isSameOrigin } from '#src/web/same-origin.ts';
import { reading, type Database } from '#src/persistence/database.ts';
import { findOutcomes } from '#src/persistence/outcomes.ts';
import type { OpenQueue } from '#workers/queue-backend.ts';

export interface OperatorPagesOptions {
  readonly database: Database;
  readonly queues: readonly OpenQueue[];
  readonly environmentName: string;
  readonly sessions: OperatorSessions;
  /** The operator's name, or undefined for a key that is none of an operator. */
  readonly operatorOf: (key: string) => Promise<string | undefined>;
  /** Answers with a refusal as programs expect it. */
  readonly refuse: (
    request: FastifyRequest,
    reply: FastifyReply,
    status: 401 | 403 | 404,
    detail: string,
  ) => FastifyReply;
}

const sessionCookie = 'chancery_operator';

/** Nothing is loaded from elsewhere, whatever the pages ask for, and nobody may frame them. */
const contentSecurityPolicy =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'";

/** The operators' corner under `/ops`: login, Bull Board, and a page for each message. Everything but the login needs a session. */
export async function operatorPages(app: FastifyInstance, options: OperatorPagesOptions): Promise<void> {
  const { database, queues, environmentName, sessions, operatorOf, refuse } = options;
  await app.register(cookie);
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 8192 },
    (_, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    if (request.method !== 'GET' && request.method !== 'HEAD' && !isSameOrigin(request.headers))
      return refuse(request, reply, 403, 'A change must come from a page of this very server.');
    return undefined;
  });

  app.get('/ops/emblem.svg', { schema: { hide: true } }, (_, reply) =>
    reply.type('image/svg+xml').header('cache-control', 'public, max-age=86400').send(emblemSvg),
  );
  app.get('/ops/login', { schema: { hide: true } }, (request, reply) =>
    sendHtml(reply, loginPage(nextOf(request.query), environmentName)),
  );
  app.post(
    '/ops/login',
    { schema: { hide: true }, config: { rateLimit: { max: 10, timeWindow: 60_000 } } },
    async (request, reply) => {
      const { key } = loginForm.parse(request.body);
      const next = nextOf(request.body);
      const operator = await operatorOf(key.trim());
      const session = operator === undefined ? undefined : await sessions.open(operator);
      if (session === undefined)
        return sendHtml(
          reply.code(401),
          loginPage(next, environmentName, 'This is not the key of an operator.'),
        );
      void reply.setCookie(sessionCookie, session, {
        path: '/ops',
        httpOnly: true,
        sameSite: 'strict',
        // Behind a proxy that speaks TLS the request itself does not show it; the page's origin does.
        secure: request.headers.origin?.startsWith('https://') === true,
        maxAge: sessionSeconds,
      });
      return reply.redirect(next, 303);
    },
  );
  app.route({
    method: ['GET', 'POST'],
    url: '/ops/logout',
    schema: { hide: true },
    handler: (_, reply) => reply.clearCookie(sessionCookie, { path: '/ops' }).redirect('/ops/login', 303),
  });

  await app.register(async (inside) => {
    inside.addHook('onRequest', async (request, reply) => {
      const session = await sessions.read(request.cookies[sessionCookie] ?? '');
      const key = keyOf(request.headers.authorization ?? '');
      if (session || (key !== undefined && (await operatorOf(key)) !== undefined)) return undefined;
      if (request.method === 'GET' && request.headers.accept?.includes('text/html'))
        return reply.redirect(`/ops/login?next=${encodeURIComponent(request.url)}`, 303);
      return refuse(request, reply, 401, 'Sign in at /ops/login, or send the API key of an operator.');
    });
    inside.get('/ops', { schema: { hide: true } }, (_, reply) => reply.redirect(queueBoardPath, 303));
    inside.get('/ops/messages/:id', { schema: { hide: true } }, async (request, reply) => {
      const { id } = messageParams.safeParse(request.params).data ?? { id: undefined };
      const tx = reading(database);
      const [found] = id === undefined ? [] : await findOutcomes(tx, { ids: [id] }, 1);
      if (!found) return refuse(request, reply, 404, 'There is no such message.');
      const history = (await historyOf(tx, found.message.id)) ?? [];
      return sendHtml(reply, messagePage(found, history, environmentName));
    });
    await addQueueBoard(inside, { queues, environmentName });
  });
}

const loginForm = z.object({ key: z.string().max(300).default('') }).catch({ key: '' });
const messageParams = z.object({ id: z.uuid() });
const nextField = z.object({ next: z.string() });

/** Where to go after the login: only within our own pages. */
function nextOf(input: unknown): string {
  const next = nextField.safeParse(input).data?.next ?? '';
  return /^\/ops\/(?:queues|messages)(?:[/?][\w\-./?=&%:]*)?$/.test(next) ? next : queueBoardPath;
}

function sendHtml(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(page);
}

/** The key of an `Authorization` header: a bearer token, or the password of HTTP Basic, which proxies and scripts know. */
function keyOf(authorization: string): string | undefined {
  const [, scheme, credentials = ''] = /^(Bearer|Basic) +(\S{1,500})$/i.exec(authorization) ?? [];
  if (scheme?.toLowerCase() !== 'basic') return scheme && credentials;
  return Buffer.from(credentials, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/, '');
}
