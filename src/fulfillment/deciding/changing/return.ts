import type { CertificateFacts, CertificateLine } from '#src/domain/certificate-facts.ts';
import type { Account, RegistrationKey } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import type { ReturnRequest } from '#src/domain/lifecycle/change-request.ts';
import { checkReplay, checkReturn, type Returnable } from '#src/domain/lifecycle/plan-return.ts';
import { howItDiffers, isRebased, type ReplayDifferences } from '#src/domain/lifecycle/replay-differences.ts';
import { changeCertificate, lineOf } from '#src/fulfillment/deciding/changing/certificates.ts';
import { causesOf, type AccountHistory } from '#src/fulfillment/deciding/changing/history.ts';
import { noMaterial, type ChangeMaterial } from '#src/fulfillment/deciding/changing/material.ts';
import { decidedOn, kindOfMessage, nameOfMessage } from '#src/fulfillment/deciding/changing/message-parts.ts';
import {
  replay,
  sameKey,
  sameLicense,
  type Replayed,
  type ReplayWorld,
  type Step,
} from '#src/fulfillment/deciding/changing/replay.ts';
import { rewind, type AccountState } from '#src/fulfillment/deciding/changing/rewind.ts';
import type { Case, Decided, DecidingContext, Fulfilled } from '#src/fulfillment/deciding/decided.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import type { HistoryRow } from '#src/persistence/account-history.ts';

/** Decides a return: withdraws what is held, or makes the account what it would be without the message (rules §8.3). */
export function decideReturn(
  set: WorkingSet,
  request: Case<ReturnRequest>,
  context: DecidingContext,
): Decided {
  const material = context.changes?.get(request.id) ?? noMaterial;
  const { named } = material;
  const target = named && returnableOf(named, material);
  const step = checkReturn(request.content, target);
  const about = { account: named?.account ?? null, target: named?.id ?? null };
  if (step.outcome !== 'planned') return { status: step.outcome, notes: [], reason: step.reason, about };
  if (!named || !target) throw new Error('A return was planned without what it returns.');
  if (step.plan === 'withdraw')
    return {
      status: 'fulfilled',
      notes: [],
      certificates: [],
      facts: withdrawal(set, request, named, context),
      withdraws: named.id,
      about,
    };
  const { history } = material;
  if (!history) throw new Error('A return was decided without the history of its account.');
  const found = look(set, request, named, history, context);
  const { approval, acceptedOn } = request;
  const windows = context.catalog.policies.changes;
  const checked = checkReplay(target, acceptedOn, found.differences, windows, approval);
  if (checked.outcome !== 'planned')
    return { status: checked.outcome, notes: [], reason: checked.reason, about };
  return { ...carryOut(set, request, named, found, history, material, context), about };
}

function returnableOf(named: HistoryRow, { reversal }: ChangeMaterial): Returnable {
  return {
    kind: kindOfMessage(named),
    status: named.status === 'accepted' ? 'rejected' : named.status,
    fulfilledOn: decidedOn(named),
    returnedBy: reversal?.requestNumber ?? null,
  };
}

interface Found {
  readonly before: AccountState;
  /** With the returned message: what is there now, unless something cannot be replayed. */
  readonly baseline: Replayed;
  readonly without: Replayed;
  readonly differences: ReplayDifferences;
  /** Licenses and keys that stay as they are, since a replay does not tell how they came about. */
  readonly pinned: ReadonlySet<string>;
}

/** Replays the account's history with the message and without it, and compares. */
function look(
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
  const unclear = new Set([...pinned, ...unwritten]);
  const differences = differencesOf(baseline, without, named, unclear, now, touchedBy(named, history));
  return { before: now, baseline, without, differences, pinned };
}

