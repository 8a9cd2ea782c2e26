import { productOfPid } from '#src/domain/catalog.ts';
import type { MergedLicenseFacts } from '#src/domain/certificate-facts.ts';
import type { RegistrationKey } from '#src/domain/holdings.ts';
import { productFamily, type License } from '#src/domain/license.ts';
import type { UndoMergeRequest } from '#src/domain/lifecycle/change-request.ts';
import { planUndoMerge, type LaterMessage } from '#src/domain/lifecycle/plan-undo-merge.ts';
import { customerOf } from '#src/fulfillment/deciding/changing/certificates.ts';
import { causesOf, type AccountHistory } from '#src/fulfillment/deciding/changing/history.ts';
import { noMaterial } from '#src/fulfillment/deciding/changing/material.ts';
import { decidedOn, kindOfMessage, nameOfMessage } from '#src/fulfillment/deciding/changing/message-parts.ts';
import { licenseAt } from '#src/fulfillment/deciding/changing/rewind.ts';
import type { Case, Decided, DecidingContext } from '#src/fulfillment/deciding/decided.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import type { HistoryRow, LicenseImage } from '#src/persistence/account-history.ts';

/** Decides the undoing of a merge: survivor, merged licenses, account, keys and aliases exactly as before (rules §8.1). */
export function decideUndoMerge(
  set: WorkingSet,
  request: Case<UndoMergeRequest>,
  context: DecidingContext,
): Decided {
  const { content, acceptedOn, approval } = request;
  const { named, reversal, history } = context.changes?.get(request.id) ?? noMaterial;
  const touched = named && history ? touchedBy(set, named, history) : undefined;
  const decision = planUndoMerge(
    content,
    named && {
      status: named.status === 'accepted' ? 'rejected' : named.status,
      fulfilledOn: decidedOn(named),
      undoneBy: reversal?.requestNumber ?? null,
      later:
        named && history && touched
          ? [...laterOnes(set, named, history, touched), ...inTheirPlace(set, history, touched)]
          : [],
      isRecorded: touched?.licenses.every(({ before }) => before.status !== null) ?? true,
    },
    acceptedOn,
    context.catalog.policies.changes,
    approval,
  );
  const about = { account: named?.account ?? null, target: named?.id ?? null };
  if (decision.outcome !== 'planned')
    return { status: decision.outcome, notes: [], reason: decision.reason, about };
  if (!named || !touched) throw new Error('An undoing was planned without its merge.');
  return { ...putBack(set, request, named, touched, context), about };
}

interface Touched {
  readonly licenses: readonly TouchedLicense[];
  readonly keys: readonly { readonly now: RegistrationKey; readonly before: RegistrationKey | undefined }[];
}

interface TouchedLicense {
  readonly now: License;
  readonly image: LicenseImage;
  readonly before: LicenseImage;
  readonly later: readonly LicenseImage[];
}

/** Everything that the merge changed, with how it was before. */
function touchedBy(set: WorkingSet, merge: HistoryRow, history: AccountHistory): Touched {
  const causes = new Set(causesOf(merge));
  const licenses = [...history.licenses].flatMap(([id, images]): readonly TouchedLicense[] => {
    const at = images.findIndex(({ cause }) => causes.has(cause));
    const [image, before, now] = [images[at], images[at - 1], set.license(id)];
    return image && before && now ? [{ now, image, before, later: images.slice(at + 1) }] : [];
  });
  licenses.sort(byPidAndCode);
  const keys = [...history.keys].flatMap(([id, images]) => {
    const at = images.findIndex(({ cause }) => cause !== null && causes.has(cause));
    const now = set.key(id);
    if (at < 0 || !now) return [];
    const image = images[at - 1] ?? imageOfIssue(id, history);
    return [{ now, before: image && { ...now, ...image } }];
  });
  return { licenses, keys };
}

/** As licenses are listed everywhere, and the merge listed them. */
function byPidAndCode({ now: a }: TouchedLicense, { now: b }: TouchedLicense): number {
  if (a.pid !== b.pid) return a.pid < b.pid ? -1 : 1;
  return a.activationCode < b.activationCode ? -1 : 1;
}

function imageOfIssue(id: string, { issues }: AccountHistory): Partial<RegistrationKey> | undefined {
  const issue = issues.get(id);
  if (issue?.facts.kind !== 'upgrade') return undefined;
  const { customer, orderNumber, seats, startsOn = null, validThrough } = issue.facts;
  const anchor = issue.term === null ? null : startsOn;
  const figures = { orderNumber, seats, startsOn, validThrough, anchor, customer };
  return {
    ...figures,
    account: customer.account,
    aliasOf: null,
    suspended: false,
    endedOn: null,
    endedBy: null,
  };
}

