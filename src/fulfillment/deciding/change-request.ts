import type { CalendarDate } from '#src/domain/calendar.ts';
import type { CertificateLine } from '#src/domain/certificate-facts.ts';
import type { Decision } from '#src/domain/decision.ts';
import { belongsToAnother, type RegistrationKey } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import type { ChangePlan } from '#src/domain/lifecycle/change-plan.ts';
import type { ChangeRequest, TargetedChange } from '#src/domain/lifecycle/change-request.ts';
import { findTarget, type FoundTarget } from '#src/domain/lifecycle/change-target.ts';
import { planCancellation } from '#src/domain/lifecycle/plan-cancellation.ts';
import { planCodeReplacement } from '#src/domain/lifecycle/plan-code-replacement.ts';
import { planRenewal } from '#src/domain/lifecycle/plan-renewal.ts';
import { planSeats } from '#src/domain/lifecycle/plan-seats.ts';
import { planSuspension } from '#src/domain/lifecycle/plan-suspension.ts';
import { changeCertificate, changeFacts, lineOf } from '#src/fulfillment/deciding/changing/certificates.ts';
import { endsWithout } from '#src/fulfillment/deciding/changing/ends-without.ts';
import { noMaterial, type ChangeMaterial } from '#src/fulfillment/deciding/changing/material.ts';
import { decideReturn } from '#src/fulfillment/deciding/changing/return.ts';
import { decideUndoMerge } from '#src/fulfillment/deciding/changing/undo-merge.ts';
import type { Case, Decided, DecidingContext } from '#src/fulfillment/deciding/decided.ts';
import { drawCode } from '#src/fulfillment/deciding/draw-code.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';

/** Decides a change request by the rules of its kind and carries it out in the working set (rules §8). */
export function changeOrder(
  set: WorkingSet,
  request: Case<ChangeRequest>,
  context: DecidingContext,
): Decided {
  const { content, ...rest } = request;
  switch (content.kind) {
    case 'return':
      return decideReturn(set, { ...rest, content }, context);
    case 'undo-merge':
      return decideUndoMerge(set, { ...rest, content }, context);
    case 'seats':
    case 'renewal':
    case 'cancellation':
    case 'suspension':
    case 'resumption':
    case 'code-replacement':
      return decideTargeted(set, { ...rest, content }, context);
  }
}

function decideTargeted(set: WorkingSet, request: Case<TargetedChange>, context: DecidingContext): Decided {
  const material = context.changes?.get(request.id) ?? noMaterial;
  const found = resolveTarget(set, request.content, material, context.time.today);
  if (found.outcome !== 'planned') return { status: found.outcome, notes: [], reason: found.reason };
  const target = found.plan;
  const about =
    target.what === 'key'
      ? { account: target.key.account, target: target.key.id }
      : { account: target.license.account, target: target.license.id };
  const decision = planOf(set, request, target, material, context);
  if (decision.outcome !== 'planned')
    return { status: decision.outcome, notes: [], reason: decision.reason, about };
  return { ...carryOut(set, request, decision.plan, material, context), about };
}

/** What the names stand for: in a replay, what they stood for (rules §8.4). */
function resolveTarget(
  set: WorkingSet,
  content: TargetedChange,
  material: ChangeMaterial,
  today: CalendarDate,
): Decision<FoundTarget, string, never> {
  const fixed = material.target === undefined ? undefined : targetOf(set, content, material.target);
  if (fixed) return { outcome: 'planned', plan: fixed };
  const { order, registrationKey, activationCode } = content;
  const named = registrationKey === undefined ? undefined : set.namedKey(registrationKey);
  const ofOrder = order === undefined || material.key === undefined ? undefined : active(set, material.key);
  const key = ofOrder ?? named?.active;
  const license = activationCode === undefined ? undefined : set.licenseByCode(activationCode);
  const account = set.account(key?.account ?? license?.account ?? '');
  const status = material.named?.status;
  return findTarget(
    content,
    content.reseller,
    {
      orderStatus: status,
      key,
      served: key ? servedBy(set, key, content) : [],
      license,
      survivor: license && set.survivorOf(license),
      account,
      retired: named?.retired ?? (activationCode === undefined ? undefined : set.retiredCode(activationCode)),
    },
    today,
  );
}

