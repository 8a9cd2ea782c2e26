import { normalizeIP } from '@fastify/rate-limit';
import type { App } from '#src/http/app.ts';
import { callerName } from '#src/http/callers/caller.ts';
import { ProblemError } from '#src/http/problems/problem.ts';

export function limitRate(app: App, perMinute: number): void {
  if (perMinute === 0) return;
  const limit = app.rateLimit({
    max: perMinute,
    timeWindow: 60_000,
    keyGenerator: ({ caller, ip }) => (caller ? callerName(caller) : `address ${normalizeIP(ip)}`),
    errorResponseBuilder: tooMany,
  });
  app.addHook('onRequest', limit);
}

export function tooMany(_: unknown, { ttl }: { readonly ttl: number }): ProblemError {
  const seconds = Math.max(1, Math.ceil(ttl / 1000));
  const detail = `The limit of requests is reached; it is lifted in ${seconds} s.`;
  return new ProblemError(429, 'TOO_MANY_REQUESTS', detail, { retryAfterSeconds: seconds });
}
