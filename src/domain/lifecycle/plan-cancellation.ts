import { earlierOf, laterOf, type CalendarDate } from '#src/domain/calendar.ts';
import { planned, rejected, type Decision } from '#src/domain/decision.ts';
import type { License } from '#src/domain/license.ts';
import { checkLiving, licensesOf } from '#src/domain/lifecycle/change-checks.ts';
import { changedLine, type ChangedLine, type ChangePlan } from '#src/domain/lifecycle/change-plan.ts';
import type { Cancellation } from '#src/domain/lifecycle/change-request.ts';
import type { FoundTarget } from '#src/domain/lifecycle/change-target.ts';

/**
 * The key ends on `endsOn`, and each license on the later of that day and what it would have without the key (rules §8.1, §8.4).
 * A license that is cancelled by its code ends on that day. Seats stay.
 * @param endsWithout for each license of a key, by its id, the latest end that others gave to it
 */
export function planCancellation(
  request: Cancellation,
  target: FoundTarget,
  endsWithout: ReadonlyMap<string, CalendarDate>,
  today: CalendarDate,
): Decision<ChangePlan, 'KEY_ENDED' | 'LICENSE_MERGED' | 'CANCELLATION_OUTSIDE_TERM', never> {
  const gone = checkLiving(target, today);
  if (gone) return gone;
  const endsOn = request.endsOn ?? today;
  const { validThrough } = target.what === 'key' ? target.key : target.license;
  if (endsOn < today || endsOn > validThrough)
    return rejected(
      'CANCELLATION_OUTSIDE_TERM',
      `It cannot end on ${endsOn}: name a day from today (${today}) to its present end (${validThrough}).`,
      { endsOn, today, validThrough },
    );
  const other = (license: License) =>
    target.what === 'key' ? (endsWithout.get(license.id) ?? endsOn) : endsOn;
  return planned({
    target,
    key:
      target.what === 'key' ? { ...target.key, ...endingOn(target.key, endsOn), endedOn: endsOn } : undefined,
    lines: licensesOf(target).map((license): ChangedLine => {
      const end = earlierOf(license.validThrough, laterOf(endsOn, other(license)));
      return changedLine(license, endingOn(license, end));
    }),
  });
}

/** An end that a term did not make has no anchor. */
function endingOn(
  present: { readonly validThrough: CalendarDate; readonly anchor: CalendarDate | null },
  validThrough: CalendarDate,
) {
  return { validThrough, anchor: validThrough === present.validThrough ? present.anchor : null };
}
