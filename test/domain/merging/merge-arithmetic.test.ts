import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, daysBetween } from '#src/domain/calendar.ts';
import { mergeDatePolicies } from '#src/domain/catalog.ts';
import { mergedLicense, type MergeInput } from '#src/domain/merging/merge-arithmetic.ts';
import { today } from '#test/domain/examples.ts';

function input(seats: number, daysLeft: number): MergeInput {
  return { seats, validThrough: addDays(today, daysLeft) };
}

const anInput = fc
  .record({ seats: fc.integer({ min: 1, max: 1_000_000 }), daysLeft: fc.nat({ max: 4000 }) })
  .map(({ seats, daysLeft }) => input(seats, daysLeft));

describe('the date of a survivor by seat-days', () => {
  test.each([
    ['of equal seats is the middle', [input(10, 100), input(10, 200)], 150],
    ['leans towards the more seats', [input(30, 100), input(10, 200)], 125],
    ['is rounded up to a whole day', [input(2, 0), input(1, 1)], 1],
    ['that comes out whole is not rounded', [input(1, 1), input(1, 3)], 2],
    ['of equal dates is that date', [input(7, 40), input(9, 40)], 40],
    ['of licenses that end today is today', [input(7, 0), input(9, 0)], 0],
    ['of three is computed at once', [input(1, 1), input(1, 0), input(1, 0)], 1],
    ['of many seats is exact', [input(1_000_000, 3999), input(999_999, 4000)], 4000],
  ] as const)('%s', (_, [survivor, ...others], daysLeft) => {
    const { validThrough } = mergedLicense(survivor, others, 'weighted', today);
    expect(daysBetween(today, validThrough)).toBe(daysLeft);
  });

  test('is not what merging pairwise would give', () => {
    const inputs = [input(1, 0), input(1, 1), input(1, 0)] as const;
    const [a, b, c] = inputs;
    const atOnce = mergedLicense(a, [b, c], 'weighted', today);
    const twice = mergedLicense(mergedLicense(a, [b], 'weighted', today), [c], 'weighted', today);
    expect(daysBetween(today, atOnce.validThrough)).toBe(1);
    expect(twice.seats).toBe(atOnce.seats);
    const seatDays = (at: MergeInput) => at.seats * daysBetween(today, at.validThrough);
    expect(seatDays(atOnce) - 1).toBeLessThan(3);
  });
});

describe('the other policies', () => {
  const survivor = input(5, 50);
  const others = [input(50, 10), input(500, 90)];

  test.each([
    ['keep-survivor', 50],
    ['earliest', 10],
    ['latest', 90],
  ] as const)('%s', (policy, daysLeft) => {
    expect(mergedLicense(survivor, others, policy, today)).toEqual({
      seats: 555,
      validThrough: addDays(today, daysLeft),
    });
  });
});

describe('a merge', () => {
  test('conserves seats exactly, by every policy', () => {
    fc.assert(
      fc.property(
        anInput,
        fc.array(anInput, { minLength: 1, maxLength: 20 }),
        fc.constantFrom(...mergeDatePolicies),
        (survivor, others, policy) => {
          const total = [survivor, ...others].reduce((sum, { seats }) => sum + seats, 0);
          expect(mergedLicense(survivor, others, policy, today).seats).toBe(total);
        },
      ),
    );
  });

  test('conserves seat-days: never below, less than a day for each seat above, and never beyond the latest input', () => {
    fc.assert(
      fc.property(anInput, fc.array(anInput, { minLength: 1, maxLength: 20 }), (survivor, others) => {
        const all = [survivor, ...others];
        const before = all.reduce(
          (sum, { seats, validThrough }) => sum + seats * daysBetween(today, validThrough),
          0,
        );
        const { seats, validThrough } = mergedLicense(survivor, others, 'weighted', today);
        const after = seats * daysBetween(today, validThrough);
        const latest = all.map((at) => at.validThrough).reduce((a, b) => (a > b ? a : b));
        expect(validThrough <= latest).toBe(true);
        expect(after).toBeGreaterThanOrEqual(before);
        expect(after - before).toBeLessThan(seats);
      }),
    );
  });

  test('ends between the earliest and the latest input, by every policy', () => {
    fc.assert(
      fc.property(
        anInput,
        fc.array(anInput, { minLength: 1, maxLength: 20 }),
        fc.constantFrom(...mergeDatePolicies),
        (survivor, others, policy) => {
          const dates = [survivor, ...others].map((at) => at.validThrough).sort();
          const { validThrough } = mergedLicense(survivor, others, policy, today);
          expect([...dates, validThrough].sort().at(0)).toBe(dates.at(0));
          expect([...dates, validThrough].sort().at(-1)).toBe(dates.at(-1));
        },
      ),
    );
  });
});
