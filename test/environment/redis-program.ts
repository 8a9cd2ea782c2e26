import { spawnSync } from 'node:child_process';

/** The Redis that tests start: `redis-server` on the PATH, or the program that TEST_REDIS_PROGRAM names, as `valkey-server`. */
export const redisProgram = process.env['TEST_REDIS_PROGRAM'] ?? 'redis-server';

export const hasRedisServer = isInstalled(redisProgram);

// Without a Redis tests are skipped: not so where one is asked for by its name.
if (!hasRedisServer && process.env['TEST_REDIS_PROGRAM'] !== undefined)
  throw new Error(`TEST_REDIS_PROGRAM names ${redisProgram}, which cannot be started.`);

export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0;
}
