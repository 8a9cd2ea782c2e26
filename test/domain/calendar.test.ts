import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, daysBetween, earlierOf, isCalendarDate, laterOf, termEnd } from '#src/domain/calendar.ts';

const date = fc
  .date({ min: new Date('1970-01-01'), max: new Date('2190-12-31'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10));

describe('the end of a term', () => {
  test.each([
    ['2024-02-29', 'P1Y', '2025-02-27'],
    ['2024-02-29', 'P4Y', '2028-02-28'],
    ['2026-12-01', 'P1Y', '2027-11-30'],
    ['2026-01-01', 'P1Y', '2026-12-31'],
    ['2026-01-31', 'P1M', '2026-02-27'],
    ['2028-01-31', 'P1M', '2028-02-28'],
    ['2026-03-31', 'P1M', '2026-04-29'],
    ['2026-08-31', 'P6M', '2027-02-27'],
    ['2027-08-31', 'P6M', '2028-02-28'],
    ['2026-10-15', 'P1Y6M', '2028-04-14'],
    ['2026-03-01', 'P12M', '2027-02-28'],
    ['2026-06-15', 'P10Y', '2036-06-14'],
    ['2096-02-29', 'P4Y', '2100-02-27'],
  ])('of one that starts on %s and lasts %s is %s, inclusive', (startsOn, term, end) => {
    expect(termEnd(startsOn, term)).toBe(end);
  });

  test('is computed from the anchor, never from an end that was clamped already', () => {
    const afterAMonth = addDays(termEnd('2026-01-31', 'P1M'), 1);
    expect(termEnd(afterAMonth, 'P1M')).toBe('2026-03-27');
    expect(termEnd('2026-01-31', 'P2M')).toBe('2026-03-30');
  });

  test('is the day before the same day of the month, unless that month is too short', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: 1, max: 120 }), (startsOn, months) => {
        const next = addDays(termEnd(startsOn, `P${months}M`), 1);
        const monthsApart = (at: string) => Number(at.slice(0, 4)) * 12 + Number(at.slice(5, 7));
        expect(monthsApart(next) - monthsApart(startsOn)).toBe(months);
        const isLastOfMonth = addDays(next, 1).endsWith('-01');
        expect(
          next.slice(8) === startsOn.slice(8) || (isLastOfMonth && next.slice(8) < startsOn.slice(8)),
        ).toBe(true);
      }),
    );
  });

  test('never comes earlier for a longer term', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: 1, max: 119 }), (startsOn, months) => {
        expect(termEnd(startsOn, `P${months}M`) < termEnd(startsOn, `P${months + 1}M`)).toBe(true);
      }),
    );
  });
});

describe('a calendar date', () => {
  test.each(['2026-12-01', '2024-02-29', '1900-01-01', '9999-12-31', '2000-02-29'])('%s exists', (text) => {
    expect(isCalendarDate(text)).toBe(true);
  });

  test.each([
    '2026-02-31',
    '2026-02-29',
    '1900-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-12-00',
    '1899-12-31',
    '0000-01-01',
    '+010000-01-01',
    '2026-1-1',
    '20261201',
    '2026-12-01T00:00:00Z',
    '2026-12-01 ',
    '2026-W10-1',
    '',
    'today',
  ])('%j does not', (text) => {
    expect(isCalendarDate(text)).toBe(false);
  });

  test('and another are ordered and counted alike', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: -40_000, max: 40_000 }), (from, days) => {
        const to = addDays(from, days);
        expect(daysBetween(from, to)).toBe(days);
        expect(laterOf(from, to)).toBe(days > 0 ? to : from);
        expect(earlierOf(from, to)).toBe(days < 0 ? to : from);
      }),
    );
  });
});
