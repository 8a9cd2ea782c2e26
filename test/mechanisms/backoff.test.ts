import { describe, expect, test } from 'vitest';
import { backoffMs } from '#src/mechanisms/backoff.ts';

const drawn = (attempts: number) => Array.from({ length: 1000 }, () => backoffMs(attempts));

describe('the delay before the next attempt', () => {
  test.each([
    [1, 400],
    [2, 800],
    [3, 1600],
    [4, 3200],
    [5, 5000],
    [6, 5000],
    [1_000_000, 5000],
  ])('after %i attempts is between half of %i ms and all of it', (attempts, ceiling) => {
    const delays = drawn(attempts);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(ceiling / 2);
    expect(Math.max(...delays)).toBeLessThanOrEqual(ceiling);
  });

  test('differs from one to the next, so that what failed together does not come back together', () => {
    expect(new Set(drawn(3)).size).toBeGreaterThan(100);
  });
});
