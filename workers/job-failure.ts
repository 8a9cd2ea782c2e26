import { UnrecoverableError } from 'bullmq';
import { isTransient } from '#src/fulfillment/batch/transience.ts';
import { transientReason } from '#workers/jobs-in-the-way.ts';

/** What a job fails with: first whether it may succeed by itself, then what it was. What may not is not tried again. */
export function jobFailure(error: unknown): Error {
  if (isTransient(error)) return new Error(`${transientReason}: ${nameOf(error)}`, { cause: error });
  return new UnrecoverableError(`INTERNAL_ERROR: ${nameOf(error)}`);
}

/** The error's name and SQLSTATE: its message may quote content. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return `${error.name}${code}`;
}
