import type { Approval } from '#src/domain/approval.ts';
import type { CalendarDate } from '#src/domain/calendar.ts';
import type { LaterDatePolicy, SuiteComponent } from '#src/domain/catalog.ts';
import { maskCode } from '#src/domain/code.ts';
import { held, planned, rejected, type Decision, type Note } from '#src/domain/decision.ts';
import { productFamily, statusOn, type Edition, type License } from '#src/domain/license.ts';
import { laterEnd } from '#src/domain/lifecycle/anchor.ts';

/** What an order or a registration gives to every component of its suite. */
export interface ComponentRequest {
  readonly seats: number;
  readonly suiteEndsOn: CalendarDate;
  /** The day that the suite's term is counted from; null when its end came from elsewhere. */
  readonly anchor: CalendarDate | null;
  /** What a registration says: seats stay where they are higher than the key's (rules §4). */
  readonly neverLower: boolean;
  readonly allowFewerSeats: boolean;
  /** Ids of the licenses that the message's `keep` stands for. */
  readonly keep: ReadonlySet<string>;
  /** Likewise of the approvals' `keep`, which goes first: a person decided what the message left open. */
  readonly approvedKeep: ReadonlySet<string>;
  readonly laterDate: LaterDatePolicy;
  readonly approval: Approval;
}

/** The license that a component retains, with what it becomes; undefined when the account owns none of the family. */
export interface RetainedLicense {
  readonly license: License;
  readonly seats: number;
  readonly validThrough: CalendarDate;
  readonly anchor: CalendarDate | null;
  readonly edition: Edition;
  readonly notes: readonly Note[];
}

export type ComponentHold =
  'AMBIGUOUS_PRODUCT_FAMILY' | 'LICENSE_NOT_USABLE' | 'SEATS_BELOW_HOLDING' | 'KEPT_LATER_DATE';

/**
 * Compares a suite's component with the account's licenses by product family: the table of rules §3 step 2.
 * Repeating it on the result changes nothing.
 */
export function planComponent(
  component: SuiteComponent,
  licenses: readonly License[],
  request: ComponentRequest,
  today: CalendarDate,
): Decision<RetainedLicense | undefined, 'LICENSE_REVOKED', ComponentHold> {
  const candidates = candidatesOf(component.pid, licenses, today);
  if (candidates.length === 0) return planned(undefined);
  const [only, ...others] = candidates;
  const license =
    others.length === 0
      ? only
      : (theOneIn(request.approvedKeep, candidates) ?? theOneIn(request.keep, candidates));
  if (!license) {
    return held(
      'AMBIGUOUS_PRODUCT_FAMILY',
      `The account has ${candidates.length} licenses of ${component.name}; say with "keep" which one shall live on.`,
      {
        component: component.name,
        candidates: candidates.map((candidate) => maskCode(candidate.activationCode)),
      },
    );
  }
  return retain(component, license, request, today);
}

/**
 * The account's licenses of a PID's family that count: its active full ones; if there is none, its trials; if none, its expired
 * ones; if none, its suspended and revoked ones. Merged ones never count (rules §3), nor those that a return revoked (§8.4).
 */
export function candidatesOf(
  pid: string,
  licenses: readonly License[],
  today: CalendarDate,
): readonly License[] {
  const family = productFamily(pid);
  const ofFamily = licenses.filter(
    ({ pid, revokedBy }) => productFamily(pid) === family && revokedBy === null,
  );
  if (ofFamily.length === 0) return [];
  for (const counts of tiers) {
    const candidates = ofFamily.filter((license) => counts(license, today));
    if (candidates.length > 0) return candidates;
  }
  return [];
}

const tiers: readonly ((license: License, today: CalendarDate) => boolean)[] = [
  (license, today) => statusOn(license, today) === 'active' && license.edition === 'full',
  (license, today) => statusOn(license, today) === 'active',
  (license, today) => statusOn(license, today) === 'expired',
  (license) => license.status === 'suspended' || license.status === 'revoked',
];

/** The candidate that is named, when exactly one is. */
function theOneIn(named: ReadonlySet<string>, candidates: readonly License[]): License | undefined {
  const [first, ...others] = candidates.filter(({ id }) => named.has(id));
  return others.length === 0 ? first : undefined;
}

function retain(
  component: SuiteComponent,
  license: License,
  request: ComponentRequest,
  today: CalendarDate,
): Decision<RetainedLicense, 'LICENSE_REVOKED', ComponentHold> {
  const about = { component: component.name, activationCode: maskCode(license.activationCode) };
  const status = statusOn(license, today);
  if (status === 'suspended' || status === 'revoked') {
    if (!request.approval.codes.has('LICENSE_NOT_USABLE')) {
      return held(
        'LICENSE_NOT_USABLE',
        `The license of ${component.name} is ${status}; a person has to decide.`,
        { ...about, status },
      );
    }
    if (status === 'revoked') {
      return rejected('LICENSE_REVOKED', `The license of ${component.name} was revoked and stays so.`, about);
    }
  }
  const trial = license.edition === 'trial';
  const fewer = !trial && request.seats < license.seats;
  if (
    fewer &&
    !request.neverLower &&
    !request.allowFewerSeats &&
    !request.approval.codes.has('SEATS_BELOW_HOLDING')
  ) {
    return held(
      'SEATS_BELOW_HOLDING',
      `The order says ${request.seats} seats in all, but the license of ${component.name} has ${license.seats}; approve, or order with "allowFewerSeats".`,
      { ...about, seats: request.seats, presentSeats: license.seats },
    );
  }
  const later = !trial && license.validThrough > request.suiteEndsOn;
  if (later && request.laterDate === 'hold' && !request.approval.codes.has('KEPT_LATER_DATE')) {
    return held(
      'KEPT_LATER_DATE',
      `The license of ${component.name} is valid through ${license.validThrough}, later than the suite (${request.suiteEndsOn}).`,
      { ...about, validThrough: request.suiteEndsOn, presentlyValidThrough: license.validThrough },
    );
  }
  const suiteEnd = { validThrough: request.suiteEndsOn, anchor: request.anchor };
  return planned({
    license,
    seats: request.neverLower ? Math.max(request.seats, license.seats) : request.seats,
    ...(trial ? suiteEnd : laterEnd(license, suiteEnd)),
    edition: 'full',
    notes: later
      ? [
          {
            code: 'KEPT_LATER_DATE',
            message: `Its date ${license.validThrough} is later than the suite's and was kept.`,
          },
        ]
      : [],
  });
}
