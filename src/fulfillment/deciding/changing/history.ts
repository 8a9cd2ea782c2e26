import type { Reseller } from '#src/domain/holdings.ts';
import type { HistoryRow, KeyImage, KeyIssue, LicenseImage } from '#src/persistence/account-history.ts';

/** What happened to an account's licenses and keys, as far as a return or an undoing needs to look back. */
export interface AccountHistory {
  readonly account: string;
  /** Accounts that were merged into it, step by step. */
  readonly mergedAccounts: readonly string[];
  /** Whether a message before all of these brought the account to its reseller. */
  readonly claimedBefore: boolean;
  /** Fulfilled messages since the first that is looked at, in the order of their decision. */
  readonly messages: readonly HistoryRow[];
  /** Of all licenses of the account, by license, each in order. */
  readonly licenses: ReadonlyMap<string, readonly LicenseImage[]>;
  readonly keys: ReadonlyMap<string, readonly KeyImage[]>;
  readonly issues: ReadonlyMap<string, KeyIssue>;
  /** Causes of grants that do not count any more: of what was taken back, and of what did so. */
  readonly gone: ReadonlySet<string>;
  /** Of all these messages. */
  readonly resellers: readonly Reseller[];
  /** The newest code by each that was replaced. */
  readonly replacements: ReadonlyMap<string, string>;
}

/** Ids under which a message stands as the cause of grants: its own, and those of the holds that were approved. */
export function causesOf(row: HistoryRow): readonly string[] {
  return [row.id, ...row.approvals.map(({ id }) => id)];
}

/**
 * Ids of the service merges that merged an account away, where it is merged away now: of several from one account the last, since none
 * comes after it. Merges that were undone do not count.
 */
export function mergesAway(messages: readonly HistoryRow[]): ReadonlySet<string> {
  const last = new Map<string, string>();
  for (const { id, kind, content, reversedBy } of messages)
    if (kind === 'merge-request' && content.kind === 'service' && reversedBy === null)
      last.set(content.from, id);
  return new Set(last.values());
}
