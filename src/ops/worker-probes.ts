import fastify, { type FastifyBaseLogger } from 'fastify';
import type { App } from '#src/intake/http/app.ts';
import { handleProblems } from '#src/intake/http/problem-handling.ts';
import { probeRoutes } from '#src/intake/http/routes/probes.ts';
import { serializerCompiler, validatorCompiler } from '#src/intake/http/validation.ts';
import { createHealth } from '#src/ops/health.ts';
import { reachable, type Listening } from '#src/ops/listening.ts';
import { createMetrics } from '#src/ops/metrics.ts';
import type { System } from '#src/ops/system.ts';

/**
 * `/health/live`, `/health/ready` and `/metrics` of a worker process, on HTTP_PORT. Work matters more than probes: on a port that is
 * taken (by an api process or another worker on the same machine) it says so and goes without. @returns undefined then
 */
export async function listenProbes(
  system: System,
  draining: () => boolean,
  stuck: () => string | undefined,
): Promise<Listening | undefined> {
  const { configuration, database, queues, log } = system;
  const logger: FastifyBaseLogger = log;
  const app: App = fastify({
    loggerInstance: logger,
    disableRequestLogging: true,
    return503OnClosing: false,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  handleProblems(app);
  const pingQueue = () => queues.ping();
  probeRoutes(
    app,
    createHealth({ role: 'worker', database, pingQueue, draining, stuck }),
    createMetrics({ database, queues: Object.values(queues.all) }),
  );
  try {
    const address = await app.listen({ host: configuration.httpHost, port: configuration.httpPort });
    return { url: reachable(address), close: () => app.close() };
  } catch (error) {
    await app.close();
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    log.warn(
      { port: configuration.httpPort },
      'no probes: the port is taken; set HTTP_PORT to a free one for this worker',
    );
    return undefined;
  }
}
