import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * Counts wrong keys by the address they come from (that behind a trusted proxy). Whoever has the right key is asked for it first and is
 * never refused here, whatever others behind the same address do. Counted in this process: several processes allow so many each.
 */
export interface Guesses {
  /** Counts one more wrong key. */
  wrong(request: FastifyRequest): Promise<Guessed>;
}

export interface Guessed {
  readonly isTooMany: boolean;
  readonly retryAfterSeconds: number;
}

/**
 * @param app with `@fastify/rate-limit` registered
 * @param perMinute wrong keys that are answered as such
 */
export function limitGuesses(app: FastifyInstance, perMinute: number): Guesses {
  // By address; of IPv6 by network (/64), since whoever has one address there has all of them.
  const count = app.createRateLimit({ max: perMinute, timeWindow: 60_000 });
  return {
    async wrong(request) {
      const counted = await count(request);
      if (counted.isAllowed) return { isTooMany: false, retryAfterSeconds: 0 };
      return { isTooMany: counted.isExceeded, retryAfterSeconds: Math.max(1, counted.ttlInSeconds) };
    },
  };
}

/** What is said to who sends too many wrong keys. */
export function tooManyGuesses(retryAfterSeconds: number): string {
  return `Too many wrong keys came from this address; they are looked at again in ${retryAfterSeconds} s. The right key is taken at any time.`;
}
