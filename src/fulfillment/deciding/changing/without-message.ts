import type { Account } from '#src/domain/holdings.ts';
import type { ReturnRequest } from '#src/domain/lifecycle/change-request.ts';
import { howItDiffers, isRebased, type ReplayDifferences } from '#src/domain/lifecycle/replay-differences.ts';
import { sameKey, sameLicense } from '#src/fulfillment/deciding/changing/figures.ts';
import { causesOf, type AccountHistory } from '#src/fulfillment/deciding/changing/history.ts';
import { nameOfMessage } from '#src/fulfillment/deciding/changing/message-parts.ts';
import { replay, type Replayed, type ReplayWorld } from '#src/fulfillment/deciding/changing/replay.ts';
import { rewind, type AccountState } from '#src/fulfillment/deciding/changing/rewind.ts';
import type { Step } from '#src/fulfillment/deciding/changing/steps.ts';
import type { Case, DecidingContext } from '#src/fulfillment/deciding/decided.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import type { HistoryRow } from '#src/persistence/account-history.ts';

export interface Found {
  readonly before: AccountState;
  /** With the returned message: what is there now, unless something cannot be replayed. */
  readonly baseline: Replayed;
  readonly without: Replayed;
  readonly differences: ReplayDifferences;
  /** Licenses and keys that stay as they are, since a replay does not tell how they came about. */
  readonly pinned: ReadonlySet<string>;
}

/** Replays the account's history with the message and without it, and compares. */
export function look(
  set: WorkingSet,
  { approval, decideAgain }: Case<ReturnRequest>,
  named: HistoryRow,
  history: AccountHistory,
  context: DecidingContext,
): Found {
  const now = stateNow(set, named, history);
  const world: ReplayWorld = { now, resellers: history.resellers, decideAgain };
  const gone = takenBack(history);
  const causes = new Set(history.messages.flatMap(causesOf));
  const { state: start, unwritten } = rewind(now, history, causes);
  const begin = { ...start, accounts: accountsBefore(start.accounts, history) };
  const baseline = replay(begin, world, history, context, { without: gone });
  const pinned = unexplained(baseline.state, now, history, causes);
  const left = new Set([...gone, named.id]);
  const plain = replay(begin, world, history, context, { without: left });
  const isApproved = approval.codes.has('LATER_CHANGES');
  const without = isApproved
    ? replay(begin, world, history, context, { without: left, standing: baseline.steps })
    : plain;
  const differences = differencesOf(
    baseline,
    without,
    named,
    { pinned, unwritten },
    now,
    touchedBy(named, history),
  );
  return { before: now, baseline, without, differences, pinned };
}

/** All that the account has today, and licenses of other accounts that a merge put behind its keys. */
function stateNow(
  set: WorkingSet,
  named: HistoryRow,
  { account, mergedAccounts }: AccountHistory,
): AccountState {
  const keys = set
    .allKeys()
    .filter(
      (key) =>
        key.account === account ||
        named.target === key.id ||
        key.certificate.number === named.certificateNumber,
    );
  const licenses = [...set.licenses(account), ...keys.flatMap((key) => set.servedBy(key))];
  const owners = licenses.map((license) => license.account);
  const accounts = [account, ...mergedAccounts, ...owners].flatMap((id) => set.account(id) ?? []);
  return {
    accounts: new Map(accounts.map((one) => [one.id, one])),
    licenses: new Map(licenses.map((license) => [license.id, license])),
    keys: new Map(keys.map((key) => [key.id, key])),
  };
}

/** Ids of messages that were taken back before, with what was taken along and the requests that did it. */
function takenBack({ messages }: AccountHistory): ReadonlySet<string> {
  const gone = new Set<string>();
  const byId = new Map(messages.map((row) => [row.id, row]));
  for (const row of messages) {
    const reverser = row.reversedBy === null ? undefined : byId.get(row.reversedBy);
    if (!reverser || reverser.approvals.some(({ code }) => code === 'LATER_CHANGES')) continue;
    gone.add(row.id).add(reverser.id);
  }
  return gone;
}

/** The account as it was before all of these messages: not claimed yet, not made yet, not merged yet. */
function accountsBefore(
  accounts: ReadonlyMap<string, Account>,
  { account: id, claimedBefore, messages }: AccountHistory,
): ReadonlyMap<string, Account> {
  const before = new Map(accounts);
  const account = accounts.get(id);
  const isMadeSince = messages.some(
    ({ kind, content }) => kind === 'registration' && content.newAccount?.id === id,
  );
  if (isMadeSince) before.delete(id);
  else if (account?.claimed === true && !claimedBefore)
    before.set(id, { ...account, reseller: null, claimed: false });
  for (const { kind, content, reversedBy } of messages) {
    if (kind !== 'merge-request' || content.kind !== 'service' || reversedBy !== null) continue;
    const from = before.get(content.from);
    if (from) before.set(from.id, { ...from, mergedInto: null });
  }
  return before;
}

