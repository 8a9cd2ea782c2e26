import { noApproval, type Approval } from '#src/domain/approval.ts';
import { daysBetween, termEnd, type CalendarDate } from '#src/domain/calendar.ts';
import { held, planned, rejected, type Decision } from '#src/domain/decision.ts';
import type { License } from '#src/domain/license.ts';
import { laterEnd, renewedEnd, type AnchoredEnd } from '#src/domain/lifecycle/anchor.ts';
import { checkLiving, checkSeats, checkUsable, licensesOf } from '#src/domain/lifecycle/change-checks.ts';
import { changedLine, type ChangedLine, type ChangePlan } from '#src/domain/lifecycle/change-plan.ts';
import type { Renewal } from '#src/domain/lifecycle/change-request.ts';
import type { FoundTarget } from '#src/domain/lifecycle/change-target.ts';
import type { ChangeWindows } from '#src/domain/lifecycle/windows.ts';

export type RenewalHold =
  'RENEWAL_TOO_EARLY' | 'RENEWAL_TOO_LATE' | 'LICENSE_NOT_USABLE' | 'SEATS_BELOW_HOLDING';

/** Today by the database's clock, and the day on which the message was accepted: windows look at that. */
export interface ChangeDays {
  readonly today: CalendarDate;
  readonly acceptedOn: CalendarDate;
}

/** The end moves: by a term from the anchor, or to a date; same key, same codes (rules §8.1, §8.2). */
export function planRenewal(
  request: Renewal,
  target: FoundTarget,
  { today, acceptedOn }: ChangeDays,
  windows: ChangeWindows,
  approval: Approval = noApproval,
): Decision<ChangePlan, 'KEY_ENDED' | 'LICENSE_MERGED' | 'TERM_ALREADY_OVER' | 'NOT_LATER', RenewalHold> {
  const gone = checkLiving(target, today);
  if (gone) return gone;
  const present: AnchoredEnd = target.what === 'key' ? target.key : target.license;
  const overdue = daysBetween(present.validThrough, acceptedOn);
  const isTooLate = overdue > windows.renewLateDays;
  const end = endOf(
    request,
    present,
    isTooLate && approval.codes.has('RENEWAL_TOO_LATE') ? today : undefined,
  );
  if (end.validThrough < today)
    return rejected('TERM_ALREADY_OVER', `It would end on ${end.validThrough}, before today.`, {
      validThrough: end.validThrough,
      today,
    });
  if (end.validThrough <= present.validThrough)
    return rejected(
      'NOT_LATER',
      `It would end on ${end.validThrough}, not later than it does now (${present.validThrough}).`,
      { validThrough: end.validThrough, presentlyValidThrough: present.validThrough },
    );
  if (-overdue > windows.renewEarlyDays && !approval.codes.has('RENEWAL_TOO_EARLY'))
    return held(
      'RENEWAL_TOO_EARLY',
      `It ends on ${present.validThrough}, in ${-overdue} days; a renewal may come ${windows.renewEarlyDays} days before. It may have been sent twice.`,
      { presentlyValidThrough: present.validThrough, days: -overdue, renewEarlyDays: windows.renewEarlyDays },
    );
  if (isTooLate && !approval.codes.has('RENEWAL_TOO_LATE'))
    return held(
      'RENEWAL_TOO_LATE',
      `It ended on ${present.validThrough}, ${overdue} days ago; a renewal may come ${windows.renewLateDays} days after. Approved, it starts today.`,
      { presentlyValidThrough: present.validThrough, days: overdue, renewLateDays: windows.renewLateDays },
    );
  const refused = checkUsable(target, approval) ?? checkSeats(target, request, approval);
  if (refused) return refused;
  const { seats } = request;
  return planned({
    target,
    key:
      target.what === 'key'
        ? { ...target.key, ...end, seats: seats ?? target.key.seats, endedOn: null, endedBy: null }
        : undefined,
    lines: licensesOf(target).map((license) => renewedLine(license, end, seats)),
  });
}

/** @param from the day on which a renewal starts anew; undefined: it goes on from the present end */
function endOf(
  { term, validThrough }: Renewal,
  present: AnchoredEnd,
  from: CalendarDate | undefined,
): AnchoredEnd {
  if (term === undefined) return { validThrough: validThrough ?? present.validThrough, anchor: null };
  return from === undefined ? renewedEnd(present, term) : { validThrough: termEnd(from, term), anchor: from };
}

/** A later end of its own is kept; a trial becomes full and its trial time is dropped (rules §3, §8.4). */
function renewedLine(license: License, end: AnchoredEnd, seats: number | undefined): ChangedLine {
  return changedLine(license, {
    ...(license.edition === 'trial' ? end : laterEnd(license, end)),
    seats: seats ?? license.seats,
    edition: 'full',
    status: license.status === 'expired' ? 'active' : license.status,
  });
}
