import { noApproval, type Approval } from '#src/domain/approval.ts';
import type { CalendarDate } from '#src/domain/calendar.ts';
import type { Catalog, Product } from '#src/domain/catalog.ts';
import { maskCode } from '#src/domain/code.ts';
import { planned, rejected } from '#src/domain/decision.ts';
import type { Account } from '#src/domain/holdings.ts';
import { productFamily, statusOn, type License } from '#src/domain/license.ts';
import { mergedLicense, type MergeInput } from '#src/domain/merging/merge-arithmetic.ts';
import { checkPerpetual, checkPolicies, checkUsable } from '#src/domain/merging/merge-checks.ts';
import type { MergeDecision } from '#src/domain/merging/merge-decision.ts';
import type { MergeHoldings } from '#src/domain/merging/merge-holdings.ts';
import type { MergeRequest } from '#src/domain/merging/merge-request.ts';
import { findSides } from '#src/domain/merging/merge-sides.ts';

/** What a merge does (rules §5.4). */
export interface MergePlan {
  readonly product: Product;
  /** The account whose license survives. */
  readonly account: Account;
  readonly survivor: License;
  /** What the survivor becomes. */
  readonly after: MergeInput;
  /** Merged in one step, disabled, pointing at the survivor. */
  readonly merged: readonly License[];
  /** A service merge's other account when it has no active license left: it is merged into the survivor's. */
  readonly emptiedAccount: Account | undefined;
}

/**
 * Decides a merge request: the fifteen checks of rules §5.3 in their order, the first that fails decides. 1 to 4 are in
 * `merge-sides.ts`; 5 to 8 and 12 to 15 in `merge-checks.ts`; 9 to 11, which are short, stand here.
 */
export function planMerge(
  request: MergeRequest,
  holdings: MergeHoldings,
  catalog: Catalog,
  today: CalendarDate,
  approval: Approval = noApproval,
): MergeDecision<MergePlan> {
  const found = findSides(request, holdings, catalog, today);
  if (found.outcome !== 'planned') return found;
  const { product, account, from } = found.plan;
  const usable = checkUsable(found.plan, holdings, today, request.reseller);
  if (usable.outcome !== 'planned') return usable;
  const { retained, others } = usable.plan;
  const crowded = [retained, ...others].find(({ active }) => active.length > 1);
  if (request.kind === 'service' && crowded) {
    const sentence = `${crowded.name} has several active licenses of ${product.name}; merge those first.`;
    return rejected('MERGE_SEVERAL_ACTIVE', sentence, { side: crowded.name });
  }
  const [survivor] = retained.active;
  const merged = others.flatMap(({ active }) => active);
  if (request.kind === 'on-premises' && !request.merge && merged.length > 1) {
    return rejected(
      'MERGE_CHOOSE_LICENSES',
      `The account has ${merged.length + 1} active licenses of ${product.name}; say with "merge" which ones shall merge into the retained one.`,
      { candidates: merged.map((license) => maskCode(license.activationCode)) },
    );
  }
  const stranger = merged.find((license) => productFamily(license.pid) !== productFamily(survivor.pid));
  if (stranger) {
    const sentence = `Licenses of different product families cannot merge; name licenses of ${product.name} only.`;
    return rejected('MERGE_DIFFERENT_PRODUCTS', sentence, {
      activationCode: maskCode(stranger.activationCode),
    });
  }
  const forbidden = checkPolicies(survivor, merged, found.plan, catalog.policies.merge.matrix, approval);
  if (forbidden) return forbidden;
  const policy = checkPerpetual(survivor, merged, catalog.policies.merge.validThrough, today, approval);
  if (policy.outcome !== 'planned') return policy;
  const gone = new Set(merged.map(({ id }) => id));
  const staysActive = (license: License) => !gone.has(license.id) && statusOn(license, today) === 'active';
  const isEmptied =
    from && !holdings.licenses.some((license) => license.account === from.id && staysActive(license));
  return planned({
    product,
    account,
    survivor,
    after: mergedLicense(survivor, merged, policy.plan, today),
    merged,
    emptiedAccount: isEmptied ? from : undefined,
  });
}
