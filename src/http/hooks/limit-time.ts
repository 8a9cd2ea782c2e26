import type { FastifyReply } from 'fastify';
import type { App } from '#src/http/app.ts';
import { unavailable } from '#src/http/problems/problem-handling.ts';
import { ProblemError } from '#src/http/problems/problem.ts';

export interface TimeLimits {
  /** From the end of the body on, or from the beginning when there is none. */
  readonly answeredWithinMs: number;
  /** From the beginning to the end of the body. */
  readonly bodyWithinMs: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Ends the request when it takes too long. */
    deadline: NodeJS.Timeout | null;
  }
}

/**
 * A request that hangs, on a frozen database or on somebody's lock, ends in a 503; one whose body does not come to an end, in a 408.
 * Fastify's own `handlerTimeout` aborts a signal, which nobody here listens to, at the end of every request: a tenth of what accepting
 * an order costs. What comes after an answer (the rest of a body that was refused) is limited by the server's own `requestTimeout`.
 */
export function limitTime(app: App, { answeredWithinMs, bodyWithinMs }: TimeLimits): void {
  app.decorateRequest('deadline', null);
  app.addHook('onRequest', (request, reply, done) => {
    const { headers } = request;
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    const timer = hasBody
      ? setTimeout(() => endSlowBody(reply, bodyWithinMs), bodyWithinMs)
      : setTimeout(() => endLate(reply), answeredWithinMs);
    request.deadline = timer;
    reply.raw.once('close', () => request.deadline && clearTimeout(request.deadline));
    done();
  });
  // The body is there.
  app.addHook('preValidation', (request, reply, done) => {
    if (request.body !== undefined && request.deadline) {
      clearTimeout(request.deadline);
      request.deadline = setTimeout(() => endLate(reply), answeredWithinMs);
    }
    done();
  });
}

function endLate(reply: FastifyReply): void {
  if (!reply.sent && !reply.raw.headersSent) void reply.send(unavailable());
}

function endSlowBody(reply: FastifyReply, bodyWithinMs: number): void {
  if (reply.sent || reply.raw.headersSent) return;
  const detail = `The body did not arrive within ${bodyWithinMs / 1000} s. Nothing was recorded; repeating the call is safe.`;
  void reply.header('connection', 'close').send(new ProblemError(408, 'REQUEST_TIMEOUT', detail));
}
