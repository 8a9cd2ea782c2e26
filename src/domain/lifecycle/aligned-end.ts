import type { CalendarDate } from '#src/domain/calendar.ts';
import { mergedLicense, type MergeInput } from '#src/domain/merging/merge-arithmetic.ts';

/**
 * The common end to which an account's licenses would come by their seat-days: the formula of a merge over its active full licenses
 * (rules §8.1); null when there is none.
 * @param active the active full licenses; those that end on one day may stand in one sum
 */
export function alignedEnd(active: readonly MergeInput[], today: CalendarDate): CalendarDate | null {
  const [first, ...others] = active;
  return first ? mergedLicense(first, others, 'weighted', today).validThrough : null;
}
