import { expect, test } from 'vitest';
import { remembering } from '#src/mechanisms/remembering.ts';

test('a function that remembers gives what it gave before, computes once, and does not grow for ever', () => {
  let computed = 0;
  const length = remembering((text: string) => {
    computed += 1;
    return text.length;
  });
  expect([length('2026-11-25'), length('2026-11-25'), computed]).toEqual([10, 10, 1]);
  for (let i = 0; i < 5000; i += 1) expect(length(`${i}`)).toBe(`${i}`.length);
  expect(computed).toBe(5001);
  // The memory was full meanwhile and began anew.
  expect([length('2026-11-25'), computed]).toEqual([10, 5002]);
});
