import { UnrecoverableError } from 'bullmq';
import { isTransient } from '#src/fulfillment/batch/transience.ts';
import { transientReason } from '#workers/jobs-in-the-way.ts';

/** What a job fails with: first whether it may succeed by itself, then what it was. What may not is not tried again. */
export function jobFailure(error: unknown): Error {
  if (isTransient(error)) return new Error(`${transientReason}: ${nameOf(error)}`, { cause: error });
  return new UnrecoverableError(`INTERNAL_ERROR: ${nameOf(error)}`);
}

/** The error's name, SQLSTATE and, of a row that PostgreSQL refused, the constraint: its message may quote content. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const told = [fieldOf(error, 'code'), fieldOf(error, 'constraint')].filter((text) => text !== '');
  return told.length === 0 ? error.name : `${error.name} (${told.join(' ')})`;
}

function fieldOf(error: Error, name: 'code' | 'constraint'): string {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}
