import type { CalendarDate } from '#src/domain/calendar.ts';
import { statusOn, type License } from '#src/domain/license.ts';
import { mergedLicense } from '#src/domain/merging/merge-arithmetic.ts';

/**
 * The common end to which an account's licenses would come by their seat-days: the formula of a merge over its active full licenses
 * (rules §8.1); null when there is none.
 */
export function alignedEnd(licenses: readonly License[], today: CalendarDate): CalendarDate | null {
  const [first, ...others] = licenses.filter(
    (license) => license.edition === 'full' && statusOn(license, today) === 'active',
  );
  return first ? mergedLicense(first, others, 'weighted', today).validThrough : null;
}
