import { Temporal } from 'temporal-polyfill';

/** A calendar date as `YYYY-MM-DD`. Such strings order as the dates do, so they are compared with `<` and `>`. */
export type CalendarDate = string;

/** Whether the text is a date that exists (2026-02-31 does not), in years 1900 to 9999. */
export function isCalendarDate(text: string): boolean {
  if (!/^(19|[2-9]\d)\d\d-\d\d-\d\d$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
}

/**
 * The last day, inclusive, of a term that starts on `startsOn`: (S + n months, clamped) − 1 day (licensing §1).
 * @param term as `termMonths` accepts it; years and months are added at once, and clamped once
 */
export function termEnd(startsOn: CalendarDate, term: string): CalendarDate {
  return Temporal.PlainDate.from(startsOn).add(term).subtract({ days: 1 }).toString();
}

/** Whole days from one date to a later one; negative when `to` is the earlier. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'days' }).days;
}

export function addDays(date: CalendarDate, days: number): CalendarDate {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

export function laterOf(a: CalendarDate, b: CalendarDate): CalendarDate {
  return a > b ? a : b;
}

export function earlierOf(a: CalendarDate, b: CalendarDate): CalendarDate {
  return a < b ? a : b;
}
