import { describe } from 'vitest';
import { describeWithRedis, redisUrl as redisOfTheRun } from '#test/environment/redis.ts';

/** The same cases on the queues in PostgreSQL and, where there is a Redis, on those in Redis. */
export function describeOnBothBackends(name: string, cases: (redisUrl: string | null) => void): void {
  describe(`${name}, with queues in PostgreSQL`, () => cases(null));
  describeWithRedis(`${name}, with queues in Redis`, cases);
}

/** How many messages a long case sends. The queues in PostgreSQL are the slower ones: where there is a Redis too, they get a third. */
export function loadOf(count: number, redisUrl: string | null): number {
  return redisUrl === null && redisOfTheRun !== null ? Math.ceil(count / 3) : count;
}
