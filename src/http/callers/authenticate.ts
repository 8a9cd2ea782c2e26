import type { FastifyRequest } from 'fastify';
import type { OperatorRole } from '#src/domain/operator-role.ts';
import type { App } from '#src/http/app.ts';
import { mayDo, type Caller } from '#src/http/callers/caller.ts';
import type { Identify } from '#src/http/callers/identify.ts';
import { notFound, ProblemError } from '#src/http/problems/problem.ts';
import { tooManyGuesses, type Guesses } from '#src/web/guesses.ts';

/**
 * Finds out whose key a request carries, before the rate limit, which counts per key; refuses after the rate limit, so that guessing
 * keys is limited too, and before the body is read.
 */
export function authenticate(app: App, identify: Identify, guesses: Guesses): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request) => {
    const key = request.routeOptions.config.access && bearerKey(request);
    request.caller = (key && (await identify.byKey(key))) || null;
    if (!key || request.caller) return;
    const { isTooMany, retryAfterSeconds } = await guesses.wrong(request);
    if (isTooMany)
      throw new ProblemError(429, 'TOO_MANY_REQUESTS', tooManyGuesses(retryAfterSeconds), {
        retryAfterSeconds,
      });
  });
  app.addHook('preParsing', async (request) => {
    const { access, role } = request.routeOptions.config;
    if (access) callerOf(request);
    if (access === 'operator' && request.caller?.kind !== 'operator')
      throw new ProblemError(403, 'FORBIDDEN', 'This call is for operators.');
    if (request.caller && role) requireRole(request.caller, role);
  });
}

/** @throws ProblemError 403 when the caller is an operator of a lesser role */
export function requireRole(caller: Caller, role: OperatorRole): void {
  if (mayDo(caller, role)) return;
  const detail = `This takes the role ${role}; yours is ${caller.role ?? 'none'}.`;
  throw new ProblemError(403, 'FORBIDDEN', detail);
}

/** What shows codes in full is refused to an operator by the role, and to a reseller as if it were not there. */
export function withheld(request: FastifyRequest, what: string): ProblemError {
  requireRole(callerOf(request), 'decider');
  return notFound(what);
}

/** @throws ProblemError 401 */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller) return request.caller;
  const detail = request.headers.authorization
    ? 'The API key is unknown or revoked.'
    : 'Send an API key: "Authorization: Bearer chk_…".';
  throw new ProblemError(401, 'UNAUTHENTICATED', detail);
}

function bearerKey(request: FastifyRequest): string | undefined {
  const match = /^Bearer +(\S{1,300}) *$/i.exec(request.headers.authorization ?? '');
  return match?.[1];
}
