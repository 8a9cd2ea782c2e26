import type { FastifyReply } from 'fastify';

/** Nothing from elsewhere, no script at all, and nobody may frame the page. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** What every page of ours says to the browser; addresses of ours are told to no other site. */
export function setPageHeaders(reply: FastifyReply): void {
  void reply.headers({
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
  });
}
