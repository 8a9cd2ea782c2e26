import { PostgreSqlContainer } from '@testcontainers/postgresql';
import { RedisContainer } from '@testcontainers/redis';
import { getContainerRuntimeClient } from 'testcontainers';
import { testServerSettings, type Services } from '#test/environment/services.ts';

/** From a Docker engine, or a sentence why not: there is none, or the images cannot be had. */
export async function containerServices(): Promise<Services | string> {
  try {
    await getContainerRuntimeClient();
  } catch {
    return 'no Docker engine';
  }
  const [postgres, redis] = await Promise.allSettled([
    new PostgreSqlContainer('postgres:18-alpine')
      .withCommand(['postgres', ...testServerSettings.flatMap((setting) => ['-c', setting])])
      .start(),
    new RedisContainer('redis:8-alpine')
      .withCommand(['redis-server', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction'])
      .start(),
  ]);
  const started = [postgres, redis].flatMap((result) =>
    result.status === 'fulfilled' ? [result.value] : [],
  );
  const stop = async () => {
    await Promise.all(started.map((container) => container.stop()));
  };
  if (postgres.status === 'rejected' || redis.status === 'rejected') {
    await stop();
    const failed = postgres.status === 'rejected' ? postgres : redis;
    return `the Docker engine has no containers for us (${failed.status === 'rejected' ? String(failed.reason) : ''})`;
  }
  return {
    told: 'PostgreSQL and Redis in containers (postgres:18-alpine, redis:8-alpine)',
    adminUrl: postgres.value.getConnectionUri(),
    redisUrl: redis.value.getConnectionUrl(),
    redisAbsence: null,
    stop,
  };
}
