import type { Account, RegistrationKey } from '#src/domain/holdings.ts';
import { causesOf, mergesAway, type AccountHistory } from '#src/fulfillment/deciding/changing/history.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import {
  findHistoryRows,
  findKeyImages,
  findKeyIssues,
  findLaterMessages,
  findLicenseImages,
  findMergedAccounts,
  findReplacements,
  isClaimedBefore,
  type HistoryRow,
} from '#src/persistence/account-history.ts';
import { findCertifiedMessages, findReversals } from '#src/persistence/change-targets.ts';
import type { Transaction } from '#src/persistence/database.ts';
import { findResellers } from '#src/persistence/ledger.ts';

/** What of the past is looked at. */
export interface Past {
  /** The account first; the other one of a merge behind it. Empty for a key that is registered to none. */
  readonly accounts: readonly string[];
  /** Keys that are looked at though they are no account's. */
  readonly keys: readonly string[];
  /** The message that is taken back; undefined: only what made the grants is looked at. */
  readonly since: HistoryRow | undefined;
}

/** Decision numbers are smaller. */
const never = '9223372036854775807';

/** Loads the history in two round trips, and two more for each return that reached further back. */
export async function loadHistory(
  tx: Transaction,
  set: WorkingSet,
  { accounts, keys: alone, since }: Past,
  fromNumber: string = since?.decidedNumber ?? never,
): Promise<AccountHistory> {
  const [account = ''] = accounts;
  const keys = keysOf(set, { accounts, keys: alone });
  const keyIds = keys.map(({ id }) => id);
  // A merge may have put licenses of other accounts behind these keys.
  const served = keys.flatMap((key) => set.servedBy(key));
  const elsewhere = served.filter((license) => !accounts.includes(license.account)).map(({ id }) => id);
  const owner = set.account(account)?.reseller ?? null;
  const mergedInto = set.account(account)?.mergedInto ?? null;
  const [later, images, keyImages, issues, certified, replacements, mergedAccounts, claimedBefore] =
    await Promise.all([
      findLaterMessages(tx, accounts, fromNumber),
      findLicenseImages(tx, accounts, [...new Set(elsewhere)]),
      findKeyImages(tx, keyIds),
      findKeyIssues(tx, keyIds),
      findCertifiedMessages(tx, keyIds),
      findReplacements(tx, accounts, keyIds),
      findMergedAccounts(tx, account),
      owner === null ? false : isClaimedBefore(tx, account, owner, fromNumber),
    ]);
  const known = new Set(later.flatMap(({ id, approvals }) => [id, ...approvals.map((hold) => hold.id)]));
  const causes = [
    ...images.filter(({ causeKind }) => causeKind !== 'import').map(({ cause }) => cause),
    ...keyImages.flatMap(({ cause }) => cause ?? []),
    ...issues.map(({ message }) => message),
    // What changed no figure of a key that was nobody's then has neither a grant nor an account to be found by.
    ...certified,
    ...(since ? [since.id] : []),
  ].filter((cause) => !known.has(cause));
  const names = [
    ...later.map(({ reseller }) => reseller),
    ...set.allKeys().map(({ reseller }) => reseller),
    owner,
  ];
  const [resellers, others, reversals] = await Promise.all([
    findResellers(tx, [...new Set(names.flatMap((name) => name ?? []))]),
    findHistoryRows(tx, [...new Set(causes)]),
    findReversals(tx, [...later.map(({ id }) => id), ...causes]),
  ]);
  const gone = new Set(reversals.flatMap(({ message, reversedBy }) => [message, reversedBy]));
  for (const row of [...later, ...others])
    if (gone.has(row.id)) for (const cause of causesOf(row)) gone.add(cause);
  const rows = [...later, ...others.filter((row) => since === undefined || isAtOrAfter(row, fromNumber))];
  const messages = [...new Map(rows.map((row) => [row.id, row])).values()]
    .filter(({ status }) => status === 'fulfilled')
    .sort((a, b) => Number(BigInt(a.decidedNumber ?? '0') - BigInt(b.decidedNumber ?? '0')));
  if (since) {
    // A return, or an undoing, of these takes back something from before: the history begins there.
    const ids = new Set(messages.map(({ id }) => id));
    const earlier = reversals.filter(({ message, reversedBy }) => ids.has(reversedBy) && !ids.has(message));
    const begin = earlierNumber(
      [
        ...others,
        ...(await findHistoryRows(
          tx,
          earlier.map(({ message }) => message),
        )),
      ],
      earlier.map(({ message }) => message),
    );
    if (begin !== undefined && BigInt(begin) < BigInt(fromNumber))
      return loadHistory(tx, set, { accounts, keys: alone, since }, begin);
  }
  return {
    account,
    mergedAccounts: mergedAccounts.map(({ id }) => id),
    claimedBefore,
    messages: ofTheAccount(messages, { id: account, mergedInto }, accounts, mergedAccounts),
    licenses: Map.groupBy(images, ({ license }) => license),
    keys: Map.groupBy(keyImages, ({ registrationKey }) => registrationKey),
    issues: new Map(issues.map((issue) => [issue.registrationKey, issue])),
    gone,
    resellers,
    replacements: new Map(replacements.map(({ code, newest }) => [code, newest])),
  };
}

/** The keys whose past is looked at. */
export function keysOf(
  set: WorkingSet,
  { accounts, keys }: Pick<Past, 'accounts' | 'keys'>,
): readonly RegistrationKey[] {
  return set
    .allKeys()
    .filter((key) => keys.includes(key.id) || (key.account !== null && accounts.includes(key.account)));
}

function isAtOrAfter({ decidedNumber }: HistoryRow, number: string): boolean {
  return decidedNumber !== null && BigInt(decidedNumber) >= BigInt(number);
}

function earlierNumber(rows: readonly HistoryRow[], ids: readonly string[]): string | undefined {
  const numbers = rows
    .filter(({ id }) => ids.includes(id))
    .flatMap(({ decidedNumber }) => (decidedNumber === null ? [] : [BigInt(decidedNumber)]));
  const [first, ...others] = numbers;
  if (first === undefined) return undefined;
  return String(others.reduce((least, number) => (number < least ? number : least), first));
}

/** Messages that name a merged account are this one's from its merge on, and no other's matter but merges and their undoing. */
function ofTheAccount(
  messages: readonly HistoryRow[],
  account: Pick<Account, 'id' | 'mergedInto'>,
  accounts: readonly string[],
  mergedAccounts: readonly { readonly id: string; readonly into: string }[],
): readonly HistoryRow[] {
  const away = mergesAway(messages);
  const notYet = new Set(
    messages.flatMap(({ id, kind, content }) =>
      kind === 'merge-request' && content.kind === 'service' && away.has(id) ? [content.from] : [],
    ),
  );
  const next = new Map(mergedAccounts.map(({ id, into }) => [id, into]));
  const leadsHere = (id: string): boolean => {
    const into = notYet.has(id) ? undefined : next.get(id);
    return into !== undefined && (into === account.id || leadsHere(into));
  };
  let isMerged = false;
  return messages.filter(({ id, kind, content, account: named }) => {
    if (kind === 'merge-request' && content.kind === 'service') {
      if (away.has(id)) notYet.delete(content.from);
      isMerged ||= away.has(id) && content.from === account.id && account.mergedInto !== null;
      return true;
    }
    if (kind === 'change-request' && content.kind === 'undo-merge') return true;
    // What names it after it was merged away is the survivor's.
    if (isMerged && named === account.id && kind !== 'change-request') return false;
    return named === null || accounts.includes(named) || leadsHere(named);
  });
}
