import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Whether a request that changes something was made by a page of this server, or by no browser at all. Browsers say so themselves
 * (`Sec-Fetch-Site`, which no page can forge); older ones send `Origin` with every change.
 * @param publicOrigin of PUBLIC_URL, for proxies that do not pass the browser's `Host` on
 */
export function isSameOrigin(headers: IncomingHttpHeaders, publicOrigin?: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host, authorization } = headers;
  if (origin !== undefined) return URL.parse(origin)?.host === host || origin === publicOrigin;
  // A program with a key is no browser that somebody else could steer.
  return authorization !== undefined;
}

/** Every change within the app must come from a page of this server; reading may come from anywhere. */
export function requireSameOrigin(
  app: FastifyInstance,
  publicUrl: string | undefined,
  refuse: (request: FastifyRequest, reply: FastifyReply) => FastifyReply,
): void {
  const publicOrigin = publicUrl === undefined ? undefined : new URL(publicUrl).origin;
  app.addHook('onRequest', async (request, reply) => {
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    return changes && !isSameOrigin(request.headers, publicOrigin) ? refuse(request, reply) : undefined;
  });
}
