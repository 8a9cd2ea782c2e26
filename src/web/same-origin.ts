import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request that changes something was made by a page of this server, or by no browser at all. Browsers say so themselves
 * (`Sec-Fetch-Site`, which no page can forge); older ones send `Origin` with every change.
 */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host, authorization } = headers;
  if (origin !== undefined) return URL.parse(origin)?.host === host;
  // A program with a key is no browser that somebody else could steer.
  return authorization !== undefined;
}