/** Licenses and keys that a replay of everything does not bring to what they are: imports, and what came before all was written down. */
function unexplained(
  replayed: AccountState,
  now: AccountState,
  history: AccountHistory,
  causes: ReadonlySet<string>,
): ReadonlySet<string> {
  const pinned = new Set<string>();
  for (const [id, license] of now.licenses) {
    const images = history.licenses.get(id) ?? [];
    const first = images.findIndex(({ cause }) => causes.has(cause));
    const isImported = first >= 0 && images.slice(first).some(({ causeKind }) => causeKind === 'import');
    const again = replayed.licenses.get(id);
    const isSame = again ? sameLicense(again, license) : license.revokedBy !== null;
    if (isImported || !isSame) pinned.add(id);
  }
  for (const [id, key] of now.keys) {
    const again = replayed.keys.get(id);
    if (again ? !sameKey(again, key) : key.endedOn === null) pinned.add(id);
  }
  return pinned;
}

function differencesOf(
  baseline: Replayed,
  without: Replayed,
  named: HistoryRow,
  { pinned, unwritten }: { readonly pinned: ReadonlySet<string>; readonly unwritten: ReadonlySet<string> },
  now: AccountState,
  recorded: readonly string[],
): ReplayDifferences {
  const returned = baseline.steps.get(named.id);
  const touched = new Set([...(returned ? thingsOf(returned) : []), ...recorded]);
  const merges: string[] = [];
  const different: { name: string; how: string }[] = [];
  const rebased: string[] = [];
  let laterMessages = 0;
  for (const [id, step] of baseline.steps) {
    const again = without.steps.get(id);
    if (!again || !step.ending) continue;
    if ([...thingsOf(step), ...thingsOf(again)].some((thing) => touched.has(thing))) laterMessages += 1;
    if (step.row.kind === 'merge-request' || !isDecidedAgain(step.row)) {
      if (again.found === step.found) continue;
      if (step.row.kind === 'merge-request') merges.push(step.row.number);
      else different.push({ name: nameOfMessage(step.row), how: 'builds upon it' });
      continue;
    }
    const message = {
      name: nameOfMessage(step.row),
      kind: step.row.kind,
      before: step.ending,
      after: again.ending,
    };
    const how = howItDiffers(message);
    if (how !== undefined) different.push({ name: message.name, how });
    else if (isRebased(message)) rebased.push(message.name);
  }
  for (const id of new Set([...pinned, ...unwritten])) {
    const isTouched = touched.has(id) || !isUntouched(id, baseline, without, now);
    const how = pinned.has(id)
      ? 'was changed in a way that cannot be replayed'
      : 'has no record of its status and edition before, which stay; seats and end go back';
    if (isTouched) different.push({ name: nameOfThing(id, now), how });
  }
  return { merges, different, rebased, laterMessages };
}

/** Licenses and keys that the message changed, by the grants of which it is the cause. */
function touchedBy(named: HistoryRow, { licenses, keys }: AccountHistory): readonly string[] {
  const causes = new Set(causesOf(named));
  const things = [...licenses, ...keys];
  return things.flatMap(([id, images]) =>
    images.some(({ cause }) => cause !== null && causes.has(cause)) ? [id] : [],
  );
}

function thingsOf({ licenses, keys }: Step): readonly string[] {
  return [...licenses.keys(), ...keys.keys()];
}

function isDecidedAgain({ kind, content }: HistoryRow): boolean {
  return kind !== 'change-request' || (content.kind !== 'return' && content.kind !== 'undo-merge');
}

function isUntouched(id: string, baseline: Replayed, without: Replayed, now: AccountState): boolean {
  const [one, other] = [baseline.state.licenses.get(id), without.state.licenses.get(id)];
  if (now.licenses.has(id)) return one && other ? sameLicense(one, other) : one === other;
  const [key, otherKey] = [baseline.state.keys.get(id), without.state.keys.get(id)];
  return key && otherKey ? sameKey(key, otherKey) : key === otherKey;
}

function nameOfThing(id: string, { licenses, keys }: AccountState): string {
  const code = licenses.get(id)?.activationCode ?? keys.get(id)?.code ?? id;
  return `${licenses.has(id) ? 'license' : 'Registration Key'} ${code}`;
}
