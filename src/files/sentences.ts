import type { FieldError } from '#jobs/message.ts';

/** All faults of a row in one cell: `customer.email must be an e-mail address; seats must be at least 1`. */
export function sentenceOfErrors(errors: readonly FieldError[]): string {
  return errors.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ');
}

/** A field of a row that may be no object at all. */
export function fieldOf(data: unknown, name: string): unknown {
  if (typeof data !== 'object' || data === null) return undefined;
  return Object.entries(data).find(([key]) => key === name)?.[1];
}

/** The file as a whole cannot be imported; nothing was recorded. The message is a sentence for the person who started the import. */
export class ImportRefusedError extends Error {
  override readonly name = 'ImportRefusedError';
}
