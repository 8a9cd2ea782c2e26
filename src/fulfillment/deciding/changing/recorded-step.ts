import type { Account, RegistrationKey } from '#src/domain/holdings.ts';
import { productFamily, statusOn, type License } from '#src/domain/license.ts';
import type { ReplayedEnding } from '#src/domain/lifecycle/replay-differences.ts';
import { figuresOfKey, figuresOfLicense } from '#src/fulfillment/deciding/changing/figures.ts';
import { causesOf, mergesAway, type AccountHistory } from '#src/fulfillment/deciding/changing/history.ts';
import { decidedOn } from '#src/fulfillment/deciding/changing/message-parts.ts';
import { licenseAt, type AccountState } from '#src/fulfillment/deciding/changing/rewind.ts';
import { after, type Turn } from '#src/fulfillment/deciding/changing/steps.ts';
import type { HistoryRow, LicenseImage } from '#src/persistence/account-history.ts';

/** Its licenses and keys become what its grants say. */
export function recordedStep(
  state: AccountState,
  now: AccountState,
  history: AccountHistory,
  row: HistoryRow,
): Turn {
  const causes = new Set(causesOf(row));
  const licenses = new Map<string, License>();
  const keys = new Map<string, RegistrationKey>();
  const found: string[] = [];
  const made: LicenseImage[] = [];
  for (const [id, images] of history.licenses) {
    const at = images.findIndex(({ cause }) => causes.has(cause));
    const [image, license] = [images[at], now.licenses.get(id)];
    if (!image || !license) continue;
    const before = state.licenses.get(id);
    found.push(`${id} ${before ? figuresOfLicense(before) : 'none'}`);
    made.push(image);
    licenses.set(id, licenseAt(license, image));
  }
  for (const [id, images] of history.keys) {
    const at = images.findIndex(({ cause }) => cause !== null && causes.has(cause));
    const [image, key] = [images[at], now.keys.get(id)];
    if (!image || !key) continue;
    const before = state.keys.get(id);
    found.push(`${id} ${before ? figuresOfKey(before) : 'none'}`);
    keys.set(id, { ...key, ...image });
  }
  if (isEmptying(row, history, new Map([...state.licenses, ...licenses]))) found.push('nothing else active');
  found.push(...candidatesOf(row, state, [...licenses.values()]));
  const ending: ReplayedEnding = { status: 'fulfilled', lines: [] };
  const step = { row, ending, licenses, keys, found: found.join() };
  return { step, images: made, state: after(state, step, mergedAccounts(state.accounts, row, history)) };
}

/**
 * Licenses among which a merge chose that does not name them: the active ones of its product in its accounts. With one more or less of
 * them it would have ended otherwise (rules §5.3).
 */
function candidatesOf(
  row: HistoryRow,
  { licenses }: AccountState,
  merged: readonly License[],
): readonly string[] {
  if (row.kind !== 'merge-request') return [];
  const { content } = row;
  if (content.kind === 'on-premises' && content.merge !== undefined) return [];
  const accounts = content.kind === 'service' ? [content.into, content.from] : [content.account];
  const families = new Set(merged.map(({ pid }) => productFamily(pid)));
  const today = decidedOn(row);
  return [...licenses.values()]
    .filter(({ account, pid }) => accounts.includes(account) && families.has(productFamily(pid)))
    .filter((license) => statusOn(license, today) === 'active')
    .map(({ id }) => `${id} among them`);
}

/** Whether a service merge away from this account leaves it without an active license, and so merges the account too. */
function isEmptying(
  row: HistoryRow,
  { account }: AccountHistory,
  licenses: ReadonlyMap<string, License>,
): boolean {
  if (row.kind !== 'merge-request' || row.content.kind !== 'service' || row.content.from !== account)
    return false;
  const today = decidedOn(row);
  return ![...licenses.values()].some(
    (license) => license.account === account && statusOn(license, today) === 'active',
  );
}

/** A service merge may have merged an account into this one, or this one into another. */
function mergedAccounts(
  accounts: ReadonlyMap<string, Account>,
  { id, kind, content }: HistoryRow,
  history: AccountHistory,
): ReadonlyMap<string, Account> {
  if (kind !== 'merge-request' || content.kind !== 'service') return accounts;
  if (!mergesAway(history.messages).has(id)) return accounts;
  const from = accounts.get(content.from);
  if (!from || !history.mergedAccounts.includes(from.id)) return accounts;
  return new Map([...accounts, [from.id, { ...from, mergedInto: content.into }]]);
}
