import type { MergeRequest } from '#src/domain/merge-request.ts';
import type { Case, Decided, DecidingContext } from '#src/fulfillment/decided.ts';
import type { WorkingSet } from '#src/fulfillment/working-set.ts';

export function mergeLicenses(
  _set: WorkingSet,
  request: Case<MergeRequest>,
  _context: DecidingContext,
): Decided {
  throw new Error(`Merge requests such as ${request.id} cannot be decided yet.`);
}
