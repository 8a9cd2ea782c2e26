import { expect, test } from 'vitest';
import { nextAttemptAfter, retryAfterOf } from '#src/webhooks/schedule.ts';

/** Contract §10, in seconds; the first attempt is made at once. */
const steps = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

test('ten attempts, each after its step and up to a fifth more or less', () => {
  for (const [i, step] of steps.entries()) {
    expect(nextAttemptAfter(i + 1, undefined, () => 0)).toBeCloseTo(step * 0.8);
    expect(nextAttemptAfter(i + 1, undefined, () => 0.5)).toBeCloseTo(step);
    expect(nextAttemptAfter(i + 1, undefined, () => 1)).toBeCloseTo(step * 1.2);
  }
  expect(nextAttemptAfter(10, undefined)).toBeUndefined();
  expect(nextAttemptAfter(10, 60)).toBeUndefined();
});

test('Retry-After is heeded up to twice the step, and brings nothing forward', () => {
  expect(nextAttemptAfter(2, 450, () => 0.5)).toBe(450);
  expect(nextAttemptAfter(2, 100_000, () => 0.5)).toBe(600);
  expect(nextAttemptAfter(2, 1, () => 0.5)).toBe(300);
});

test('Retry-After is a number of seconds or a date', () => {
  const now = Date.parse('2026-11-20T10:00:00Z');
  expect(retryAfterOf('120', now)).toBe(120);
  expect(retryAfterOf('Fri, 20 Nov 2026 10:02:00 GMT', now)).toBe(120);
  expect(retryAfterOf('Fri, 20 Nov 2026 09:00:00 GMT', now)).toBe(0);
  for (const nonsense of [undefined, '', 'soon', '-5', '1e3', '2026-11-20', '12:00'])
    expect(retryAfterOf(nonsense, now)).toBeUndefined();
});
