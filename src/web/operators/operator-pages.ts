import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { historyOf } from '#src/fulfillment/looking/history.ts';
import type { KeyHolder } from '#src/persistence/api-keys.ts';
import { reading, type Database } from '#src/persistence/database.ts';
import { findOutcomes } from '#src/persistence/outcomes.ts';
import { emblemSvg } from '#src/web/emblem.ts';
import { tooManyGuesses, type Guesses } from '#src/web/guesses.ts';
import { loginPage } from '#src/web/operators/login-page.ts';
import { messagePage } from '#src/web/operators/message-page.ts';
import { addQueueBoard, queueBoardPath } from '#src/web/operators/queue-board.ts';
import { isSameOrigin, requireSameOrigin } from '#src/web/same-origin.ts';
import type { Sessions } from '#src/web/sessions.ts';
import type { OpenQueue } from '#workers/queue-backend.ts';

export interface OperatorPagesOptions {
  readonly database: Database;
  readonly queues: readonly OpenQueue[];
  readonly environmentName: string;
  readonly publicUrl: string | undefined;
  readonly sessions: Sessions;
  /** Wrong keys per address. */
  readonly guesses: Guesses;
  /** Whose a key is; undefined for one that is unknown or revoked. */
  readonly holderOf: (key: string) => Promise<KeyHolder | undefined>;
  /** Answers with a refusal as programs expect it. */
  readonly refuse: (
    request: FastifyRequest,
    reply: FastifyReply,
    status: 401 | 403 | 404 | 429,
    detail: string,
    retryAfterSeconds?: number,
  ) => FastifyReply;
}

/** Nothing is loaded from elsewhere, whatever the pages ask for, and nobody may frame them. */
const contentSecurityPolicy =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'";

/** The operators' corner under `/ops`: login, Bull Board, and a page for each message. Everything but the login needs a session. */
export async function operatorPages(app: FastifyInstance, options: OperatorPagesOptions): Promise<void> {
  const { database, queues, environmentName, publicUrl, sessions, guesses, holderOf, refuse } = options;
  await app.register(cookie);
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 8192 },
    (_, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  app.addHook('onRequest', async (_, reply) => {
    void reply.headers({
      'content-security-policy': contentSecurityPolicy,
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    });
  });
  requireSameOrigin(app, publicUrl, (request, reply) =>
    refuse(request, reply, 403, 'A change must come from a page of this very server.'),
  );

  app.get('/ops/emblem.svg', { schema: { hide: true } }, (_, reply) =>
    reply.type('image/svg+xml').header('cache-control', 'public, max-age=86400').send(emblemSvg),
  );
  app.get('/ops/login', { schema: { hide: true } }, ({ base, query }, reply) =>
    sendHtml(reply, loginPage({ base, next: nextOf(query), environmentName })),
  );
  app.post('/ops/login', { schema: { hide: true } }, async (request, reply) => {
    const { base, body } = request;
    const next = nextOf(body);
    const holder = await holderOf(loginForm.parse(body).key.trim());
    if (holder?.kind !== 'operator') {
      const { isTooMany, retryAfterSeconds } = await guesses.wrong(request);
      const error = isTooMany
        ? `This is not the key of an operator, and there were too many wrong ones from your address. Wait ${retryAfterSeconds} s.`
        : 'This is not the key of an operator.';
      if (isTooMany) void reply.header('retry-after', retryAfterSeconds);
      return sendHtml(reply.code(isTooMany ? 429 : 401), loginPage({ base, next, environmentName, error }));
    }
    await sessions.open(request, reply, { subject: holder.name, credential: holder.hash });
    return reply.redirect(base + next, 303);
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/ops/logout',
    schema: { hide: true },
    async handler(request, reply) {
      // The board's link is a GET; followed from another site it does nothing.
      if (request.method === 'GET' && !isSameOrigin(request.headers))
        return reply.redirect(`${request.base}/ops`, 303);
      await sessions.end(request, reply);
      return reply.redirect(`${request.base}/ops/login`, 303);
    },
  });

  await app.register(async (inside) => {
    inside.addHook('onRequest', async (request, reply) => {
      const key = keyOf(request.headers.authorization ?? '');
      const holder = key === undefined ? undefined : await holderOf(key);
      if (holder?.kind === 'operator' || (await sessions.read(request))) return undefined;
      if (holder) return refuse(request, reply, 403, 'These pages are for operators.');
      if (key !== undefined) {
        const { isTooMany, retryAfterSeconds } = await guesses.wrong(request);
        if (isTooMany)
          return refuse(request, reply, 429, tooManyGuesses(retryAfterSeconds), retryAfterSeconds);
      }
      if (key === undefined && request.method === 'GET' && request.headers.accept?.includes('text/html'))
        return reply.redirect(`${request.base}/ops/login?next=${encodeURIComponent(request.url)}`, 303);
      return refuse(request, reply, 401, 'Sign in at /ops/login, or send the API key of an operator.');
    });
    inside.get('/ops', { schema: { hide: true } }, ({ base }, reply) =>
      reply.redirect(base + queueBoardPath, 303),
    );
    inside.get('/ops/messages/:id', { schema: { hide: true } }, async (request, reply) => {
      const { id } = messageParams.safeParse(request.params).data ?? { id: undefined };
      const tx = reading(database);
      const [found] = id === undefined ? [] : await findOutcomes(tx, { ids: [id] }, 1);
      if (!found) return refuse(request, reply, 404, 'There is no such message.');
      const history = (await historyOf(tx, found.message.id)) ?? [];
      return sendHtml(reply, messagePage(request.base, found, history, environmentName));
    });
    await addQueueBoard(inside, { database, queues, environmentName });
  });
}

const loginForm = z.object({ key: z.string().max(300).default('') }).catch({ key: '' });
const messageParams = z.object({ id: z.uuid() });
const nextField = z.object({ next: z.string().max(2000) });

/** Where to go after the login: only to our own pages for operators, as a browser would understand the address. */
function nextOf(input: unknown): string {
  const next = nextField.safeParse(input).data?.next ?? '';
  const url = /^\/[!-~]*$/.test(next) ? URL.parse(next, 'http://own.invalid') : null;
  if (url === null || url.host !== 'own.invalid' || /[%\\]/.test(url.pathname)) return queueBoardPath;
  const isOurs = /^\/ops(?:\/|$)/.test(url.pathname) && !/^\/ops\/log(?:in|out)\b/.test(url.pathname);
  return isOurs ? url.pathname + url.search : queueBoardPath;
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
