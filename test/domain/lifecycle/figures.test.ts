import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, termEnd } from '#src/domain/calendar.ts';
import { alignedEnd } from '#src/domain/lifecycle/aligned-end.ts';
import { laterEnd, renewedEnd, type AnchoredEnd } from '#src/domain/lifecycle/anchor.ts';
import { seatDaysOf } from '#src/domain/lifecycle/seat-days.ts';
import { today, yesterday } from '#test/domain/examples.ts';

test('yearly renewals from a leap day are counted from the anchor, never from a clamped end', () => {
  let end: AnchoredEnd = { validThrough: termEnd('2024-02-29', 'P1Y'), anchor: '2024-02-29' };
  const ends = [end.validThrough];
  while (ends.length < 4) {
    end = renewedEnd(end, 'P1Y');
    ends.push(end.validThrough);
  }
  expect(ends).toEqual(['2025-02-27', '2026-02-27', '2027-02-27', '2028-02-28']);
});

test('an end that came from elsewhere begins a new anchor the day after it', () => {
  expect(renewedEnd({ validThrough: '2027-03-31', anchor: null }, 'P1M')).toEqual({
    validThrough: '2027-04-30',
    anchor: '2027-04-01',
  });
});

test('however a term is cut into renewals, the end is that of the whole term', () => {
  const anchor = fc.date({ min: new Date('2000-01-01'), max: new Date('2150-01-01'), noInvalidDate: true });
  const months = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(anchor, months, (date, terms) => {
      const start = date.toISOString().slice(0, 10);
      const [first = 1, ...rest] = terms;
      const begun: AnchoredEnd = { validThrough: termEnd(start, `P${first}M`), anchor: start };
      const end = rest.reduce((present, term) => renewedEnd(present, `P${term}M`), begun);
      const whole = terms.reduce((sum, term) => sum + term, 0);
      expect(end).toEqual({ validThrough: termEnd(start, `P${whole}M`), anchor: start });
    }),
  );
});

test('of two ends the later counts with its anchor, and the first of two equal ones', () => {
  const first = { validThrough: '2027-01-01', anchor: '2026-01-02' };
  expect(laterEnd(first, { validThrough: '2027-01-02', anchor: null })).toEqual({
    validThrough: '2027-01-02',
    anchor: null,
  });
  expect(laterEnd(first, { validThrough: '2027-01-01', anchor: null })).toEqual(first);
});

test.each([
  [
    'more seats',
    { seats: 30, validThrough: addDays(today, 10) },
    { seats: 20, validThrough: addDays(today, 10) },
    100,
  ],
  [
    'a later end',
    { seats: 2, validThrough: addDays(today, 12) },
    { seats: 2, validThrough: addDays(today, 10) },
    4,
  ],
  ['something new', { seats: 5, validThrough: addDays(today, 3) }, {}, 15],
  ['nothing yet', {}, {}, 0],
  [
    'what had lapsed',
    { seats: 2, validThrough: addDays(today, 1) },
    { seats: 9, validThrough: yesterday },
    2,
  ],
  [
    'a revoked one',
    { action: 'revoked', seats: 5, validThrough: addDays(today, 4) },
    { seats: 5, validThrough: addDays(today, 4) },
    -20,
  ],
])('seat-days of %s', (_, after, before, days) => {
  expect(seatDaysOf(after, before, today)).toBe(days);
});

test('the aligned end is weighted by seats', () => {
  const active = [
    { seats: 1, validThrough: addDays(today, 10) },
    { seats: 3, validThrough: addDays(today, 20) },
  ];
  expect(alignedEnd(active, today)).toBe(addDays(today, 18));
  expect(alignedEnd([], today)).toBeNull();
});

test('the aligned end is the same when licenses that end on one day stand in one sum', () => {
  const some = fc.record({
    seats: fc.integer({ min: 1, max: 100_000 }),
    days: fc.integer({ min: 0, max: 5 }),
  });
  fc.assert(
    fc.property(fc.array(some, { minLength: 1, maxLength: 30 }), (licenses) => {
      const each = licenses.map(({ seats, days }) => ({ seats, validThrough: addDays(today, days) }));
      const summed = Array.from(
        Map.groupBy(each, ({ validThrough }) => validThrough),
        ([validThrough, of]) => ({ seats: of.reduce((sum, { seats }) => sum + seats, 0), validThrough }),
      );
      expect(alignedEnd(summed, today)).toBe(alignedEnd(each, today));
    }),
  );
});
