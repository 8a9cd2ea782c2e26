import type { Decision } from '#src/domain/decision.ts';

export type MergeRejection =
  | 'MERGE_SAME_LICENSE'
  | 'UNKNOWN_ACCOUNT'
  | 'UNKNOWN_PRODUCT'
  | 'UNKNOWN_LICENSE'
  | 'MISTYPED_CODE'
  | 'MERGE_NOT_SUPPORTED'
  | 'MERGE_NO_LICENSE'
  | 'MERGE_ALREADY_MERGED'
  | 'MERGE_EXPIRED'
  | 'MERGE_NOT_USABLE'
  | 'MERGE_TRIAL'
  | 'MERGE_SEVERAL_ACTIVE'
  | 'MERGE_CHOOSE_LICENSES'
  | 'MERGE_DIFFERENT_PRODUCTS'
  | 'MERGE_TYPES_NOT_ALLOWED';

export type MergeHold = 'MERGE_REGION_MISMATCH' | 'MERGE_RESELLER_WITH_RESELLER';

export type MergeDecision<Plan> = Decision<Plan, MergeRejection, MergeHold>;
