import type { Approval } from '#src/domain/approval.ts';
import { isPerpetual, type CalendarDate } from '#src/domain/calendar.ts';
import type { MergeDatePolicy, MergeMatrix, Product } from '#src/domain/catalog.ts';
import { maskCode } from '#src/domain/code.ts';
import { held, planned, rejected } from '#src/domain/decision.ts';
import { belongsToAnother } from '#src/domain/holdings.ts';
import { statusOn, type License } from '#src/domain/license.ts';
import type { MergeDecision } from '#src/domain/merging/merge-decision.ts';
import type { MergeHoldings } from '#src/domain/merging/merge-holdings.ts';
import type { MergeSides, Side } from '#src/domain/merging/merge-sides.ts';
import { comparable } from '#src/domain/typed-text.ts';

/** The active licenses of each side. */
export interface UsableSides {
  readonly retained: UsableSide;
  readonly others: readonly UsableSide[];
}

interface UsableSide {
  readonly name: string;
  readonly active: readonly [License, ...License[]];
}

/** Checks 5 to 8, each over all sides before the next. */
export function checkUsable(
  found: MergeSides,
  holdings: MergeHoldings,
  today: CalendarDate,
  reseller: string | undefined,
): MergeDecision<UsableSides> {
  const sides = [found.retained, ...found.others];
  const inactive = sides.filter((side) => !usableSide(side, today));
  const merged = mergedBefore(found, inactive, holdings, reseller);
  if (merged) return merged;
  const retained = usableSide(found.retained, today);
  const others = found.others.flatMap((side) => usableSide(side, today) ?? []);
  if (!retained || inactive.length > 0) return whyUnusable(inactive, found.product, today);
  const trial = [retained, ...others].find(({ active }) => active.some(({ edition }) => edition === 'trial'));
  if (!trial) return planned({ retained, others });
  const sentence = `${trial.name}: its license is a trial, and a trial cannot merge; move its clients to the other license instead.`;
  return rejected('MERGE_TRIAL', sentence, { side: trial.name });
}

function usableSide({ name, licenses }: Side, today: CalendarDate): UsableSide | undefined {
  const [first, ...rest] = licenses.filter((license) => statusOn(license, today) === 'active');
  return first && { name, active: [first, ...rest] };
}

/** Check 5: a license that was merged and is disabled, or an account that was; nothing is redirected, so that no circle can arise. */
function mergedBefore(
  { account, from }: MergeSides,
  inactive: readonly Side[],
  holdings: MergeHoldings,
  reseller: string | undefined,
): MergeDecision<never> | undefined {
  const side = inactive.find(({ licenses }) => licenses.some(({ status }) => status === 'merged'));
  if (side) {
    const survivors = side.licenses
      .flatMap(({ id }) => holdings.survivors.get(id) ?? [])
      .map(({ activationCode }) => maskCode(activationCode));
    const survivor = [...new Set(survivors)].join(', ');
    const sentence = `${side.name}: its license was merged into ${survivor} before and is disabled; name that one instead.`;
    return rejected('MERGE_ALREADY_MERGED', sentence, { side: side.name, survivor });
  }
  const gone = [account, ...(from ? [from] : [])].find(({ mergedInto }) => mergedInto !== null);
  if (!gone) return undefined;
  const name = `Account "${gone.id}"`;
  const survivor = holdings.survivingAccounts.get(gone.id);
  if (!survivor || (reseller !== undefined && belongsToAnother(survivor, reseller)))
    return rejected('MERGE_ALREADY_MERGED', `${name} was merged into another account before.`, {
      side: name,
    });
  const sentence = `${name} was merged into "${survivor.id}" before; name that one instead.`;
  return rejected('MERGE_ALREADY_MERGED', sentence, { side: name, survivor: survivor.id });
}

/** Checks 6 and 7, for sides without an active license, none of which was merged. */
function whyUnusable(inactive: readonly Side[], product: Product, today: CalendarDate): MergeDecision<never> {
  const expired = inactive.find(({ licenses }) =>
    licenses.some((license) => statusOn(license, today) === 'expired'),
  );
  if (expired) {
    const sentence = `${expired.name}: its license of ${product.name} has expired; renew it first, then merge.`;
    return rejected('MERGE_EXPIRED', sentence, { side: expired.name });
  }
  const names = inactive.map(({ name }) => name).join(', ');
  return rejected('MERGE_NOT_USABLE', `${names}: the license is suspended or revoked; contact the vendor.`, {
    side: names,
  });
}

/** Checks 12 to 14. */
export function checkPolicies(
  survivor: License,
  merged: readonly License[],
  { account, from }: MergeSides,
  matrix: MergeMatrix,
  approval: Approval,
): MergeDecision<never> | undefined {
  const regions = [account.region, from?.region ?? account.region];
  if (new Set(regions.map(comparable)).size > 1 && !approval.codes.has('MERGE_REGION_MISMATCH')) {
    return held(
      'MERGE_REGION_MISMATCH',
      `The accounts belong to different regions (${regions.join(', ')}); a person has to decide.`,
      { regions },
    );
  }
  const refused = merged.filter((license) => !matrix[survivor.type][license.type]);
  const isResellerPair = (license: License) => survivor.type === 'reseller' && license.type === 'reseller';
  if (refused.some(isResellerPair) && !approval.codes.has('MERGE_RESELLER_WITH_RESELLER')) {
    return held(
      'MERGE_RESELLER_WITH_RESELLER',
      'Both licenses came through a reseller; a person has to decide.',
    );
  }
  const forbidden = refused.find((license) => !isResellerPair(license));
  if (!forbidden) return undefined;
  return rejected(
    'MERGE_TYPES_NOT_ALLOWED',
    `A license of type ${forbidden.type} cannot merge with one of type ${survivor.type}; contact the vendor.`,
    { types: [survivor.type, forbidden.type] },
  );
}

/**
 * Check 15: a perpetual license (valid for more than 50 years from today) would stretch the weighted date of one that ends, or lose its
 * own to it. Approved, the survivor keeps its own date.
 */
export function checkPerpetual(
  survivor: License,
  merged: readonly License[],
  policy: MergeDatePolicy,
  today: CalendarDate,
  approval: Approval,
): MergeDecision<MergeDatePolicy> {
  const perpetual = [survivor, ...merged].filter(({ validThrough }) => isPerpetual(validThrough, today));
  if (policy !== 'weighted' || perpetual.length === 0 || perpetual.length > merged.length)
    return planned(policy);
  if (approval.codes.has('MERGE_PERPETUAL')) return planned('keep-survivor');
  const codes = perpetual.map(({ activationCode }) => maskCode(activationCode));
  return held(
    'MERGE_PERPETUAL',
    `${codes.join(', ')} is perpetual and the other license is not; a person has to decide. Approved, the survivor keeps its own date, ${survivor.validThrough}.`,
    { perpetual: codes, validThrough: survivor.validThrough },
  );
}
