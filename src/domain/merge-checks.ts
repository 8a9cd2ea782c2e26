import type { Approval } from '#src/domain/approval.ts';
import type { CalendarDate } from '#src/domain/calendar.ts';
import type { MergeMatrix, Product } from '#src/domain/catalog.ts';
import { maskCode } from '#src/domain/code.ts';
import { statusOn, type License, type LicenseStatus } from '#src/domain/license.ts';
import type { MergeDecision } from '#src/domain/merge-decision.ts';
import type { MergeHoldings } from '#src/domain/merge-holdings.ts';
import type { MergeSides, Side } from '#src/domain/merge-sides.ts';
import { held, planned, rejected } from '#src/domain/outcome.ts';

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
  { product, retained, others }: MergeSides,
  holdings: MergeHoldings,
  today: CalendarDate,
): MergeDecision<UsableSides> {
  const usable = {
    retained: usableSide(retained, today),
    others: others.flatMap((side) => usableSide(side, today) ?? []),
  };
  if (!usable.retained || usable.others.length < others.length) {
    return whyUnusable(
      [retained, ...others].filter((side) => !usableSide(side, today)),
      product,
      holdings,
      today,
    );
  }
  const sides = { retained: usable.retained, others: usable.others };
  const trial = [sides.retained, ...sides.others].find(({ active }) =>
    active.some(({ edition }) => edition === 'trial'),
  );
  if (!trial) return planned(sides);
  const sentence = `${trial.name}: its license is a trial, and a trial cannot merge; move its clients to the other license instead.`;
  return rejected('MERGE_TRIAL', sentence, { side: trial.name });
}

function usableSide({ name, licenses }: Side, today: CalendarDate): UsableSide | undefined {
  const [first, ...rest] = licenses.filter((license) => statusOn(license, today) === 'active');
  return first && { name, active: [first, ...rest] };
}

function whyUnusable(
  inactive: readonly Side[],
  product: Product,
  holdings: MergeHoldings,
  today: CalendarDate,
): MergeDecision<never> {
  const sideWith = (status: LicenseStatus) =>
    inactive.find(({ licenses }) => licenses.some((license) => statusOn(license, today) === status));
  const merged = sideWith('merged');
  if (merged) {
    const survivors = merged.licenses
      .flatMap(({ id }) => holdings.survivors.get(id) ?? [])
      .map(({ activationCode }) => maskCode(activationCode));
    return rejected(
      'MERGE_ALREADY_MERGED',
      `${merged.name}: its license was merged into ${survivors.join(', ')} before and is disabled; name that one instead.`,
      { side: merged.name, survivor: survivors.join(', ') },
    );
  }
  const expired = sideWith('expired');
  if (expired) {
    return rejected(
      'MERGE_EXPIRED',
      `${expired.name}: its license of ${product.name} has expired; renew it first, then merge.`,
      {
        side: expired.name,
      },
    );
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
  const regions = new Set([account.region, from?.region ?? account.region]);
  if (regions.size > 1 && !approval.codes.has('MERGE_REGION_MISMATCH')) {
    return held(
      'MERGE_REGION_MISMATCH',
      `The accounts belong to different regions (${[...regions].join(', ')}); a person has to decide.`,
      {
        regions: [...regions],
      },
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
