import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalTerm, termMonths } from '#src/domain/term.ts';

describe('a term', () => {
  test.each([
    ['P1Y', 12],
    ['P36M', 36],
    ['P1Y6M', 18],
    ['P1M', 1],
    ['P120M', 120],
    ['P10Y', 120],
    ['P9Y12M', 120],
    ['P0Y1M', 1],
    ['P1Y0M', 12],
  ])('%s lasts %i months', (text, months) => {
    expect(termMonths(text)).toBe(months);
  });

  test.each([
    'P0Y',
    'P0M',
    'P1000Y',
    'P10Y1M',
    'P121M',
    'P11Y',
    'P',
    '',
    '1Y',
    'P1D',
    'P1W',
    'P1Y2D',
    'P6M1Y',
    'PT1M',
    'P-1Y',
    '-P1Y',
    '+P1Y',
    'P1.5Y',
    'P1,5Y',
    'p1y',
    ' P1Y',
    'P1Y ',
    'P1Y\n',
    'P00001Y',
    'P99999999999999999999Y',
    'P１Y',
  ])('%j is refused', (text) => {
    expect(termMonths(text)).toBeUndefined();
  });

  test('is spelled in one way, in which it can be read again', () => {
    expect(canonicalTerm(12)).toBe('P1Y');
    expect(canonicalTerm(18)).toBe('P1Y6M');
    expect(canonicalTerm(6)).toBe('P6M');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), (months) => {
        expect(termMonths(canonicalTerm(months))).toBe(months);
      }),
    );
  });

  test('means the same however its months are told', () => {
    const parts = fc.record({ years: fc.nat({ max: 9 }), months: fc.integer({ min: 1, max: 12 }) });
    fc.assert(
      fc.property(parts, ({ years, months }) => {
        expect(termMonths(`P${years}Y${months}M`)).toBe(termMonths(`P${years * 12 + months}M`));
      }),
    );
  });
});
