import { z } from 'zod';
import type { App } from '#src/http/app.ts';
import { operatorRoute } from '#src/http/callers/authenticated-route.ts';
import { json, responses } from '#src/http/responses.ts';
import type { Health } from '#src/watch/health.ts';
import type { Metrics } from '#src/watch/metrics.ts';

const check = z.object({ ok: z.boolean(), message: z.string().optional() });

const liveness = check.meta({ id: 'Liveness' });

const readiness = z
  .object({
    ready: z.boolean(),
    checks: z.object({ postgres: check, schema: check, queue: check, work: check, draining: check }),
  })
  .meta({
    id: 'Readiness',
    description: 'What is not ok says why. A queue server that is away does not make an api process unready.',
  });

export function probeRoutes(
  app: App,
  health: Health,
  metrics: Metrics,
  metricsAccess: 'open' | 'operator' = 'open',
): void {
  const tags = ['Operation'];
  app.get(
    '/health/live',
    {
      schema: {
        tags,
        summary: 'Whether the process works',
        security: [],
        response: responses(
          {
            200: json('It does.', liveness),
            503: json('It gets nothing done.', liveness),
          },
          431,
        ),
      },
    },
    async (_, reply) => {
      const live = health.live();
      return reply.code(live.ok ? 200 : 503).send(live);
    },
  );
  app.get(
    '/health/ready',
    {
      schema: {
        tags,
        summary: 'Whether the process can take requests',
        security: [],
        response: responses({ 200: json('It can.', readiness), 503: json('It cannot.', readiness) }, 431),
      },
    },
    async (_, reply) => {
      const ready = await health.ready();
      return reply.code(ready.ready ? 200 : 503).send(ready);
    },
  );
  app.get(
    '/metrics',
    {
      ...(metricsAccess === 'operator' && operatorRoute),
      schema: {
        tags,
        summary: 'Prometheus metrics',
        ...(metricsAccess === 'open' && { security: [] }),
        response: responses(
          {
            200: {
              description: 'Names begin with `chancery_`.',
              content: { 'text/plain': { schema: z.string() } },
            },
          },
          ...(metricsAccess === 'operator' ? ([401, 403, 431] as const) : ([431] as const)),
        ),
      },
    },
    async (_, reply) => reply.type(metrics.contentType).send(await metrics.scrape()),
  );
}
