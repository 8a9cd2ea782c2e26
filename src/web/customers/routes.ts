import cookie from '@fastify/cookie';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { languageAccepted, languageNamed, type Language } from '#src/domain/customers/language.ts';
import { signInLimits } from '#src/domain/customers/sign-in.ts';
import { html } from '#src/mechanisms/html.ts';
import { findMemberships } from '#src/persistence/members.ts';
import { portalPage } from '#src/web/customers/portal-page.ts';
import { isSignedIn, keep, readingOf, type Portal } from '#src/web/customers/portal.ts';
import { visitDataOf, type Answer, type MemberVisit, type Visit } from '#src/web/customers/visit.ts';
import { wordsOf } from '#src/web/customers/words/words.ts';
import { formOf, parseForms } from '#src/web/form-body.ts';
import { setPageHeaders } from '#src/web/page-headers.ts';
import { isSameOrigin } from '#src/web/same-origin.ts';

/** Idle and longest time of a session, for `createSessions`. */
export const memberSessionLimits = {
  idleSeconds: signInLimits.sessionIdleSeconds,
  totalSeconds: signInLimits.sessionTotalSeconds,
};

const languageCookie = 'chancery_language';
const yearSeconds = 365 * 24 * 3600;

/** Pages and posts of one network in a minute at most: far more than people make, far fewer than guessing wants. */
const requestsPerMinute = 600;

export type Handler<V extends Visit = Visit> = (visit: V) => Promise<Answer>;

/** Registers pages; each handler gets a visit, whatever the browser sent. */
export interface Routes {
  get(path: string, handler: Handler): void;
  post(path: string, handler: Handler): void;
  /** For members of an account; others are asked to sign in, and what they have typed is kept. */
  memberGet(path: string, handler: Handler<MemberVisit>): void;
  memberPost(path: string, handler: Handler<MemberVisit>): void;
}

/** What all pages of the portal share: cookies, forms, headers, languages, refusals in words. */
export async function openRoutes(
  app: FastifyInstance,
  portal: Portal,
  publicUrl: string | undefined,
): Promise<Routes> {
  await app.register(cookie);
  parseForms(app);
  app.addHook('onRequest', app.rateLimit({ max: requestsPerMinute, timeWindow: 60_000 }));
  app.addHook('onRequest', async (_, reply) => setPageHeaders(reply));
  app.setErrorHandler(async (error, request, reply) => {
    const status = statusOf(error);
    if (status === 500) portal.log.error({ err: error }, 'a page of the portal failed');
    const visit = await visitOf(portal, request, reply, false);
    const words = visit.words.problems;
    const text = status === 429 ? words.tooMany : words.failed;
    return sendPage(reply, status === 500 ? 503 : status, plainPage(visit, words.failedTitle, text));
  });
  app.setNotFoundHandler(async (request, reply) => {
    const chosen = languageChosen(request);
    if (chosen) return rememberLanguage(request, reply, chosen);
    const visit = await visitOf(portal, request, reply, true);
    return sendPage(reply, 404, notFoundPage(visit));
  });
  const publicOrigin = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
  const run = (handler: Handler) => async (request: FastifyRequest, reply: FastifyReply) => {
    const chosen = languageChosen(request);
    if (chosen) return rememberLanguage(request, reply, chosen);
    const visit = await visitOf(portal, request, reply, true);
    if (request.method === 'POST' && !isSameOrigin(request.headers, publicOrigin)) {
      const { crossSiteTitle, crossSite } = visit.words.problems;
      return sendPage(reply, 403, plainPage(visit, crossSiteTitle, crossSite));
    }
    const answer = await handler(visit);
    if ('sent' in answer) return answer.sent;
    if ('go' in answer) return reply.redirect(`${request.base}${answer.go}`, 303);
    if (visit.session && visit.data.notice !== undefined && request.method === 'GET') {
      const { notice: _, ...rest } = visit.data;
      await portal.sessions.keep(visit.session, rest);
    }
    if (answer.refreshSeconds !== undefined) void reply.header('refresh', String(answer.refreshSeconds));
    return sendPage(reply, answer.status ?? 200, answer.page);
  };
  const hidden = { schema: { hide: true } };
  const membersOnly =
    (handler: Handler<MemberVisit>): Handler =>
    async (visit) => {
      const { address, data } = visit;
      if (address === undefined) return askToSignIn(portal, visit);
      const memberships = await findMemberships(readingOf(portal), address);
      const mine =
        memberships.find(({ account }) => account === data.account) ??
        memberships.find(({ mergedInto }) => mergedInto === null) ??
        memberships[0];
      if (!mine) return { page: noAccountPage(visit, address) };
      return handler({ ...visit, address, account: mine.account, company: mine.company, memberships });
    };
  const routes: Routes = {
    get: (path, handler) => void app.get(within(path), hidden, run(handler)),
    post: (path, handler) => void app.post(within(path), hidden, run(handler)),
    memberGet: (path, handler) => routes.get(path, membersOnly(handler)),
    memberPost: (path, handler) => routes.post(path, membersOnly(handler)),
  };
  return routes;
}

