import { z } from 'zod';
import {
  problemBody,
  ProblemError,
  problemSchema,
  problemType,
  type ProblemMore,
} from '#src/http/problems/problem.ts';

/** What the statuses say wherever they occur; a route names those that it can answer. */
const problems = {
  400: 'Invalid: every fault is named, with the path of its field.',
  401: 'No API key, or one that is unknown or revoked.',
  403: 'The call is for operators.',
  404: 'Unknown, or not yours.',
  408: 'The body did not arrive in time. Repeating the call is safe.',
  409: 'In conflict with what was recorded before, which stays untouched.',
  410: 'No longer kept.',
  413: 'The body has more than 1 MiB.',
  415: 'The body is not `application/json`.',
  422: 'Understood, and not possible.',
  429: 'Too many requests with this API key; `Retry-After` says for how many seconds to wait.',
  431: 'The headers have more than 16 KiB.',
  503: 'Not available for the moment; `Retry-After` says when to try again. Repeating the call is safe.',
} as const;

export type ProblemStatus = keyof typeof problems;

export interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: z.ZodType; readonly example?: object }>>;
  /** Of the answer, as JSON schemas. */
  readonly headers?: Readonly<Record<string, { readonly type: 'string'; readonly description: string }>>;
}

/** The `response` part of a route: its answers, and the problems that it can answer with. */
export function responses(
  answers: Readonly<Record<number, Answer | z.ZodType>>,
  ...statuses: readonly ProblemStatus[]
): Record<string, Answer | z.ZodType> {
  const refusals = statuses.map((status) => [
    status,
    {
      description: problems[status],
      content: { [problemType]: { schema: problemSchema, example: exampleOf(status) } },
    },
  ]);
  return { ...answers, ...Object.fromEntries(refusals) };
}

function exampleOf(status: ProblemStatus): object {
  const [code, detail, more] = examples[status];
  return problemBody(new ProblemError(status, code, detail, more), '0199c0de-0000-7000-8000-000000000002');
}

const examples: Readonly<Record<ProblemStatus, readonly [code: string, detail: string, more?: ProblemMore]>> =
  {
    400: [
      'INVALID_MESSAGE',
      'The message cannot be accepted: 2 faults.',
      {
        errors: [
          { path: 'seats', message: 'must be at least 1' },
          { path: 'customer.email', message: 'is missing' },
        ],
      },
    ],
    401: ['UNAUTHENTICATED', 'The API key is unknown or revoked.'],
    403: ['FORBIDDEN', 'This call is for operators.'],
    404: ['NOT_FOUND', 'There is no such upgrade order.'],
    408: [
      'REQUEST_TIMEOUT',
      'The body did not arrive within 30 s. Nothing was recorded; repeating the call is safe.',
    ],
    409: ['ORDER_CONFLICT', 'PO-2026-00123 was accepted before with other content, and stays as it was.'],
    410: ['CURSOR_EXPIRED', 'Events behind the cursor were removed after 30 days.'],
    413: ['BODY_TOO_LARGE', 'A message has at most 1 MiB.'],
    415: ['UNSUPPORTED_MEDIA_TYPE', 'Send the message as application/json.'],
    422: [
      'IDEMPOTENCY_KEY_REUSED',
      'This Idempotency-Key came with another message before. Nothing was recorded.',
    ],
    429: ['TOO_MANY_REQUESTS', 'The limit of requests is reached; it is lifted in 21 s.'],
    431: ['HEADERS_TOO_LARGE', 'The headers have more than 16 KiB.'],
    503: [
      'UNAVAILABLE',
      'The database cannot be reached or is busy. Nothing can be said of this call; repeating it is safe.',
    ],
  };

/** An answer without a body. */
export function empty(description: string): z.ZodType {
  return z.null().meta({ description });
}

/** A JSON answer. */
export function json(description: string, schema: z.ZodType): Answer {
  return { description, content: { 'application/json': { schema } } };
}

/** Problems of every call under `/v1`. */
export const always = [401, 429, 503] as const;
export const ofABody = [400, 408, 413, 415] as const;
