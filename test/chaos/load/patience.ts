import { setTimeout as delay } from 'node:timers/promises';

/**
 * What a message may wait for in turn: a lock (15 s), a stall check (2 s) and two intervals of the reconciler (20 s), twice over. Who sees
 * nothing end for that long has lost something; a slow machine alone never stands still.
 */
const standstillMs = 90_000;

/** Whatever the progress, nobody waits for longer. */
const mostMs = 30 * 60_000;

/** A look that does not come back is none. */
const lookMs = 60_000;

/**
 * Waits for something that happens while work goes on, for as long as work goes on: until it has happened, or whatever `measure` tells has
 * not changed for 90 s. @returns whether it has happened
 */
export async function untilSoOrStill(
  isSo: () => Promise<boolean> | boolean,
  measure: () => Promise<number | string>,
  everyMs = 250,
): Promise<boolean> {
  const until = performance.now() + mostMs;
  let last: number | string | undefined;
  let changedAt = performance.now();
  for (; ; await delay(everyMs)) {
    if (await isSo()) return true;
    const now = await Promise.race([
      measure().catch(() => undefined),
      delay(lookMs, undefined, { ref: false }),
    ]);
    if (now !== undefined && now !== last) {
      last = now;
      changedAt = performance.now();
    }
    if (performance.now() > Math.min(until, changedAt + standstillMs)) return false;
  }
}

/**
 * Waits for as long as there is progress: until nothing is left, or until what is left has not become less than ever before for 90 s.
 * @returns how much is left; null when nobody could say at the end
 */
export async function untilNoneLeft(left: () => Promise<number>, everyMs = 250): Promise<number | null> {
  const until = performance.now() + mostMs;
  let least = Infinity;
  let fellAt = performance.now();
  for (; ; await delay(everyMs)) {
    const now = await Promise.race([left().catch(() => null), delay(lookMs, null, { ref: false })]);
    if (now === 0) return 0;
    if (now !== null && now < least) {
      least = now;
      fellAt = performance.now();
    }
    if (performance.now() > Math.min(until, fellAt + standstillMs)) return now;
  }
}
