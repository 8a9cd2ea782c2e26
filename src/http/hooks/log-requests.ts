import type { App } from '#src/http/app.ts';
import { callerName } from '#src/http/callers/caller.ts';
import type { Metrics } from '#src/watch/metrics.ts';

/** One line per request: route pattern instead of address, since addresses may hold codes; no headers, no bodies. */
export function logRequests(app: App, metrics: Metrics): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const { method } = request;
    const { statusCode: status, elapsedTime } = reply;
    metrics.request(method, route, status, elapsedTime / 1000);
    const holder = request.caller ? callerName(request.caller) : undefined;
    const durationMs = Math.round(elapsedTime * 10) / 10;
    request.log.info({ method, route, status, durationMs, holder }, 'request');
  });
}
