import type { MergedLicenseFacts } from '#src/domain/certificate-facts.ts';
import { laterOf } from '#src/domain/calendar.ts';
import type { RegistrationKey } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import type { MergeHoldings } from '#src/domain/merging/merge-holdings.ts';
import type { MergeRequest } from '#src/domain/merging/merge-request.ts';
import { planMerge, type MergePlan } from '#src/domain/merging/plan-merge.ts';
import type { Case, Decided, DecidingContext } from '#src/fulfillment/deciding/decided.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';

/** Decides a merge request and carries it out in the working set: survivor, disabled others, account, keys, certificate (licensing §5). */
export function mergeLicenses(
  set: WorkingSet,
  request: Case<MergeRequest>,
  context: DecidingContext,
): Decided {
  const { content, approval } = request;
  const holdings = mergeHoldings(set, content);
  const decision = planMerge(content, holdings, context.catalog, context.time.today, approval);
  if (decision.outcome !== 'planned') return { status: decision.outcome, notes: [], reason: decision.reason };
  return execute(set, request, decision.plan, context);
}

/** What the request names, as the set knows it; nothing is redirected. */
export function mergeHoldings(set: WorkingSet, request: MergeRequest): MergeHoldings {
  const ids = request.kind === 'service' ? [request.into, request.from] : [request.account];
  const codes = request.kind === 'service' ? [] : [request.retain, ...(request.merge ?? [])];
  const own = ids.flatMap((id) => set.licenses(id));
  const elsewhere = codes.flatMap((code) => set.licenseByCode(code) ?? []);
  const licenses = [...new Map([...own, ...elsewhere].map((license) => [license.id, license])).values()];
  return {
    accounts: new Map(ids.flatMap((id) => set.account(id) ?? []).map((account) => [account.id, account])),
    licenses,
    survivors: new Map(licenses.flatMap((license) => pairWithSurvivor(set, license))),
  };
}

function pairWithSurvivor(set: WorkingSet, license: License): readonly [string, License][] {
  const survivor = set.survivorOf(license);
  return survivor && survivor.id !== license.id ? [[license.id, survivor]] : [];
}

function execute(
  set: WorkingSet,
  request: Case<MergeRequest>,
  plan: MergePlan,
  context: DecidingContext,
): Decided {
  const { product, account, survivor, after, merged, emptiedAccount } = plan;
  const number = survivor.grants + 1;
  // What a key gave to any of them it has given to the survivor.
  const extendedBy = [...new Set([survivor, ...merged].flatMap((license) => license.extendedBy))];
  set.changeLicense({ ...survivor, ...after, extendedBy, grants: number });
  const cause = { causeKind: request.cause.kind, cause: request.cause.id };
  set.addGrant({ license: survivor.id, number, ...cause, registrationKey: null, ...after });
  for (const license of merged) set.changeLicense({ ...license, status: 'merged', mergedInto: survivor.id });
  if (emptiedAccount) {
    set.changeAccount({ ...emptiedAccount, mergedInto: account.id });
    moveRegistrationKeys(set, emptiedAccount.id, account.id);
  }
  const { content } = request;
  return {
    status: 'fulfilled',
    notes: [],
    certificate: {
      series: request.id,
      number: undefined,
      version: 1,
      facts: {
        kind: 'merge',
        issuedOn: context.time.today,
        reseller: content.reseller ?? null,
        orderNumber: content.requestNumber,
        customer: {
          account: account.id,
          company: account.company,
          ...(account.contact !== null && { contact: account.contact }),
          email: account.email,
          country: account.country,
        },
        mergeKind: content.kind,
        product: { pid: product.pid, name: product.name },
        survivor: factsOf(survivor, after),
        merged: merged.map((license) => factsOf(license, license)),
      },
    },
  };
}

function factsOf(before: License, after: Pick<License, 'seats' | 'validThrough'>): MergedLicenseFacts {
  const { activationCode, account, pid } = before;
  return {
    activationCode,
    account,
    pid,
    seats: after.seats,
    validThrough: after.validThrough,
    previousSeats: before.seats,
    previouslyValidThrough: before.validThrough,
  };
}

/**
 * Registration Keys of a merged account go on resolving as the survivor's. Where both hold one of a suite, the newer becomes an alias
 * of the older, which takes over the newer's seats in addition and the later end: neither customer loses what was bought.
 */
function moveRegistrationKeys(set: WorkingSet, from: string, into: string): void {
  const kept = new Map(set.registrationKeys(into).map((key) => [key.suite, key]));
  for (const key of set.registrationKeys(from)) {
    const moved = { ...key, account: into };
    const other = kept.get(key.suite);
    if (!other) {
      set.changeKey(moved);
      continue;
    }
    const [older, newer] = isOlder(other, moved) ? [other, moved] : [moved, other];
    set.changeKey({ ...newer, aliasOf: older.id });
    set.changeKey({
      ...older,
      seats: older.seats + newer.seats,
      validThrough: laterOf(older.validThrough, newer.validThrough),
    });
  }
}

/**
 * Whether the key was issued before the other one. Certificate numbers tell: they are drawn in the order of the decisions, which the
 * instants of overlapping transactions do not show. A key without a number was issued in this very batch, in which ids ascend.
 */
function isOlder(key: RegistrationKey, other: RegistrationKey): boolean {
  const [serial, otherSerial] = [serialOf(key), serialOf(other)];
  return serial === otherSerial ? key.id < other.id : serial < otherSerial;
}

function serialOf({ certificate: { number } }: RegistrationKey): number {
  return number === '' ? Infinity : Number(number.slice('LC-YYYY-'.length));
}
