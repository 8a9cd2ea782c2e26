import type { FastifyRequest } from 'fastify';
import type { App } from '#src/intake/http/app.ts';
import type { Caller } from '#src/intake/http/caller.ts';
import type { Identify } from '#src/intake/http/identify.ts';
import { ProblemError } from '#src/intake/http/problem.ts';

/**
 * Finds out whose key a request carries, before the rate limit, which counts per key; refuses after the rate limit, so that guessing
 * keys is limited too, and before the body is read.
 */
export function authenticate(app: App, identify: Identify): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request) => {
    const key = request.routeOptions.config.access && bearerKey(request);
    request.caller = (key && (await identify.byKey(key))) || null;
  });
  app.addHook('preParsing', async (request) => {
    const { access } = request.routeOptions.config;
    if (access) callerOf(request);
    if (access === 'operator' && request.caller?.kind !== 'operator')
      throw new ProblemError(403, 'FORBIDDEN', 'This call is for operators.');
  });
}

/** @throws ProblemError 401 */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller) return request.caller;
  const detail = request.headers.authorization
    ? 'The API key is unknown or revoked.'
    : 'Send an API key: "Authorization: Bearer chk_…".';
  throw new ProblemError(401, 'UNAUTHENTICATED', detail);
}

export function bearerKey(request: FastifyRequest): string | undefined {
  const match = /^Bearer +(\S{1,300}) *$/i.exec(request.headers.authorization ?? '');
  return match?.[1];
}