/** All that the account has today, what a return revoked or ended aside. */
function stateNow(
  set: WorkingSet,
  named: HistoryRow,
  { account, mergedAccounts }: AccountHistory,
): AccountState {
  const accounts = [account, ...mergedAccounts].flatMap((id) => set.account(id) ?? []);
  const keys = set
    .allKeys()
    .filter(
      (key) =>
        key.account === account ||
        named.target === key.id ||
        key.certificate.number === named.certificateNumber,
    );
  return {
    accounts: new Map(accounts.map((one) => [one.id, one])),
    licenses: new Map(set.licenses(account).map((license) => [license.id, license])),
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
  unclear: ReadonlySet<string>,
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
  for (const id of unclear) {
    const isTouched = touched.has(id) || !isUntouched(id, baseline, without, now);
    if (isTouched)
      different.push({ name: nameOfThing(id, now), how: 'was changed in a way that cannot be replayed' });
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

/** Writes what the replay without the message says, as new grants whose cause is the return. */
function carryOut(
  set: WorkingSet,
  request: Case<ReturnRequest>,
  named: HistoryRow,
  found: Found,
  history: AccountHistory,
  material: ChangeMaterial,
  context: DecidingContext,
): Fulfilled {
  const { before: now, baseline, without, differences, pinned } = found;
  const returned = baseline.steps.get(named.id);
  const lines = new Map<string, CertificateLine>();
  const changed = new Set<string>();
  for (const [id, license] of now.licenses) {
    const is = baseline.state.licenses.get(id);
    const shall = without.state.licenses.get(id);
    if (license.revokedBy !== null || !is) continue;
    const line = takeBack(set, request, license, shall, pinned.has(id), context);
    if (line.action !== 'unchanged') changed.add(id);
    if (line.action !== 'unchanged' || returned?.licenses.has(id)) lines.set(id, line);
  }
  const keys = new Map<string, RegistrationKey>();
  for (const [id, key] of now.keys) {
    const is = baseline.state.keys.get(id);
    if (!is) continue;
    const shall = without.state.keys.get(id);
    const after = keyAfter(key, is, shall, request, context, pinned.has(id));
    if (after && returned) keys.set(id, set.grantKey(after, request.cause));
  }
  settleAccount(set, now, without, history);
  set.addReversal({ message: named.id, reversedBy: request.id, takenAlong: false });
  for (const [id, step] of without.steps)
    if (!step.ending && baseline.steps.get(id)?.ending)
      set.addReversal({ message: id, reversedBy: request.id, takenAlong: true });
  const all = [...lines.values()];
  const own = changeCertificate(
    set,
    request,
    keyOf(set, named, returned),
    licenseOf(set, named, returned),
    { change: 'return', returned: named.number, lines: all },
    material,
    context,
  );
  const others = [...keys.values()]
    .filter((key) => key.id !== own.key?.id && key.aliasOf === null)
    .map((key) => {
      const served = set.servedBy(key).filter(({ id }) => changed.has(id));
      const rebasedLines = served.flatMap(({ id }) => lines.get(id) ?? []);
      const stated = { change: 'return', returned: named.number, lines: rebasedLines } as const;
      return changeCertificate(set, request, key, undefined, stated, material, context).draft;
    });
  return {
    status: 'fulfilled',
    notes: differences.rebased.map((name) => ({
      code: 'REBASED',
      message: `The figures of ${name} are now those that it has without ${named.number}.`,
    })),
    certificates: [own.draft, ...others],
  };
}

function takeBack(
  set: WorkingSet,
  { cause, id }: Case<unknown>,
  license: License,
  shall: License | undefined,
  isPinned: boolean,
  context: DecidingContext,
): CertificateLine {
  if (isPinned) return lineOf(license, license, 'unchanged', context);
  if (!shall) {
    const revoked = { ...license, status: 'revoked', mergedInto: null, revokedBy: id } as const;
    set.grantLicense(revoked, cause, null);
    set.markRevoked(license.id);
    return lineOf(license, revoked, 'revoked', context);
  }
  if (sameLicense(license, shall)) return lineOf(license, license, 'unchanged', context);
  const { seats, validThrough, anchor, status, edition, extendedBy, mergedInto } = shall;
  const after = { ...license, seats, validThrough, anchor, status, edition, extendedBy, mergedInto };
  set.grantLicense(after, cause, null);
  return lineOf(license, after, 'reverted', context);
}

/** What the return makes of a key; undefined when it stays as it is. */
function keyAfter(
  key: RegistrationKey,
  is: RegistrationKey,
  shall: RegistrationKey | undefined,
  { id }: Case<unknown>,
  { time }: DecidingContext,
  isPinned: boolean,
): RegistrationKey | undefined {
  if (isPinned) return undefined;
  if (!shall) return { ...key, endedOn: time.today, endedBy: id };
  if (sameKey(is, shall)) return undefined;
  const { account, orderNumber, seats, startsOn, validThrough, anchor, aliasOf, suspended, endedOn } = shall;
  const figures = {
    account,
    orderNumber,
    seats,
    startsOn,
    validThrough,
    anchor,
    aliasOf,
    suspended,
    endedOn,
  };
  const endedBy = endedOn === null ? null : (key.endedBy ?? id);
  return { ...key, ...figures, endedBy, customer: shall.customer };
}

/** An account that nobody's message names any more is nobody's again; one that a registration made stays (rules §8.4). */
function settleAccount(
  set: WorkingSet,
  now: AccountState,
  without: Replayed,
  { account: id }: AccountHistory,
) {
  const account = now.accounts.get(id);
  const shall = without.state.accounts.get(id);
  if (!account || !account.claimed) return;
  const reseller = shall?.reseller ?? null;
  const claimed = shall?.claimed ?? false;
  if (account.reseller !== reseller || account.claimed !== claimed)
    set.changeAccount({ ...account, reseller, claimed });
}

/** The key that the returned message was about. */
function keyOf(set: WorkingSet, named: HistoryRow, returned: Step | undefined): RegistrationKey | undefined {
  const byNumber = set.allKeys().find(({ certificate }) => certificate.number === named.certificateNumber);
  const target = named.target === null ? undefined : set.key(named.target);
  const [touched] = returned ? [...returned.keys.keys()] : [];
  return target ?? byNumber ?? (touched === undefined ? undefined : set.key(touched));
}

function licenseOf(set: WorkingSet, named: HistoryRow, returned: Step | undefined): License | undefined {
  const target = named.target === null ? undefined : set.license(named.target);
  const [touched] = returned ? [...returned.licenses.keys()] : [];
  return target ?? (touched === undefined ? undefined : set.license(touched));
}

function withdrawal(
  set: WorkingSet,
  { content }: Case<ReturnRequest>,
  named: HistoryRow,
  { time }: DecidingContext,
): NonNullable<Fulfilled['facts']> {
  const account = named.account === null ? undefined : set.survivor(named.account);
  const given: CertificateFacts['customer'] =
    named.kind === 'upgrade-order'
      ? { ...named.content.customer, account: account?.id ?? null }
      : {
          account: account?.id ?? null,
          company: account?.company ?? '',
          email: account?.email ?? '',
        };
  return {
    kind: 'change',
    change: 'return',
    returned: named.number,
    issuedOn: time.today,
    reseller: content.reseller ?? content.of ?? null,
    orderNumber: content.requestNumber,
    customer: given,
    registrationKey: null,
    suite: null,
    lines: [],
  };
}