/** What came after the merge on anything that it touched, unless it was taken back itself. */
function laterOnes(
  set: WorkingSet,
  merge: HistoryRow,
  history: AccountHistory,
  { licenses, keys }: Touched,
): readonly LaterMessage[] {
  const causes = new Set(licenses.flatMap(({ later }) => later.map(({ cause }) => cause)));
  const things = new Set([...licenses, ...keys].map(({ now }) => now.id));
  const emptied = emptiedAccount(set, merge);
  const mergeCauses = new Set(causesOf(merge));
  for (const [id, images] of history.keys) {
    if (!things.has(id)) continue;
    const at = images.findIndex(({ cause }) => cause !== null && mergeCauses.has(cause));
    for (const { cause } of images.slice(at + 1)) if (cause !== null) causes.add(cause);
  }
  const gone = new Set(
    history.messages.flatMap(({ id, reversedBy }) => (reversedBy === null ? [] : [id, reversedBy])),
  );
  return history.messages
    .filter((row) => row.id !== merge.id && !gone.has(row.id) && isLater(row, merge))
    .filter(
      (row) =>
        causesOf(row).some((cause) => causes.has(cause)) ||
        (row.target !== null && things.has(row.target)) ||
        (emptied !== undefined && (row.account === emptied || namesAccount(row, emptied))),
    )
    .map((row) => ({ name: nameOfMessage(row), kind: kindOfMessage(row) }));
}

/**
 * What made a license stand where one of the merge shall stand again: an account has one issued license of a product. It changed nothing of
 * the merge, or is an undoing itself, and is in the way all the same.
 */
function inTheirPlace(
  set: WorkingSet,
  { licenses, messages }: AccountHistory,
  touched: Touched,
): readonly LaterMessage[] {
  const again = touched.licenses.filter(
    ({ now, before }) => now.registrationKey !== null && before.status !== 'merged',
  );
  const ids = new Set(touched.licenses.map(({ now }) => now.id));
  const others = again.flatMap(({ now }) =>
    set.licenses(now.account).filter((other) => !ids.has(other.id) && isIssuedLike(other, now)),
  );
  const causes = new Set(others.flatMap(({ id }) => standingSince(licenses.get(id) ?? [])?.cause ?? []));
  return messages
    .filter((row) => causesOf(row).some((cause) => causes.has(cause)))
    .map((row) => ({ name: nameOfMessage(row), kind: kindOfMessage(row) }));
}

function isIssuedLike({ pid, status, registrationKey, revokedBy }: License, now: License): boolean {
  const counts = registrationKey !== null && status !== 'merged' && revokedBy === null;
  return counts && productFamily(pid) === productFamily(now.pid);
}

/** The grant since which the license is not merged into another. */
function standingSince(images: readonly LicenseImage[]): LicenseImage | undefined {
  return images[images.findLastIndex(({ status }) => status === 'merged') + 1];
}

function isLater(row: HistoryRow, merge: HistoryRow): boolean {
  return BigInt(row.decidedNumber ?? '0') > BigInt(merge.decidedNumber ?? '0');
}

function namesAccount({ kind, content }: HistoryRow, account: string): boolean {
  return kind === 'merge-request' && content.kind === 'service' && content.from === account;
}

/** The account that the merge emptied, so that it stands for the survivor's now. */
function emptiedAccount(set: WorkingSet, { kind, content }: HistoryRow): string | undefined {
  if (kind !== 'merge-request' || content.kind !== 'service') return undefined;
  return set.account(content.from)?.mergedInto === content.into ? content.from : undefined;
}

function putBack(
  set: WorkingSet,
  { content, cause, id }: Case<UndoMergeRequest>,
  merge: HistoryRow,
  { licenses, keys }: Touched,
  context: DecidingContext,
): Decided {
  const restored = licenses.map((touched) => {
    const { now, image, before } = touched;
    const was = licenseAt(now, before, image);
    // What cannot be returned stays: a status that was set since.
    const status = isSuspendedSince(touched) ? now.status : was.status;
    const after = { ...was, status, mergedInto: null };
    set.grantLicense(after, cause, null);
    return { now, after };
  });
  for (const { before } of keys) if (before) set.grantKey(before, cause);
  const emptied = emptiedAccount(set, merge);
  const from = emptied === undefined ? undefined : set.account(emptied);
  if (from) set.changeAccount({ ...from, mergedInto: null });
  set.addReversal({ message: merge.id, reversedBy: id, takenAlong: false });
  const survivor = restored.find(({ now }) => now.status !== 'merged');
  if (!survivor) throw new Error('A merge has no survivor.');
  const account = set.account(survivor.now.account);
  const product = productOfPid(context.catalog, survivor.now.pid);
  if (!account) throw new Error('A survivor has no account.');
  return {
    status: 'fulfilled',
    notes: [],
    certificates: [
      {
        series: merge.id,
        number: merge.certificateNumber ?? undefined,
        version: (merge.certificateVersion ?? 0) + 1,
        facts: {
          kind: 'undo-merge',
          mergeRequest: merge.number,
          issuedOn: context.time.today,
          reseller: content.reseller ?? content.of ?? null,
          orderNumber: content.requestNumber,
          customer: customerOf(account),
          product: { pid: product?.pid ?? survivor.now.pid, name: product?.name ?? survivor.now.pid },
          survivor: factsOf(survivor),
          restored: restored.filter((one) => one !== survivor).map(factsOf),
        },
      },
    ],
  };
}

function isSuspendedSince({ now, image, later }: TouchedLicense): boolean {
  return later.length > 0 && now.status !== image.status && now.status !== 'merged';
}

function factsOf({ now, after }: { readonly now: License; readonly after: License }): MergedLicenseFacts {
  const { activationCode, account, pid, seats, validThrough } = after;
  return {
    activationCode,
    account,
    pid,
    seats,
    validThrough,
    previousSeats: now.seats,
    previouslyValidThrough: now.validThrough,
  };
}
