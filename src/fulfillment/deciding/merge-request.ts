import type { CalendarDate } from '#src/domain/calendar.ts';
import type { MergedLicenseFacts } from '#src/domain/certificate-facts.ts';
import { belongsToAnother, isEnded, type Account, type RegistrationKey } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import { laterEnd } from '#src/domain/lifecycle/anchor.ts';
import type { MergeHoldings } from '#src/domain/merging/merge-holdings.ts';
import type { MergeRequest } from '#src/domain/merging/merge-request.ts';
import { planMerge, type MergePlan } from '#src/domain/merging/plan-merge.ts';
import type { Case, Decided, DecidingContext } from '#src/fulfillment/deciding/decided.ts';
import { replacedCode, resolving } from '#src/fulfillment/deciding/replaced-codes.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';

/** Decides a merge request and carries it out in the working set: survivor, disabled others, account, keys, certificate (rules §5). */
export function mergeLicenses(
  set: WorkingSet,
  request: Case<MergeRequest>,
  context: DecidingContext,
): Decided {
  const { approval } = request;
  const today = context.time.today;
  const content = withoutReplaced(set, request.content, today);
  const holdings = mergeHoldings(set, content);
  const decision = planMerge(content, holdings, context.catalog, today, approval);
  if (decision.outcome === 'planned') return execute(set, request, decision.plan, context);
  const isUnknown = decision.reason.code === 'UNKNOWN_LICENSE' || decision.reason.code === 'MISTYPED_CODE';
  const gone =
    isUnknown && content.kind === 'on-premises'
      ? replacedCode(set, [content.retain, ...(content.merge ?? [])], content.account, today)
      : undefined;
  return { status: decision.outcome, notes: [], reason: gone ?? decision.reason };
}

/** Codes that were replaced and still resolve stand for the newest (rules §8.4). */
function withoutReplaced(set: WorkingSet, request: MergeRequest, today: CalendarDate): MergeRequest {
  if (request.kind === 'service') return request;
  const [retain = request.retain] = resolving(set, [request.retain], today);
  return { ...request, retain, ...(request.merge && { merge: resolving(set, request.merge, today) }) };
}

/** What the request names, as the set knows it; nothing is redirected. */
function mergeHoldings(set: WorkingSet, request: MergeRequest): MergeHoldings {
  const ids = request.kind === 'service' ? [request.into, request.from] : [request.account];
  const codes = request.kind === 'service' ? [] : [request.retain, ...(request.merge ?? [])];
  const { reseller } = request;
  const isThere = ({ account: id }: License) => {
    const account = set.account(id);
    return reseller === undefined || (account !== undefined && !belongsToAnother(account, reseller));
  };
  const own = ids.flatMap((id) => set.licenses(id));
  const elsewhere = codes.flatMap((code) => set.licenseByCode(code) ?? []).filter(isThere);
  const licenses = [...new Map([...own, ...elsewhere].map((license) => [license.id, license])).values()];
  return {
    accounts: new Map(ids.flatMap((id) => set.account(id) ?? []).map((account) => [account.id, account])),
    survivingAccounts: new Map(
      ids.flatMap((id): readonly [string, Account][] => {
        const survivor = set.survivor(id);
        return survivor ? [[id, survivor]] : [];
      }),
    ),
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
  const { cause } = request;
  // What a key gave to any of them it has given to the survivor.
  const extendedBy = [...new Set([survivor, ...merged].flatMap((license) => license.extendedBy))];
  set.grantLicense({ ...survivor, ...after, anchor: null, extendedBy }, cause, null);
  for (const license of merged)
    set.grantLicense({ ...license, status: 'merged', mergedInto: survivor.id }, cause, null);
  if (emptiedAccount) {
    set.changeAccount({ ...emptiedAccount, mergedInto: account.id });
    moveRegistrationKeys(set, request, context.time.today, emptiedAccount.id, account.id);
  }
  const { content } = request;
  return {
    status: 'fulfilled',
    notes: [],
    certificates: [
      {
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
    ],
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
function moveRegistrationKeys(
  set: WorkingSet,
  { cause }: Case<unknown>,
  today: CalendarDate,
  from: string,
  into: string,
): void {
  const living = (account: string) => set.registrationKeys(account).filter((key) => !isEnded(key, today));
  const kept = new Map(living(into).map((key) => [key.suite, key]));
  for (const key of set.registrationKeys(from)) {
    const moved = { ...key, account: into };
    const other = isEnded(key, today) ? undefined : kept.get(key.suite);
    const aliases = set.aliasesOf(key.id);
    if (!other) {
      set.grantKey(moved, cause);
      for (const alias of aliases) set.grantKey({ ...alias, account: into }, cause);
      continue;
    }
    const [older, newer] = isOlder(other, moved) ? [other, moved] : [moved, other];
    set.grantKey({ ...newer, aliasOf: older.id }, cause);
    for (const alias of [...aliases, ...set.aliasesOf(newer.id)])
      set.grantKey({ ...alias, account: into, aliasOf: older.id }, cause);
    const end = laterEnd(older, newer);
    set.grantKey({ ...older, ...end, seats: older.seats + newer.seats }, cause);
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
