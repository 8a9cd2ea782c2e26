import type { App } from '#src/http/app.ts';
import { unavailable } from '#src/http/problems/problem-handling.ts';

/**
 * A request that hangs, on a frozen database or on somebody's lock, ends in a 503. Fastify's own `handlerTimeout` aborts a signal, which
 * nobody here listens to, at the end of every request: a tenth of what accepting an order costs.
 */
export function limitTime(app: App, withinMs: number): void {
  app.addHook('onRequest', (_, reply, done) => {
    const timer = setTimeout(() => {
      if (!reply.sent && !reply.raw.headersSent) void reply.send(unavailable());
    }, withinMs);
    reply.raw.once('close', () => clearTimeout(timer));
    done();
  });
}
