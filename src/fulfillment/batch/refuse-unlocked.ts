import type { Claim } from '#src/fulfillment/batch/claim-items.ts';
import { servedFor } from '#src/fulfillment/deciding/changing/prepare.ts';
import type { Change } from '#src/fulfillment/deciding/changing/reach.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import { LocksOutdatedError } from '#src/persistence/locks.ts';

/**
 * A change looks at the licenses of its key where a merge has put them, which is known only when the ledger has been read: nobody else may
 * change them until what was decided by them is written.
 * @throws LocksOutdatedError with the accounts of such licenses that are not locked
 */
export function refuseUnlocked(
  set: WorkingSet,
  changes: readonly Change[],
  { locked, reach }: Pick<Claim, 'locked' | 'reach'>,
): void {
  const accounts = changes.flatMap((change) => servedFor(set, change, reach)).map(({ account }) => account);
  const farther = new Set(accounts.filter((account) => !isLocked(set, account, locked)));
  if (farther.size > 0) throw new LocksOutdatedError([...farther]);
}

/** Whoever changes a license locks its account, and the one that this was merged into. */
function isLocked(set: WorkingSet, account: string, locked: ReadonlySet<string>): boolean {
  return locked.has(account) || locked.has(set.survivor(account)?.id ?? account);
}
