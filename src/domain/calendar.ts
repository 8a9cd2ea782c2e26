import { Temporal } from 'temporal-polyfill';
import { remembering } from '#src/mechanisms/remembering.ts';

/** A calendar date as `YYYY-MM-DD`. Such strings order as the dates do, so they are compared with `<` and `>`. */
export type CalendarDate = string;

/** Whether the text is a date that exists (2026-02-31 does not), in years 1900 to 9999. */
export function isCalendarDate(text: string): boolean {
  return /^(19|[2-9]\d)\d\d-\d\d-\d\d$/.test(text) && exists(text);
}

const exists = remembering((date: string) => {
  try {
    return Temporal.PlainDate.from(date, { overflow: 'reject' }).toString() === date;
  } catch {
    return false;
  }
});

/**
 * The last day, inclusive, of a term that starts on `startsOn`: (S + n months, clamped) − 1 day (rules §1).
 * @param term as `termMonths` accepts it; years and months are added at once, and clamped once
 */
export function termEnd(startsOn: CalendarDate, term: string): CalendarDate {
  return endOf(`${startsOn} ${term}`);
}

const endOf = remembering((startAndTerm: string) => {
  const [startsOn = '', term = ''] = startAndTerm.split(' ');
  return Temporal.PlainDate.from(startsOn).add(term).subtract({ days: 1 }).toString();
});

/** Whole days from one date to a later one; negative when `to` is the earlier. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return dayNumber(to) - dayNumber(from);
}

const epoch = Temporal.PlainDate.from('1970-01-01');

const dayNumber = remembering((date: CalendarDate) => epoch.until(date, { largestUnit: 'days' }).days);

export function addDays(date: CalendarDate, days: number): CalendarDate {
  return dayOf(String(dayNumber(date) + days));
}

const dayOf = remembering((number: string) => epoch.add({ days: Number(number) }).toString());

export function laterOf(a: CalendarDate, b: CalendarDate): CalendarDate {
  return a > b ? a : b;
}

export function earlierOf(a: CalendarDate, b: CalendarDate): CalendarDate {
  return a < b ? a : b;
}

/** Years from today beyond which a validity is not meant as a date but as "for ever" (rules §5.3). */
const perpetualYears = 50;

export function isPerpetual(validThrough: CalendarDate, today: CalendarDate): boolean {
  return validThrough > Temporal.PlainDate.from(today).add({ years: perpetualYears }).toString();
}
