/** What was recorded under a number before: one of the tries, of which only the last can be anything but rejected. */
export interface Try {
  /** Of its canonical content. */
  readonly fingerprint: string;
  /** 1 for the first of its number. */
  readonly attempt: number;
  readonly isRejected: boolean;
}

/** What a message is beside those that came under its number before (rules §6). */
export type Sameness<T extends Try> =
  { readonly is: 'first' } | { readonly is: 'repeat' | 'conflict' | 'new-try'; readonly of: T };

/**
 * The same content is a repeat of what it was then, rejected or not: a late second delivery must not fulfil what its sender believes
 * refused. Other content is a new try when the last of the number was rejected, since nothing was done then; otherwise it is a conflict.
 */
export function samenessOf<T extends Try>(fingerprint: string, earlier: readonly T[]): Sameness<T> {
  let last: T | undefined;
  for (const one of earlier) {
    if (one.fingerprint === fingerprint) return { is: 'repeat', of: one };
    if (!last || one.attempt > last.attempt) last = one;
  }
  if (!last) return { is: 'first' };
  return { is: last.isRejected ? 'new-try' : 'conflict', of: last };
}
