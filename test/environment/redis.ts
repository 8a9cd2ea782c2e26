import { randomBytes } from 'node:crypto';
import { describe, inject } from 'vitest';

/** The run's Redis, or null. All tests share it: keep to a prefix from `freshQueuePrefix`, and never flush it. */
export const redisUrl: string | null = inject('redisUrl');

/** Cases that need Redis; without one they are reported as skipped, by name and with the reason. */
export function describeWithRedis(name: string, cases: (redisUrl: string) => void): void {
  if (redisUrl !== null) {
    const url = redisUrl;
    describe(name, () => cases(url));
    return;
  }
  // The cases are collected, so that each is named, and not run: the address is never used.
  describe.skip(`${name} (needs Redis: ${inject('redisAbsence')})`, () => cases('redis://absent.invalid'));
}

/** One per test, so that no test sees another's queues; with a hash tag, as on a cluster. */
export function freshQueuePrefix(): string {
  return `{test-${randomBytes(6).toString('hex')}}`;
}