/** What the key serves; what a merge put into an account of another reseller is not the sender's to change. */
function servedBy(set: WorkingSet, key: RegistrationKey, { reseller }: TargetedChange): readonly License[] {
  return set.servedBy(key).filter((license) => {
    if (reseller === undefined) return true;
    const account = set.account(license.account);
    return account !== undefined && !belongsToAnother(account, reseller);
  });
}

function targetOf(set: WorkingSet, content: TargetedChange, id: string): FoundTarget | undefined {
  const license = set.license(id);
  if (license) return { what: 'license', license, survivor: set.survivorOf(license) ?? license };
  const key = active(set, id);
  return key && { what: 'key', key, licenses: servedBy(set, key, content) };
}

/** The key, or the older one that it stands for now. */
function active(set: WorkingSet, id: string) {
  let key = set.key(id);
  while (key?.aliasOf) key = set.key(key.aliasOf);
  return key;
}

function planOf(
  set: WorkingSet,
  { content, approval, acceptedOn }: Case<TargetedChange>,
  target: FoundTarget,
  material: ChangeMaterial,
  { catalog, time: { today } }: DecidingContext,
): Decision<ChangePlan, string, string> {
  switch (content.kind) {
    case 'seats':
      return planSeats(content, target, today, approval);
    case 'renewal':
      return planRenewal(content, target, { today, acceptedOn }, catalog.policies.changes, approval);
    case 'cancellation':
      return planCancellation(content, target, endsWithout(set, target, material), today);
    case 'suspension':
    case 'resumption':
      return planSuspension(content, target);
    case 'code-replacement':
      return planCodeReplacement(target);
  }
}

function carryOut(
  set: WorkingSet,
  request: Case<TargetedChange>,
  plan: ChangePlan,
  material: ChangeMaterial,
  context: DecidingContext,
): Decided {
  const { content, cause, id } = request;
  const isReplacement = content.kind === 'code-replacement';
  const key = plan.target.what === 'key' ? plan.target.key : undefined;
  const keyAfter = plan.key && content.kind === 'cancellation' ? { ...plan.key, endedBy: id } : plan.key;
  // Also where its figures stay: without an earlier message, this one may be what brings them about.
  if (key && keyAfter && !isReplacement) set.grantKey(keyAfter, cause);
  if (key && isReplacement)
    set.recodeKey(key, drawCode('registration-key', key.code.slice(0, 2)), id, content.oldCodeUntil ?? null);
  const lines = plan.lines.map((line): CertificateLine => {
    const { license, seats, validThrough, anchor, edition, status, action } = line;
    const figures = { ...license, seats, validThrough, anchor, edition, status };
    if (action === 'replaced' && isReplacement) {
      const code = drawCode('activation-code', license.activationCode.slice(0, 2));
      const after = set.recodeLicense(license, code, id, content.oldCodeUntil ?? null);
      return lineOf(license, after, action, context);
    }
    if (action !== 'unchanged' || anchor !== license.anchor)
      set.grantLicense(figures, cause, key?.id ?? null);
    return lineOf(license, figures, action, context);
  });
  const stated = { change: content.kind, lines };
  const license = plan.target.what === 'license' ? set.license(plan.target.license.id) : undefined;
  const after = key && set.key(key.id);
  if (content.kind === 'suspension' || content.kind === 'resumption') {
    const facts = changeFacts(set, request, after, license, stated, context);
    return { status: 'fulfilled', notes: [], certificates: [], facts };
  }
  const { draft } = changeCertificate(set, request, after, license, stated, material, context);
  return { status: 'fulfilled', notes: [], certificates: [draft] };
}
