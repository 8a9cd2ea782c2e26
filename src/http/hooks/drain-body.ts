import type { FastifyReply, FastifyRequest } from 'fastify';

/** More than anybody sends by mistake. */
const mostDrained = 32 * 1024 * 1024;

/**
 * Goes on reading what a client sends although it is refused already. Who closes instead, breaks the connection while the client still
 * writes, and most clients then tell of a broken pipe and not of the answer. It ends with the body, with `requestTimeout`, or after so
 * many bytes; a body that says itself that it is larger is not read at all.
 */
export function drainBody({ raw }: FastifyRequest, reply: FastifyReply): void {
  if (Number(raw.headers['content-length'] ?? 0) > mostDrained) return;
  void reply.removeHeader('connection');
  let drained = 0;
  raw.on('data', (chunk: Buffer) => {
    drained += chunk.length;
    if (drained > mostDrained) raw.destroy();
  });
  raw.resume();
}
