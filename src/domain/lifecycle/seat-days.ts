import { daysBetween, type CalendarDate } from '#src/domain/calendar.ts';

/** Seats and date of a line; absent where the line has none. */
export interface SeatsThrough {
  readonly seats?: number | undefined;
  readonly validThrough?: CalendarDate | undefined;
}

/** Seats × days left after `today`; 0 for what is over or not there. */
function seatDaysLeft({ seats, validThrough }: SeatsThrough, today: CalendarDate): number {
  if (seats === undefined || validThrough === undefined) return 0;
  return seats * Math.max(0, daysBetween(today, validThrough));
}

/** What resellers prorate by (rules §8.1): the seat-days after a change, less those before it. What was revoked has none after. */
export function seatDaysOf(
  after: SeatsThrough & { readonly action?: string | undefined },
  before: SeatsThrough,
  today: CalendarDate,
): number {
  const left = after.action === 'revoked' ? 0 : seatDaysLeft(after, today);
  return left - seatDaysLeft(before, today);
}
