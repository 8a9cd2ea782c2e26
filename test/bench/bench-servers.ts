import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '#src/embedded-postgres/embedded-postgres.ts';
import { onDatabase, urlOfDatabase } from '#test/environment/admin.ts';
import { freePort } from '#test/environment/free-port.ts';
import { startRedisServer } from '#test/environment/redis-server.ts';

/** The servers of one run, and a folder that goes with them. */
export interface BenchServers {
  readonly folder: string;
  readonly redisUrl: string;
  url(database: string): string;
  /** A database with the contents of the template, which nobody may be connected to. Replaces one of the name. */
  clone(template: string, database: string): Promise<string>;
  drop(database: string): Promise<void>;
  /** Dirty pages of what was before shall not be written during what comes now. */
  checkpoint(): Promise<void>;
  stop(): Promise<void>;
}

/** Everything that guards what is written stays as the product has it; the memory is that of a small machine. */
const settings = [
  'fsync=on',
  'synchronous_commit=on',
  'full_page_writes=on',
  'shared_buffers=512MB',
  'max_wal_size=4GB',
  'checkpoint_timeout=30min',
  'shared_preload_libraries=pg_stat_statements',
  'pg_stat_statements.track=none',
  // Tells afterwards when an order was fulfilled.
  'track_commit_timestamp=on',
];

/** PostgreSQL as embedded, and a redis-server with AOF every second. @throws when there is no redis-server */
export async function startBenchServers(): Promise<BenchServers> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-bench-'));
  const postgres = await startEmbeddedPostgres({
    directory: join(folder, 'postgres'),
    settings,
    log: () => {},
  });
  const redis = await startRedisServer(join(folder, 'redis'), await freePort());
  const stop = async () => {
    await redis?.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  if (redis === null) {
    await stop();
    throw new Error('There is no redis-server on the PATH; on Debian: apt-get install redis-server');
  }
  const url = (database: string) => urlOfDatabase(postgres.url, database);
  const admin = (statement: string) => onDatabase(postgres.url, statement);
  const drop = (database: string) => admin(`drop database if exists ${database} with (force)`);
  return {
    folder,
    redisUrl: redis.url,
    url,
    drop,
    async clone(template, database) {
      await drop(database);
      await admin(`create database ${database} template ${template} strategy file_copy`);
      return url(database);
    },
    checkpoint: () => admin('checkpoint'),
    stop,
  };
}
