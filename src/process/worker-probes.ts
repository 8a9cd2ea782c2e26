import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { problemBody, ProblemError, problemType } from '#src/http/problems/problem.ts';
import { reachable, type Listening } from '#src/process/listening.ts';
import type { System } from '#src/process/system.ts';
import { createHealth, type Health } from '#src/watch/health.ts';
import { createMetrics, type Metrics } from '#src/watch/metrics.ts';

/**
 * `/health/live`, `/health/ready` and `/metrics` of a worker process, on HTTP_PORT, as an api process answers them; by Node's own server,
 * since the API's would take a worker 10 MB. Work matters more than probes: on a port that is taken (by an api process or another worker
 * on the same machine) it says so and goes without. @returns undefined then
 */
export async function listenProbes(
  system: System,
  draining: () => boolean,
  stuck: () => string | undefined,
  fault: () => string | undefined = () => undefined,
): Promise<Listening | undefined> {
  const { configuration, database, queues, log } = system;
  const { httpHost: host, httpPort: port } = configuration;
  const pingQueue = () => answeringWorkers(queues, fault);
  const health = createHealth({ role: 'worker', database, pingQueue, draining, stuck });
  const answer = answering(
    health,
    createMetrics({
      database,
      queues: Object.values(queues.all),
      health,
      outcomes: system.outcomes !== undefined,
      work: system.work,
    }),
  );
  const respond = async ({ method, url = '' }: IncomingMessage, response: ServerResponse) => {
    const { status, type, body } = await answer(method, url.split('?')[0]).catch((error: unknown) => {
      log.error({ err: error }, 'a probe failed');
      return problem(new ProblemError(500, 'INTERNAL_ERROR', 'The call failed; the log says why.'));
    });
    response.writeHead(status, {
      'content-type': type,
      'x-content-type-options': 'nosniff',
      ...(status === 405 && { allow: 'GET, HEAD' }),
    });
    response.end(body);
  };
  const server = createServer((request, response) => void respond(request, response));
  server.listen({ host, port });
  try {
    await once(server, 'listening');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    log.warn({ port }, 'no probes: the port is taken; set HTTP_PORT to a free one for this worker');
    return undefined;
  }
  return { url: reachable(addressOf(server)), close: () => closed(server) };
}

/** The queue server does what its workers need, which may be more than to answer. */
async function answeringWorkers(
  queues: System['queues'],
  fault: () => string | undefined,
): Promise<string | undefined> {
  const remark = await queues.ping();
  const refused = fault();
  if (refused !== undefined) throw new Error(refused);
  return remark;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function answering(health: Health, metrics: Metrics) {
  return async (method: string | undefined, path: string | undefined): Promise<Answer> => {
    const isKnown = path === '/health/live' || path === '/health/ready' || path === '/metrics';
    if (!isKnown) return problem(new ProblemError(404, 'NOT_FOUND', 'There is nothing at this address.'));
    if (method !== 'GET' && method !== 'HEAD')
      return problem(new ProblemError(405, 'METHOD_NOT_ALLOWED', 'This address answers GET and HEAD.'));
    if (path === '/metrics') return { status: 200, type: metrics.contentType, body: await metrics.scrape() };
    if (path === '/health/live') {
      const live = health.live();
      return json(live.ok, live);
    }
    const readiness = await health.ready();
    return json(readiness.ready, readiness);
  };
}

function json(isWell: boolean, content: object): Answer {
  return {
    status: isWell ? 200 : 503,
    type: 'application/json; charset=utf-8',
    body: JSON.stringify(content),
  };
}

function problem(error: ProblemError): Answer {
  return {
    status: error.statusCode,
    type: problemType,
    body: JSON.stringify(problemBody(error, randomUUID())),
  };
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The probes listen nowhere.');
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

/** Those under way are answered; what only keeps its connection is not waited for. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
