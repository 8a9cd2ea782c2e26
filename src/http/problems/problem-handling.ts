import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { maskCodesIn } from '#src/domain/masked-codes.ts';
import { isTransient } from '#src/fulfillment/batch/transience.ts';
import type { App } from '#src/http/app.ts';
import { drainBody } from '#src/http/hooks/drain-body.ts';
import { pathOf } from '#src/http/problems/path-of.ts';
import { isForPerson, problemPage } from '#src/http/problems/problem-page.ts';
import {
  invalid,
  problemBody,
  ProblemError,
  problemType,
  retryAfterSeconds,
} from '#src/http/problems/problem.ts';
import { quietPagePolicy } from '#src/web/page.ts';

/** Every refusal and every fault of the app becomes a problem; only faults of ours are logged with their cause. */
export function handleProblems(app: App): void {
  const methods = methodsByPath(app);
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.code === 'INTERNAL_ERROR') logFault(request, error);
    return sendProblem(request, reply, problem);
  });
  app.setNotFoundHandler((request, reply) => {
    const allowed = methods(pathOf(request.url));
    // What is there to be read, as a file of many is, may be missing all the same.
    if (allowed.length === 0 || allowed.includes(request.method))
      return sendProblem(
        request,
        reply,
        new ProblemError(404, 'NOT_FOUND', 'There is nothing at this address.'),
      );
    void reply.header('allow', allowed.join(', '));
    const detail = `This address answers ${allowed.join(' and ')}.`;
    return sendProblem(request, reply, new ProblemError(405, 'METHOD_NOT_ALLOWED', detail));
  });
}

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: ProblemError,
): FastifyReply {
  const { more, statusCode } = problem;
  if (more.retryAfterSeconds !== undefined) void reply.header('retry-after', more.retryAfterSeconds);
  if (statusCode === 401) void reply.header('www-authenticate', 'Bearer realm="chancery"');
  if (!request.raw.complete && statusCode === 413) drainBody(request, reply);
  if (isForPerson(request))
    return reply
      .code(statusCode)
      .type('text/html; charset=utf-8')
      .header('vary', 'Accept')
      .header('content-security-policy', quietPagePolicy)
      .serializer(String)
      .send(problemPage(request, problem));
  return reply
    .code(statusCode)
    .type(problemType)
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemBody(problem, request.id));
}

function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const known = isFastifyError(error) ? fastifyProblem(error) : undefined;
  if (known) return known;
  if (isTransient(error)) return unavailable();
  return new ProblemError(500, 'INTERNAL_ERROR', 'The call failed; the instance helps us to find out why.');
}

export function unavailable(): ProblemError {
  const detail =
    'The database cannot be reached or is busy. Nothing can be said of this call; repeating it is safe.';
  return new ProblemError(503, 'UNAVAILABLE', detail, { retryAfterSeconds });
}

function fastifyProblem(error: FastifyError): ProblemError | undefined {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ProblemError(413, 'BODY_TOO_LARGE', 'A message has at most 1 MiB.');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ProblemError(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the message as application/json.');
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new ProblemError(400, 'MALFORMED_JSON', 'The body is not one JSON text.', {
        errors: [{ path: '', message: 'the message must be a JSON object' }],
      });
    default:
  }
  if (error instanceof SyntaxError)
    return new ProblemError(400, 'MALFORMED_JSON', 'The body is not a JSON text.', {
      errors: [{ path: '', message: 'the message must be a JSON object' }],
    });
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500
    ? invalid('INVALID_MESSAGE', [{ path: '', message: 'the request is malformed' }])
    : undefined;
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && ('code' in error || 'statusCode' in error);
}

/** Messages of PostgreSQL and of libraries may quote content. */
function logFault(request: FastifyRequest, error: unknown): void {
  const fault = error instanceof Error ? error : new Error(String(error));
  request.log.error(
    {
      error: fault.name,
      message: maskCodesIn(fault.message),
      stack: maskCodesIn(fault.stack ?? ''),
    },
    'a request failed',
  );
}

/** Which methods the routes that fit a path have; routes are collected as they are added. */
function methodsByPath(app: App): (path: string) => readonly string[] {
  const routes: { readonly fits: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    const pattern = url.split(/(:\w+|\*)/).map((part) => {
      if (part.startsWith(':')) return '[^/]+';
      return part === '*' ? '.*' : part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
    });
    routes.push({ fits: new RegExp(`^${pattern.join('')}$`), methods: [method].flat() });
  });
  return (path) => [...new Set(routes.flatMap(({ fits, methods }) => (fits.test(path) ? methods : [])))];
}
