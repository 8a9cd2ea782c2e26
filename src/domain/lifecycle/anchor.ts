import { Temporal } from 'temporal-polyfill';
import { addDays, termEnd, type CalendarDate } from '#src/domain/calendar.ts';

/**
 * An end with the day that its term is counted from. Ends are always computed from an anchor, never from an end that was clamped to the
 * last day of a month (rules §8.2). Null: the end came from elsewhere, and a renewal counts from the day after it.
 */
export interface AnchoredEnd {
  readonly validThrough: CalendarDate;
  readonly anchor: CalendarDate | null;
}

/**
 * The end after a renewal by a term: the months since the anchor and those of the term, counted from the anchor.
 * @param term as `termMonths` accepts it
 */
export function renewedEnd({ validThrough, anchor }: AnchoredEnd, term: string): AnchoredEnd {
  const start = anchor ?? addDays(validThrough, 1);
  const { years, months: rest } = Temporal.Duration.from(term);
  const months = (anchor === null ? 0 : monthsServed(anchor, validThrough)) + years * 12 + rest;
  return { validThrough: termEnd(start, `P${months}M`), anchor: start };
}

/** The later of two ends with its anchor; the first when they are equal. */
export function laterEnd(first: AnchoredEnd, second: AnchoredEnd): AnchoredEnd {
  const { validThrough, anchor } = second.validThrough > first.validThrough ? second : first;
  return { validThrough, anchor };
}

/** Whole months from the anchor to the day after the end. Clamping moves that day within its month, so years and months tell. */
function monthsServed(anchor: CalendarDate, validThrough: CalendarDate): number {
  const after = addDays(validThrough, 1);
  return monthNumber(after) - monthNumber(anchor);
}

function monthNumber(date: CalendarDate): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7));
}
