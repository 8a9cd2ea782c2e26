/** Whoever sees no change for so long waits in vain; a machine that is busy or slow changes something all the time. */
const longestMs = 180_000;

/**
 * Patience counted in progress.
 * @returns to be told, at each look, whatever changes as long as something gets done; throws when it has stood still for three minutes
 */
export function untilStandstill(what: string): (progress: number | string) => void {
  let last: number | string | undefined;
  let changedAt = performance.now();
  return (progress) => {
    if (progress !== last) {
      last = progress;
      changedAt = performance.now();
    } else if (performance.now() - changedAt > longestMs) {
      throw new Error(`${what}: nothing has moved for ${longestMs / 60_000} minutes (${progress}).`);
    }
  };
}
