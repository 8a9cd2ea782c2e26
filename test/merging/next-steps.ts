import type { MergeHold, MergeRejection } from '#src/domain/merging/merge-decision.ts';

/** What the sentence of each refusal tells the customer to do next; of a hold, who acts now. */
export const nextSteps: Readonly<Record<MergeRejection | MergeHold, RegExp>> = {
  MERGE_SAME_LICENSE: /; name /,
  UNKNOWN_ACCOUNT: /; check /,
  UNKNOWN_PRODUCT: /; name /,
  UNKNOWN_LICENSE: /; compare it with /,
  MISTYPED_CODE: /: compare it with the License Certificate/,
  MERGE_NOT_SUPPORTED: /; (?:ask with "kind" "(?:service|on-premises)"|contact the vendor)/,
  MERGE_NO_LICENSE: /; (?:name an account that has one|there is nothing to merge)/,
  MERGE_ALREADY_MERGED: /; name that one instead/,
  MERGE_EXPIRED: /; renew it first/,
  MERGE_NOT_USABLE: /; contact the vendor/,
  MERGE_TRIAL: /; move its clients/,
  MERGE_SEVERAL_ACTIVE: /; merge those first/,
  MERGE_CHOOSE_LICENSES: /; say with "merge" which/,
  MERGE_DIFFERENT_PRODUCTS: /; name licenses of /,
  MERGE_TYPES_NOT_ALLOWED: /; contact the vendor/,
  MERGE_REGION_MISMATCH: /a person has to decide/,
  MERGE_RESELLER_WITH_RESELLER: /a person has to decide/,
};
