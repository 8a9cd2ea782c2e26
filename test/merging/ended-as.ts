import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import type { ExpectedEnd } from '#test/merging/merge-case.ts';

/** How a merge request ended, in the words in which a case expects it; the emptied account is not in an outcome. */
export function endedAs(outcome: Outcome): object {
  const { status, reason, survivor, merged } = outcome;
  if (reason) return { status, code: reason.code };
  return {
    status,
    ...(survivor && {
      survivor: {
        activationCode: survivor.activationCode,
        account: survivor.account,
        seats: survivor.seats,
        validThrough: survivor.validThrough,
      },
    }),
    merged: merged?.map(({ activationCode }) => activationCode).toSorted(),
  };
}

export function expectedEnd(expected: ExpectedEnd): object {
  if (expected.status !== 'fulfilled') return expected;
  const { status, survivor, merged } = expected;
  return { status, survivor, merged: merged.toSorted() };
}
