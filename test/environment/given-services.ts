import type { Services } from '#test/environment/services.ts';

/** TEST_DATABASE_URL (a superuser's), and TEST_REDIS_URL or no Redis. Null when they are not set. */
export function givenServices(environment: Readonly<Record<string, string | undefined>>): Services | null {
  const adminUrl = environment['TEST_DATABASE_URL'];
  const redisUrl = environment['TEST_REDIS_URL'] ?? null;
  if (adminUrl === undefined) {
    if (redisUrl !== null) {
      throw new Error('TEST_REDIS_URL is set without TEST_DATABASE_URL: give both, or the latter alone.');
    }
    return null;
  }
  return {
    told: `the given PostgreSQL and ${redisUrl === null ? 'no Redis' : 'the given Redis'}`,
    adminUrl,
    redisUrl,
    redisAbsence: redisUrl === null ? 'TEST_REDIS_URL is not set beside TEST_DATABASE_URL' : null,
    stop: () => Promise.resolve(),
  };
}
