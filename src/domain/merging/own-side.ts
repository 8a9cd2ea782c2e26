import { statusOn, type License } from '#src/domain/license.ts';

/** Why an account's licenses of a product cannot be merged, as far as they alone tell (rules §5.3, checks 4 to 9). */
export type OwnSideFault =
  | 'MERGE_NO_LICENSE'
  | 'MERGE_ALREADY_MERGED'
  | 'MERGE_EXPIRED'
  | 'MERGE_NOT_USABLE'
  | 'MERGE_TRIAL'
  | 'MERGE_SEVERAL_ACTIVE';

/** Why a license can be no side of a merge, whatever others there are; undefined when it can. */
export function licenseFault(license: License, today: string): OwnSideFault | undefined {
  switch (statusOn(license, today)) {
    case 'merged':
      return 'MERGE_ALREADY_MERGED';
    case 'expired':
      return 'MERGE_EXPIRED';
    case 'suspended':
    case 'revoked':
      return 'MERGE_NOT_USABLE';
    case 'active':
      return license.edition === 'trial' ? 'MERGE_TRIAL' : undefined;
  }
}

/**
 * What an account's own licenses say of merging, before it is known with whom.
 * @param licenses the account's of one product
 * @returns undefined when they can be a side of a merge
 */
export function ownSideFault(
  licenses: readonly License[],
  kind: 'service' | 'on-premises',
  today: string,
): OwnSideFault | undefined {
  const has = (status: string) => licenses.some((license) => statusOn(license, today) === status);
  const active = licenses.filter((license) => statusOn(license, today) === 'active');
  if (active.length === 0) {
    if (has('expired')) return 'MERGE_EXPIRED';
    if (has('suspended') || has('revoked')) return 'MERGE_NOT_USABLE';
    return has('merged') ? 'MERGE_ALREADY_MERGED' : 'MERGE_NO_LICENSE';
  }
  const full = active.filter(({ edition }) => edition === 'full');
  if (kind === 'service') {
    if (active.length > 1) return 'MERGE_SEVERAL_ACTIVE';
    return full.length === 0 ? 'MERGE_TRIAL' : undefined;
  }
  if (full.length > 1) return undefined;
  return active.length > 1 ? 'MERGE_TRIAL' : 'MERGE_NO_LICENSE';
}
