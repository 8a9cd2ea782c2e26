/** Seconds before each attempt, counted from the one before (contract §10): at once, 5 s, 5 min, 30 min, 2, 5, 10, 14, 20, 24 h. */
const steps = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

/** So that what failed together does not come back together. */
const spread = 0.2;

/** What a receiver that asks for time gets at most, as a multiple of the step. */
const mostPatience = 2;

/**
 * When a delivery that failed is tried again.
 * @param attempts made so far, at least 1
 * @param retryAfterSeconds what the receiver asked for; heeded up to twice the step, and never to come sooner
 * @param random from 0 up to 1
 * @returns seconds from now; undefined when it has been tried as often as it is
 */
export function nextAttemptAfter(
  attempts: number,
  retryAfterSeconds: number | undefined,
  random: () => number = Math.random,
): number | undefined {
  const step = steps[attempts];
  if (step === undefined) return undefined;
  const usual = step * (1 - spread + 2 * spread * random());
  return Math.max(usual, Math.min(retryAfterSeconds ?? 0, step * mostPatience));
}

/** Seconds that `Retry-After` asks for, as a number or a date; undefined when it says neither. @param now milliseconds */
export function retryAfterOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text);
  // A date of HTTP begins with the day of the week.
  const at = /^[A-Za-z]{3},/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now) / 1000);
}

/** Days of nothing but failures after which an endpoint is disabled. */
export const failingDays = 5;
