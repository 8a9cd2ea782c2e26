import { addDays, daysBetween, earlierOf, laterOf, type CalendarDate } from '#src/domain/calendar.ts';
import type { MergeDatePolicy } from '#src/domain/catalog.ts';

/** What a license brings into a merge. */
export interface MergeInput {
  readonly seats: number;
  readonly validThrough: CalendarDate;
}

/**
 * Seats and date of the survivor (rules §5.4): seats are the exact sum; the date follows the policy. `weighted` keeps the
 * seat-days, rounded up to a whole day, and never goes beyond the latest input.
 * @param others licenses that merge into the survivor, all in one step
 */
export function mergedLicense(
  survivor: MergeInput,
  others: readonly MergeInput[],
  policy: MergeDatePolicy,
  today: CalendarDate,
): MergeInput {
  const all = [survivor, ...others];
  return {
    seats: all.reduce((sum, { seats }) => sum + seats, 0),
    validThrough: mergedDate(survivor, all, policy, today),
  };
}

function mergedDate(
  survivor: MergeInput,
  all: readonly MergeInput[],
  policy: MergeDatePolicy,
  today: CalendarDate,
): CalendarDate {
  const dates = all.map(({ validThrough }) => validThrough);
  switch (policy) {
    case 'keep-survivor':
      return survivor.validThrough;
    case 'earliest':
      return dates.reduce(earlierOf);
    case 'latest':
      return dates.reduce(laterOf);
    case 'weighted':
      return earlierOf(addDays(today, weightedDaysLeft(all, today)), dates.reduce(laterOf));
  }
}

/** ⌈Σ(seats × days left) ÷ Σ seats⌉, in whole numbers of any size. */
function weightedDaysLeft(all: readonly MergeInput[], today: CalendarDate): number {
  let seatDays = 0n;
  let seats = 0n;
  for (const input of all) {
    seatDays += BigInt(input.seats) * BigInt(daysBetween(today, input.validThrough));
    seats += BigInt(input.seats);
  }
  return Number((seatDays + seats - 1n) / seats);
}
