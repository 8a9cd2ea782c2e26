import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalog } from '#src/domain/catalog.ts';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { rotateKey } from '#src/persistence/api-keys.ts';
import { inTransaction, openDatabase } from '#src/persistence/database.ts';
import { migrateAll } from '#src/process/migrate-all.ts';
import { outcomesQueue } from '#test/chaos/judge/followers.ts';
import { makeWorld, resellers, writeWorld, type World } from '#test/chaos/load/world.ts';
import type { Random } from '#test/chaos/random.ts';
import { openFleet, type Fleet } from '#test/chaos/stage/fleet.ts';
import { startPostgresStage, type PostgresStage } from '#test/chaos/stage/postgres-stage.ts';
import { queuesInPostgres, queuesInRedis, type QueueServer } from '#test/chaos/stage/queue-server.ts';
import { startRedisStage, type RedisStage } from '#test/chaos/stage/redis-stage.ts';

/** Servers, databases and processes, all of them ours; nothing of it outlives `close`. */
export interface Stage {
  readonly folder: string;
  readonly catalog: Catalog;
  readonly world: World;
  readonly postgres: PostgresStage;
  /** Undefined where the queues are in PostgreSQL. */
  readonly redis: RedisStage | undefined;
  readonly queues: QueueServer;
  readonly fleet: Fleet;
  /** The suite's own look at the product's database. */
  readonly fulfillment: Fulfillment;
  /** The database in which the model decides. */
  readonly model: Fulfillment;
  /** By reseller; under `operator` an operator's. */
  readonly apiKeys: ReadonlyMap<string, string>;
  readonly reconcileSeconds: number;
  /** Has the servers running, reachable and as they are meant to be, whatever was done to them. */
  mend(): Promise<void>;
  /** @param keep leaves the folder with the logs and the servers' data */
  close(keep?: boolean): Promise<void>;
}

export interface StageOptions {
  readonly random: Random;
  readonly accounts: number;
  /** Of customers that own nothing yet. */
  readonly bareAccounts?: number;
  readonly reconcileSeconds: number;
  readonly queues?: QueuePlace;
}

export type QueuePlace = 'redis' | 'postgres';

/** For faults of Redis itself. */
export function redisOf({ redis }: Stage): RedisStage {
  if (!redis) throw new Error('The queues are in PostgreSQL: there is no Redis to break.');
  return redis;
}

export async function openStage({
  random,
  accounts,
  bareAccounts = 0,
  reconcileSeconds,
  queues: place = 'redis',
}: StageOptions): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-chaos-'));
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (keep = false) => {
    for (const closer of closers.splice(0).reverse()) await closer().catch(() => {});
    if (!keep) await rm(folder, { recursive: true, force: true });
  };
  try {
    const postgres = await startPostgresStage(folder);
    closers.push(() => postgres.stop());
    const redis = place === 'redis' ? await startRedisStage(folder) : undefined;
    closers.push(async () => redis?.stop());
    const queues = redis ? queuesInRedis(redis) : queuesInPostgres(postgres.url);
    const catalog = await loadCatalog(shippedCatalog);
    const world = makeWorld(random, catalog, accounts, bareAccounts);
    const open = async (url: string) => {
      await migrateAll(url, { redisUrl: redis && [redis.url] });
      const database = openDatabase(url, { poolSize: 4, applicationName: 'chaos' });
      closers.push(() => database.close());
      await writeWorld(database, world);
      return openFulfillment(database, catalog);
    };
    const fulfillment = await open(postgres.url);
    const model = await open(postgres.replayUrl);
    const apiKeys = new Map([['operator', operatorKey]]);
    for (const { name } of resellers) {
      apiKeys.set(name, await inTransaction(fulfillment.database, (tx) => rotateKey(tx, name)));
    }
    const fleet = openFleet(folder, {
      DATABASE_URL: postgres.url,
      ...queues.settings,
      RECONCILE_INTERVAL_SECONDS: String(reconcileSeconds),
      RATE_LIMIT_PER_MINUTE: '0',
      OPERATOR_API_KEY: operatorKey,
      LOG_LEVEL: 'info',
      OUTCOMES_QUEUE: outcomesQueue,
      WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
    });
    closers.push(() => fleet.stop());
    return {
      folder,
      catalog,
      world,
      postgres,
      redis,
      queues,
      fleet,
      fulfillment,
      model,
      apiKeys,
      reconcileSeconds,
      async mend() {
        for (const runner of fleet.runners) runner.signal('SIGCONT');
        await redis?.mend();
        await postgres.mend();
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const operatorKey = 'the-operator-key-of-the-chaos-suite';
