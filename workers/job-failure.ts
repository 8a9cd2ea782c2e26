import { isTransient } from '#src/fulfillment/transience.ts';
import { transientReason } from '#workers/jobs-in-the-way.ts';

/** What a job fails with: first whether it may succeed by itself, then what it was. */
export function jobFailure(error: unknown): Error {
  const kind = isTransient(error) ? transientReason : 'INTERNAL_ERROR';
  return new Error(`${kind}: ${nameOf(error)}`, { cause: error });
}

/** The error's name and SQLSTATE: its message may quote content. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return `${error.name}${code}`;
}
