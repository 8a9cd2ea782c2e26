import type { CertificateFacts, CertificateLine } from '#src/domain/certificate-facts.ts';
import type { RegistrationKey } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import type { ReturnRequest } from '#src/domain/lifecycle/change-request.ts';
import { checkReplay, checkReturn, type Returnable } from '#src/domain/lifecycle/plan-return.ts';
import { changeCertificate, lineOf } from '#src/fulfillment/deciding/changing/certificates.ts';
import { sameKey, sameLicense } from '#src/fulfillment/deciding/changing/figures.ts';
import { type AccountHistory } from '#src/fulfillment/deciding/changing/history.ts';
import { noMaterial, type ChangeMaterial } from '#src/fulfillment/deciding/changing/material.ts';
import { decidedOn, kindOfMessage } from '#src/fulfillment/deciding/changing/message-parts.ts';
import { type Replayed } from '#src/fulfillment/deciding/changing/replay.ts';
import { type AccountState } from '#src/fulfillment/deciding/changing/rewind.ts';
import type { Step } from '#src/fulfillment/deciding/changing/steps.ts';
import { look, type Found } from '#src/fulfillment/deciding/changing/without-message.ts';
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
    status: named.status,
    fulfilledOn: decidedOn(named),
    returnedBy: reversal?.requestNumber ?? null,
  };
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
    if (!is || (license.revokedBy !== null && !shall)) continue;
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
  // What was taken back before, while later messages kept their own figures, is replayed, but is not taken along once more.
  for (const [id, step] of without.steps)
    if (!step.ending && baseline.steps.get(id)?.ending && step.row.reversedBy === null)
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
  // It stands for no other key any more: who names it names what has ended.
  if (!shall) return { ...key, aliasOf: null, endedOn: time.today, endedBy: id };
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
  // Grants tell who ended it first; what ended it once more on that day, as the return of its order, is known by the key alone.
  const ender = key.endedOn === endedOn ? key.endedBy : shall.endedBy;
  const endedBy = endedOn === null ? null : (ender ?? key.endedBy ?? id);
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
