import { z } from 'zod';
import type { FieldError } from '#jobs/message.ts';

export const problemType = 'application/problem+json';

/** RFC 9457, with `code`: what every answer of 400 and above looks like. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'A URI that names the kind of problem; there is one per `code`.' }),
    title: z.string().meta({ description: 'What the kind of problem is, in a few words.' }),
    status: z.int().meta({ description: 'The HTTP status.' }),
    code: z.string().meta({ description: 'What programs should look at.', examples: ['INVALID_MESSAGE'] }),
    detail: z.string().meta({ description: 'What is wrong this time, for people.' }),
    instance: z.string().meta({
      description: 'Names this very answer; the log line of the request carries it as `requestId`.',
    }),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'For a bad body or query: every fault, with the path of its field.' }),
    id: z
      .string()
      .optional()
      .meta({ description: 'For a conflict: the message that was accepted first, and stays as it is.' }),
    acceptedFingerprint: z
      .string()
      .optional()
      .meta({ description: 'For a conflict: SHA-256 of the content that was accepted.' }),
    fingerprint: z
      .string()
      .optional()
      .meta({ description: 'For a conflict: SHA-256 of the content that was refused.' }),
  })
  .meta({
    id: 'Problem',
    description: 'Why a call was refused (RFC 9457).',
    examples: [
      {
        type: 'urn:chancery:problem:invalid-message',
        title: 'The message is invalid',
        status: 400,
        code: 'INVALID_MESSAGE',
        detail: 'The message cannot be accepted: 2 faults.',
        instance: 'urn:uuid:0199c0de-0000-7000-8000-000000000001',
        errors: [
          { path: 'seats', message: 'must be at least 1' },
          { path: 'customer.email', message: 'is missing' },
        ],
      },
    ],
  });

/** What a problem may tell beside its code and detail. */
export interface ProblemMore {
  readonly errors?: readonly FieldError[];
  readonly id?: string;
  readonly acceptedFingerprint?: string;
  readonly fingerprint?: string;
  /** Becomes a `Retry-After` header. */
  readonly retryAfterSeconds?: number;
}

/** Thrown by whoever refuses a call; the one error handler answers with it. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly statusCode: number;
  readonly code: string;
  readonly more: ProblemMore;

  constructor(statusCode: number, code: string, detail: string, more: ProblemMore = {}) {
    super(detail);
    this.statusCode = statusCode;
    this.code = code;
    this.more = more;
  }
}

/** How long a client waits before it tries again while Postgres is away: recovery takes seconds. */
export const retryAfterSeconds = 5;

export function problemBody({ statusCode, code, message, more }: ProblemError, requestId: string) {
  const { retryAfterSeconds: _, ...told } = more;
  return {
    type: `urn:chancery:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: problemTitle(code),
    status: statusCode,
    code,
    detail: message,
    instance: `urn:uuid:${requestId}`,
    ...told,
  };
}

/** Unknown things and others' things answer alike: what is not yours does not exist for you. */
export function notFound(what: string): ProblemError {
  return new ProblemError(404, 'NOT_FOUND', `There is no such ${what}.`);
}

export function invalid(code: string, errors: readonly FieldError[]): ProblemError {
  const faults = errors.length === 1 ? '1 fault' : `${errors.length} faults`;
  const what = code === 'INVALID_QUERY' ? 'The call cannot be understood' : 'The message cannot be accepted';
  return new ProblemError(400, code, `${what}: ${faults}.`, { errors });
}

/** What the kind of problem is, in a few words. */
export function problemTitle(code: string): string {
  return titles[code] ?? 'The call was refused';
}

const titles: Readonly<Record<string, string>> = {
  INVALID_MESSAGE: 'The message is invalid',
  INVALID_QUERY: 'The query is invalid',
  MALFORMED_JSON: 'The body is not JSON',
  MISTYPED_CODE: 'A code is mistyped',
  AGREEMENT_NOT_ACCEPTED: 'The license agreement was not accepted',
  UNAUTHENTICATED: 'An API key is needed',
  FORBIDDEN: 'Not allowed',
  NOT_FOUND: 'Not found',
  METHOD_NOT_ALLOWED: 'The method is not allowed here',
  ORDER_CONFLICT: 'The order number is taken by another order',
  REQUEST_CONFLICT: 'The request number is taken by another request',
  NOT_REJECTED: 'The message is not rejected',
  NEWER_ORDER_FULFILLED: 'A newer order has been fulfilled since',
  CATALOG_TOO_OLD: 'The catalog of this process is too old',
  ACCOUNT_MERGED: 'The account was merged into another one',
  UNKNOWN_RESELLER: 'There is no such reseller',
  HOLD_ALREADY_DECIDED: 'The hold is decided already',
  CURSOR_EXPIRED: 'The cursor is no longer good',
  HEADERS_TOO_LARGE: 'The headers are too large',
  MALFORMED_REQUEST: 'The request is no HTTP',
  REQUEST_TIMEOUT: 'The body did not arrive in time',
  BODY_TOO_LARGE: 'The body is too large',
  UNSUPPORTED_MEDIA_TYPE: 'The body must be JSON',
  IDEMPOTENCY_KEY_REUSED: 'The idempotency key was used for another message',
  KEEP_NEEDED: 'The approval must say what to keep',
  KEEP_NOT_A_CANDIDATE: 'The approval keeps what is no candidate',
  KEEP_NOT_ASKED: 'The approval keeps what nobody asked for',
  TOO_MANY_REQUESTS: 'Too many requests',
  TOO_MANY_ENDPOINTS: 'There are as many endpoints as may be',
  ENDPOINT_DISABLED: 'The endpoint is disabled',
  NOTHING_ISSUED: 'There is nothing to install',
  CERTIFICATE_PENDING: 'The certificate is being rendered',
  UNAVAILABLE: 'Not available for the moment',
  INTERNAL_ERROR: 'Something is broken on our side',
};
