import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { networks, type Networks } from '#src/mechanisms/networks.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * The path under which a browser sees this server: empty, or like `/licenses`. Every address of ours in a page, a redirect, a cookie's
     * path or a `Location` begins with it.
     */
    base: string;
  }
}

export interface PublicAddressOptions {
  /** PUBLIC_URL. */
  readonly publicUrl?: string | undefined;
  /** TRUSTED_PROXIES. */
  readonly trustedProxies?: readonly string[] | undefined;
}

/** What a proxy in front of the server changes, and how much of what it says is believed. */
export interface PublicAddress {
  readonly publicUrl: string | undefined;
  readonly trusted: Networks;
  /** The path of PUBLIC_URL, without a slash at its end. */
  readonly base: string;
  /** For Fastify: a proxy may leave PUBLIC_URL's path in front of ours, or take it away. */
  rewriteUrl(request: IncomingMessage): string;
}

export function publicAddress({ publicUrl, trustedProxies = [] }: PublicAddressOptions): PublicAddress {
  const base = publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
  return {
    publicUrl,
    trusted: networks(trustedProxies),
    base,
    rewriteUrl({ url = '/' }) {
      if (base === '' || !url.startsWith(base)) return url;
      const rest = url.slice(base.length);
      if (rest === '' || rest.startsWith('?')) return `/${rest}`;
      return rest.startsWith('/') ? rest : url;
    },
  };
}

const prefixShape = /^(?:\/[\w.~-]{1,100}){1,10}\/?$/;

/** Gives every request its `base`: what a trusted proxy says in `X-Forwarded-Prefix`, else the path of PUBLIC_URL. */
export function knowBase(app: FastifyInstance, address: PublicAddress): void {
  app.decorateRequest('base', address.base);
  app.addHook('onRequest', (request, _, done) => {
    const prefix = request.headers['x-forwarded-prefix'];
    if (typeof prefix === 'string' && address.trusted.has(request.socket.remoteAddress)) {
      // "/" says that there is none.
      if (prefix === '/' || prefix === '') request.base = '';
      else if (prefixShape.test(prefix) && !prefix.includes('..')) request.base = prefix.replace(/\/$/, '');
    }
    done();
  });
}
