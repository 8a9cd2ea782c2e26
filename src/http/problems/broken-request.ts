import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problemBody, ProblemError, problemType } from '#src/http/problems/problem.ts';

/** Answers what is no HTTP, or does not come to an end, on its socket: there is no request that could be answered. */
export function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy(error);
    return;
  }
  const problem = problemOf(error.code);
  const body = JSON.stringify(problemBody(problem, randomUUID()));
  socket.end(
    [
      `HTTP/1.1 ${problem.statusCode} ${STATUS_CODES[problem.statusCode]}`,
      'connection: close',
      `content-type: ${problemType}`,
      `content-length: ${Buffer.byteLength(body)}`,
      'x-content-type-options: nosniff',
      '',
      body,
    ].join('\r\n'),
    // Whoever does not read it is not waited for.
    () => socket.destroy(),
  );
}

function problemOf(code: string | undefined): ProblemError {
  switch (code ?? '') {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ProblemError(408, 'REQUEST_TIMEOUT', 'The request did not arrive in time.');
    case 'HPE_HEADER_OVERFLOW':
      return new ProblemError(431, 'HEADERS_TOO_LARGE', 'The headers have more than 16 KiB.');
    default:
      return new ProblemError(400, 'MALFORMED_REQUEST', 'This is no HTTP request.');
  }
}
