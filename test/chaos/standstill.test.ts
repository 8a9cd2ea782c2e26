import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { watchProgress } from '#workers/progress.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

const afterSeconds = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);

describe('a worker is stuck', () => {
  test('when jobs are in hand and none ends', () => {
    const progress = watchProgress();
    afterSeconds(100);
    progress.begun();
    progress.begun();
    afterSeconds(40);
    progress.ended();
    expect(progress.stuckSeconds()).toBe(0);
    afterSeconds(61);
    progress.begun();
    expect(progress.stuckSeconds()).toBe(61);
  });

  test('when jobs wait and it takes none', () => {
    const progress = watchProgress();
    afterSeconds(100);
    progress.waiting(3);
    expect(progress.stuckSeconds()).toBe(0);
    afterSeconds(30);
    progress.waiting(5);
    afterSeconds(31);
    expect(progress.stuckSeconds()).toBe(61);
    progress.begun();
    expect(progress.stuckSeconds()).toBe(0);
  });

  test('never when there is nothing to do', () => {
    const progress = watchProgress();
    progress.begun();
    progress.ended();
    progress.waiting(0);
    afterSeconds(1000);
    expect(progress.stuckSeconds()).toBe(0);
  });
});
