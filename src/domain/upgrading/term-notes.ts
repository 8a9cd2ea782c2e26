import { addDays, daysBetween, earlierOf, laterOf, type CalendarDate } from '#src/domain/calendar.ts';
import type { Note } from '#src/domain/decision.ts';

/** What has an end already, by the name that a note calls it. */
export interface PresentEnd {
  readonly name: string;
  readonly validThrough: CalendarDate;
}

/**
 * What an order's dates cost, said once for each thing that it extends (rules §3): how many days of its term lie before the
 * present end and are not gained, or how many days between the present end and the term no order has bought.
 * @param endsOn last day of the order's term
 */
export function termNotes(
  startsOn: CalendarDate,
  endsOn: CalendarDate,
  extended: readonly PresentEnd[],
  today: CalendarDate,
): readonly Note[] {
  return extended.flatMap((end) => noteOf(end, startsOn, endsOn, today));
}

function noteOf(
  { name, validThrough }: PresentEnd,
  startsOn: CalendarDate,
  endsOn: CalendarDate,
  today: CalendarDate,
): readonly Note[] {
  if (startsOn <= validThrough) {
    const days = daysBetween(startsOn, earlierOf(validThrough, endsOn)) + 1;
    const message = `${name} is valid through ${validThrough} already: ${counted(days)} of the term from ${startsOn} through ${endsOn} ${days === 1 ? 'lies' : 'lie'} before that.`;
    return [{ code: 'TERM_OVERLAPS', message }];
  }
  // Of something that has expired, the days that are past are nobody's to buy any more.
  const covered = laterOf(validThrough, addDays(today, -1));
  const days = daysBetween(covered, startsOn) - 1;
  if (days <= 0) return [];
  const message = `${name} is valid through ${validThrough}: ${counted(days)} before the term begins on ${startsOn} ${days === 1 ? 'is' : 'are'} not covered by it.`;
  return [{ code: 'TERM_LEAVES_GAP', message }];
}

function counted(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
