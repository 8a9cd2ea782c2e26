const firstDelayMs = 200;

/** After an outage work goes on within seconds. */
const longestDelayMs = 5000;

/**
 * Exponential, capped, with full jitter in its upper half, so that what failed together does not come back together.
 * @param attempts that were made, the one that has just failed included
 */
export function backoffMs(attempts: number): number {
  const ceiling = Math.min(firstDelayMs * 2 ** Math.min(attempts, 20), longestDelayMs);
  return Math.round(ceiling / 2 + (Math.random() * ceiling) / 2);
}
