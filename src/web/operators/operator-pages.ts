import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { maskCodesIn } from '#src/domain/masked-codes.ts';
import { mayActAs } from '#src/domain/operator-role.ts';
import type { KeyHolder, OperatorKey } from '#src/persistence/api-keys.ts';
import { writeAudit } from '#src/persistence/audit.ts';
import { reading, type Database } from '#src/persistence/database.ts';
import { emblemSvg } from '#src/web/emblem.ts';
import { tooManyGuesses, type Guesses } from '#src/web/guesses.ts';
import { deskPages } from '#src/web/operators/desk-pages.ts';
import { deskPath, type Desk, type Operator } from '#src/web/operators/desk.ts';
import { loginPage } from '#src/web/operators/login-page.ts';
import { addQueueBoard } from '#src/web/operators/queue-board.ts';
import { isSameOrigin, requireSameOrigin } from '#src/web/same-origin.ts';
import type { Sessions } from '#src/web/sessions.ts';
import type { OpenQueue } from '#workers/queue-backend.ts';

export interface OperatorPagesOptions {
  readonly database: Database;
  readonly desk: Desk;
  readonly queues: readonly OpenQueue[];
  readonly environmentName: string;
  readonly publicUrl: string | undefined;
  readonly sessions: Sessions;
  /** The live key of an operator, which says its role. */
  readonly operatorKey: (name: string) => Promise<OperatorKey | undefined>;
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

/** The operators' corner under `/ops`: login, the desk's pages, and Bull Board. Everything but the login needs a session. */
export async function operatorPages(app: FastifyInstance, options: OperatorPagesOptions): Promise<void> {
  const { environmentName, publicUrl, sessions, guesses, holderOf, refuse } = options;
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
    sendHtml(
      reply,
      loginPage({
        base,
        next: nextOf(query),
        environmentName,
        ...(endedField.safeParse(query).success && {
          error: 'Your session has ended, and what you sent was not done. Sign in again.',
        }),
      }),
    ),
  );
  const operatorOf = async (
    request: FastifyRequest,
    holder: KeyHolder | undefined,
  ): Promise<Operator | null> => {
    if (holder?.kind === 'operator') return holder.role && { name: holder.name, role: holder.role };
    const session = holder ? undefined : await sessions.read(request);
    const live = session && (await options.operatorKey(session.subject));
    return session && live ? { name: session.subject, role: live.role } : null;
  };
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
    inside.decorateRequest('operator', null);
    inside.addHook('onRequest', async (request, reply) => {
      const key = keyOf(request.headers.authorization ?? '');
      const holder = key === undefined ? undefined : await holderOf(key);
      request.operator = await operatorOf(request, holder);
      if (request.operator) return undefined;
      if (holder) return refuse(request, reply, 403, 'These pages are for operators.');
      if (key !== undefined) {
        const { isTooMany, retryAfterSeconds } = await guesses.wrong(request);
        if (isTooMany)
          return refuse(request, reply, 429, tooManyGuesses(retryAfterSeconds), retryAfterSeconds);
      }
      if (key === undefined && request.method === 'GET' && request.headers.accept?.includes('text/html'))
        return reply.redirect(`${request.base}/ops/login?next=${encodeURIComponent(request.url)}`, 303);
      // A form of a browser whose session has ended meanwhile.
      if (key === undefined && request.method === 'POST' && request.headers.accept?.includes('text/html'))
        return reply.redirect(
          `${request.base}/ops/login?ended=yes&next=${encodeURIComponent(request.url)}`,
          303,
        );
      return refuse(request, reply, 401, 'Sign in at /ops/login, or send the API key of an operator.');
    });
    await inside.register((board) => queueBoard(board, options));
    await inside.register((pages) => deskPages(pages, options.desk));
  });
}

/** Bull Board: everybody sees, deciders change; what they change stands in the audit. */
async function queueBoard(app: FastifyInstance, options: OperatorPagesOptions): Promise<void> {
  app.addHook('onRequest', async (request, reply) => {
    const isChange = request.method !== 'GET' && request.method !== 'HEAD';
    if (isChange && request.operator && !mayActAs(request.operator.role, 'decider'))
      return options.refuse(request, reply, 403, 'Changing queues takes the role decider.');
  });
  // The queue server knows no transaction of ours: what it has done is written down before anybody hears that it is done.
  app.addHook('onSend', async ({ method, operator, routeOptions, params }, reply) => {
    if (method === 'GET' || method === 'HEAD' || !operator || reply.statusCode >= 300) return;
    const { queueName = 'all queues', ...rest } = boardParams.parse(params);
    const route = routeOptions.url ?? '';
    await writeAudit(reading(options.database), {
      by: `operator ${operator.name}`,
      action: 'queue-changed',
      on: { kind: 'queue', id: maskCodesIn(queueName) },
      details: {
        change: route.slice(route.lastIndexOf('/api/') + '/api'.length),
        ...(rest.jobId !== undefined && { job: maskCodesIn(rest.jobId) }),
        ...(rest.queueStatus !== undefined && { jobs: rest.queueStatus }),
      },
    });
  });
  await addQueueBoard(app, options);
}

const boardParams = z
  .object({
    queueName: z.string().optional(),
    jobId: z.string().optional(),
    queueStatus: z.string().optional(),
  })
  .catch({});

const loginForm = z.object({ key: z.string().max(300).default('') }).catch({ key: '' });
const endedField = z.object({ ended: z.literal('yes') });
const nextField = z.object({ next: z.string().max(2000) });

/** Where to go after the login: only to our own pages for operators, as a browser would understand the address. */
function nextOf(input: unknown): string {
  const next = nextField.safeParse(input).data?.next ?? '';
  const url = /^\/[!-~]*$/.test(next) ? URL.parse(next, 'http://own.invalid') : null;
  if (url === null || url.host !== 'own.invalid' || /[%\\]/.test(url.pathname)) return deskPath;
  const isOurs = /^\/ops(?:\/|$)/.test(url.pathname) && !/^\/ops\/log(?:in|out)\b/.test(url.pathname);
  return isOurs ? url.pathname + url.search : deskPath;
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
