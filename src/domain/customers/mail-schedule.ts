/** After the first attempts a mail is tried again after 1, 5 and 15 minutes, then hourly (contract §8). */
const firstDelaysSeconds = [60, 5 * 60, 15 * 60];
const hourSeconds = 3600;
const triedForSeconds = 24 * hourSeconds;

/**
 * When a mail that the server has not taken is tried again.
 * @param attempts made so far
 * @param ageSeconds since the mail was written
 * @returns seconds from now; undefined when it has been tried for a day
 */
export function nextAttemptAfter(attempts: number, ageSeconds: number): number | undefined {
  const delay = firstDelaysSeconds[attempts - 1] ?? hourSeconds;
  return ageSeconds + delay > triedForSeconds ? undefined : delay;
}
