import type { Account } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';

/** What is known today about the accounts and codes that a merge request names; nothing is redirected (rules §5.3). */
export interface MergeHoldings {
  /** The accounts named, by id. */
  readonly accounts: ReadonlyMap<string, Account>;
  /** The accounts that these were merged into in the end, by their id. */
  readonly survivingAccounts: ReadonlyMap<string, Account>;
  /** All licenses of these accounts, and those with the codes that the request names, as far as they are there for its reseller. */
  readonly licenses: readonly License[];
  /** What any license was merged into in the end, by its id; for naming survivors. */
  readonly survivors: ReadonlyMap<string, License>;
}
