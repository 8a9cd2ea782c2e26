import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '#src/embedded-postgres/embedded-postgres.ts';
import { startPostgres } from '#test/environment/installed-postgres.ts';
import { redisProgram } from '#test/environment/redis-program.ts';
import { startRedisServer } from '#test/environment/redis-server.ts';
import { testServerSettings, type Services } from '#test/environment/services.ts';

/** Embedded PostgreSQL (or the one whose programs are in TEST_POSTGRES_PROGRAMS), and a `redis-server` if one is on the PATH. `because`: why not what would come first. */
export async function embeddedServices(because: string): Promise<Services> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-test-'));
  const output: string[] = [];
  const log = (line: string) => {
    output.push(line);
    output.splice(0, output.length - 200);
  };
  const programs = process.env['TEST_POSTGRES_PROGRAMS'];
  const postgres =
    programs === undefined
      ? await startEmbeddedPostgres({
          directory: join(folder, 'postgres'),
          settings: testServerSettings,
          log,
        })
      : await startPostgres(programs, [], log);
  const redis = await startRedisServer(join(folder, 'redis'));
  return {
    told: `${programs === undefined ? 'embedded PostgreSQL' : `PostgreSQL of ${programs}`} and ${redis === null ? `no Redis: no ${redisProgram} on the PATH` : redisProgram} (${because})`,
    adminUrl: postgres.url,
    redisUrl: redis?.url ?? null,
    redisAbsence: redis === null ? `no Docker engine and no ${redisProgram} on the PATH` : null,
    stop: async () => {
      await redis?.stop();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
