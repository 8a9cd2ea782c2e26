import type { CalendarDate } from '#src/domain/calendar.ts';
import { hasValidCheckSymbol, maskCode } from '#src/domain/code.ts';
import { planned, rejected, type Decision } from '#src/domain/decision.ts';
import { belongsToAnother, type Account, type RegistrationKey } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import type { ChangeTarget } from '#src/domain/lifecycle/change-request.ts';

/** What a change is about, as the ledger knows it. */
export type FoundTarget = KeyTarget | LicenseTarget;

export interface KeyTarget {
  readonly what: 'key';
  /** The key that takes the change: the one named, or the older one that it is an alias of. */
  readonly key: RegistrationKey;
  /** Every license that the key or an alias of it serves, merged and revoked ones included. */
  readonly licenses: readonly License[];
}

export interface LicenseTarget {
  readonly what: 'license';
  readonly license: License;
  /** What it was merged into in the end; itself when it was not merged. */
  readonly survivor: License;
}

/** A code that was replaced, with the newest in its place. */
export interface RetiredCode {
  readonly code: string;
  readonly newest: string;
  /** The last day on which the old one still resolves; null: it does no more. */
  readonly until: CalendarDate | null;
}

/** What is known about the names in a change request. */
export interface TargetHoldings {
  /** Of the order that is named; undefined when there is none of that number and reseller. Only a preview finds one that is open. */
  readonly orderStatus?: 'accepted' | 'fulfilled' | 'held' | 'rejected' | undefined;
  readonly key?: RegistrationKey | undefined;
  readonly served: readonly License[];
  readonly license?: License | undefined;
  readonly survivor?: License | undefined;
  /** The account of the key or license. */
  readonly account?: Account | undefined;
  /** When the code that is named was replaced. */
  readonly retired?: RetiredCode | undefined;
}

export type TargetRejection =
  | 'UNKNOWN_ORDER'
  | 'UNKNOWN_REGISTRATION_KEY'
  | 'UNKNOWN_LICENSE'
  | 'MISTYPED_CODE'
  | 'CODE_REPLACED'
  | 'NOT_FULFILLED';

/**
 * The first checks of every change: whether its target is there for who asks, and was fulfilled.
 * @param asker the reseller; undefined: an operator, who reaches everything
 */
export function findTarget(
  named: ChangeTarget,
  asker: string | undefined,
  holdings: TargetHoldings,
  today: CalendarDate,
): Decision<FoundTarget, TargetRejection, never> {
  if (named.order !== undefined) return ofOrder(named.order, asker, holdings);
  if (named.registrationKey !== undefined) return ofKey(named.registrationKey, asker, holdings, today);
  return ofLicense(named.activationCode ?? '', asker, holdings, today);
}

function ofOrder(
  order: string,
  asker: string | undefined,
  { orderStatus, key, served, account }: TargetHoldings,
): Decision<FoundTarget, TargetRejection, never> {
  if (orderStatus === undefined || (key && !mayReachKey(key, account, asker)))
    return rejected('UNKNOWN_ORDER', `There is no order ${order}; check its number.`, { order });
  if (orderStatus === 'accepted')
    return rejected('NOT_FULFILLED', `Order ${order} is open; it is decided before what changes it.`, {
      order,
      status: orderStatus,
    });
  if (orderStatus !== 'fulfilled' || !key)
    return rejected(
      'NOT_FULFILLED',
      `Order ${order} is ${orderStatus}; only what was fulfilled can be changed.`,
      { order, status: orderStatus },
    );
  return planned({ what: 'key', key, licenses: served });
}

function ofKey(
  code: string,
  asker: string | undefined,
  { key, served, account, retired }: TargetHoldings,
  today: CalendarDate,
): Decision<FoundTarget, TargetRejection, never> {
  if (!key || !mayReachKey(key, account, asker)) {
    const shown = maskCode(code);
    return rejected('UNKNOWN_REGISTRATION_KEY', `There is no Registration Key ${shown}.`, {
      registrationKey: shown,
    });
  }
  return replaced(retired, 'registrationKey', today) ?? planned({ what: 'key', key, licenses: served });
}

function ofLicense(
  code: string,
  asker: string | undefined,
  { license, survivor, account, retired }: TargetHoldings,
  today: CalendarDate,
): Decision<FoundTarget, TargetRejection, never> {
  if (!license || !survivor || (asker !== undefined && account && belongsToAnother(account, asker))) {
    const shown = maskCode(code);
    return license || hasValidCheckSymbol(code)
      ? rejected('UNKNOWN_LICENSE', `There is no license ${shown}.`, { activationCode: shown })
      : rejected('MISTYPED_CODE', `${shown} is mistyped: compare it with the License Certificate.`, {
          activationCode: shown,
        });
  }
  return replaced(retired, 'activationCode', today) ?? planned({ what: 'license', license, survivor });
}

/** The rejection of a code that resolves no more, wherever it is named; undefined while it does (rules §8.4). */
export function replaced(
  retired: RetiredCode | undefined,
  field: 'registrationKey' | 'activationCode',
  today: CalendarDate,
): { outcome: 'rejected'; reason: ReturnType<typeof rejected<'CODE_REPLACED'>>['reason'] } | undefined {
  if (!retired || (retired.until !== null && today <= retired.until)) return undefined;
  const [old, newest] = [maskCode(retired.code), maskCode(retired.newest)];
  return rejected('CODE_REPLACED', `${old} was replaced by ${newest}; name that one instead.`, {
    [field]: old,
    newest,
  });
}

/** A key is reached by who sold it, and by the reseller of its account. */
function mayReachKey(key: RegistrationKey, account: Account | undefined, asker: string | undefined): boolean {
  if (asker === undefined || key.reseller === asker) return true;
  return account !== undefined && !belongsToAnother(account, asker);
}