/** Where the pages are registered, so that what is not there is theirs to say, too. */
export const portalPrefix = '/portal';

function within(path: string): string {
  return path.slice(portalPrefix.length);
}

async function visitOf(
  portal: Portal,
  request: FastifyRequest,
  reply: FastifyReply,
  withSession: boolean,
): Promise<Visit> {
  const session = withSession ? await portal.sessions.read(request) : undefined;
  const language =
    languageNamed(request.cookies?.[languageCookie]) ?? languageAccepted(request.headers['accept-language']);
  return {
    request,
    reply,
    language,
    words: wordsOf[language],
    form: formOf(request.body),
    session,
    data: visitDataOf(session),
    address: session && isSignedIn(session) ? session.subject : undefined,
  };
}

/** The language that a link at the foot of a page chooses. */
function languageChosen({ url, method }: FastifyRequest): Language | undefined {
  if (method !== 'GET') return undefined;
  return languageNamed(new URLSearchParams(url.split('?')[1] ?? '').get('language') ?? undefined);
}

function rememberLanguage(request: FastifyRequest, reply: FastifyReply, language: Language): FastifyReply {
  const path = request.url.split('?')[0] ?? '/portal';
  return reply
    .setCookie(languageCookie, language, {
      path: `${request.base}/portal`,
      sameSite: 'lax',
      httpOnly: true,
      maxAge: yearSeconds,
    })
    .redirect(`${request.base}${path}`, 303);
}

/** Fields whose content is a proof, not a text: they are typed again. */
const notKept = new Set(['code', 'step', 'draft']);

/** Who is not signed in is asked to; a form that came is kept, and its page is where the way goes on. */
async function askToSignIn(portal: Portal, visit: Visit): Promise<Answer> {
  const { request, form, words, data } = visit;
  const path = request.url.split('?')[0] ?? '/portal';
  const isForm = request.method === 'POST';
  const fields = isForm ? form.entries().filter(([name]) => !notKept.has(name)) : [];
  const notice = isForm ? { notice: words.signIn.sessionEnded } : {};
  await keep(portal, visit, {
    ...data,
    ...notice,
    kept: { path, fields: fields.map(([name, value]) => [name, value]) },
  });
  return { go: '/portal' };
}

function noAccountPage(visit: Visit, address: string): string {
  const { licensesPage: words } = visit.words;
  return portalPage(visit, {
    title: words.noAccount,
    content: html`<h1>${words.noAccount}</h1>
      <p>${words.noAccountLead(address)}</p>
      <p class="actions"><a class="button" href="/portal/sign-up">${words.addKey}</a></p>`,
  });
}

export function notFoundPage(visit: Visit): string {
  const { notFoundTitle, notFound } = visit.words.problems;
  return plainPage(visit, notFoundTitle, notFound);
}

function plainPage(visit: Visit, title: string, text: string): string {
  return portalPage(visit, {
    title,
    content: html`<h1>${title}</h1>
      <p>${text}</p>
      <p><a href="/portal">${visit.words.problems.toStart}</a></p>`,
  });
}

function sendPage(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply.code(status).type('text/html; charset=utf-8').send(page);
}

function statusOf(error: unknown): number {
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 500 ? status : 500;
}
