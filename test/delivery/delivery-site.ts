import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createPostgresBackend, Queue, withBackend } from 'bullmq';
import { Redis } from 'ioredis';
import { expect, onTestFinished } from 'vitest';
import { kinds, type MessageKind } from '#jobs/kinds.ts';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';
import { untilNoneLeft } from '#test/chaos/load/patience.ts';
import { openWorkers, type WorkerSite } from '#test/delivery/worker-site.ts';
import { freshQueuePrefix } from '#test/environment/redis.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

/** A ledger with queues before it, and producers that know no more than the contract says. */
export interface DeliverySite extends Ledger {
  readonly worker: WorkerSite;
  readonly queues: Readonly<Record<MessageKind, PlainQueue>>;
  /** What the workers have logged, line by line. */
  readonly logLines: readonly string[];
  /** In this process; they end with the test. `databaseUrl`: a way to Postgres that the test can cut. */
  startWorkers(databaseUrl?: string): Promise<void>;
  /** Processes of their own; they end with the test. */
  spawnWorkers(count: number): Promise<void>;
}

/** BullMQ's own producer, on either backend. */
export type PlainQueue = ReturnType<typeof plainRedisQueue> | ReturnType<typeof plainPostgresQueue>;

/** @param redisUrl null: the queues live in PostgreSQL */
export async function openDeliverySite(
  redisUrl: string | null,
  catalogPath: string = shippedCatalog,
): Promise<DeliverySite> {
  const ledger = await openLedger({ catalog: await loadCatalog(catalogPath) });
  const prefix = freshQueuePrefix();
  const { url } = ledger;
  const worker: WorkerSite = { databaseUrl: url, queueDatabaseUrl: url, redisUrl, prefix, catalogPath };
  const open = (kind: MessageKind) => {
    const { queue: name } = kinds[kind];
    const queue =
      redisUrl === null ? plainPostgresQueue(name, url, prefix) : plainRedisQueue(name, redisUrl, prefix);
    onTestFinished(() => queue.close());
    return queue;
  };
  const queues = {
    'upgrade-order': open('upgrade-order'),
    registration: open('registration'),
    'merge-request': open('merge-request'),
    'change-request': open('change-request'),
  };
  if (redisUrl !== null) onTestFinished(() => forget(redisUrl, prefix));
  const logLines: string[] = [];
  return {
    ...ledger,
    worker,
    queues,
    logLines,
    async startWorkers(databaseUrl = url) {
      const destination = { write: (line: string) => void logLines.push(line) };
      onTestFinished(await openWorkers({ ...worker, databaseUrl }, destination));
    },
    async spawnWorkers(count) {
      await Promise.all(Array.from({ length: count }, () => spawnWorker(worker, logLines)));
    },
  };
}

/** Resolves when no job waits, runs or is delayed; then everything that was delivered has ended. Otherwise tells what workers said last. */
export async function allEnded({
  queues,
  logLines = [],
}: Pick<DeliverySite, 'queues'> & Partial<Pick<DeliverySite, 'logLines'>>): Promise<void> {
  const open = async () => {
    const counts = await Promise.all(
      Object.values(queues).map((queue) => queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized')),
    );
    return counts.flatMap((states) => Object.values(states)).reduce((sum, count) => sum + count, 0);
  };
  expect(await untilNoneLeft(open, 100), logLines.slice(-3).join('\n')).toBe(0);
}

function plainRedisQueue(name: string, redisUrl: string, prefix: string) {
  const queue = new Queue<unknown, unknown>(name, { connection: { url: redisUrl }, prefix });
  queue.on('error', () => {});
  return queue;
}

function plainPostgresQueue(name: string, connectionString: string, prefix: string) {
  const { Queue: PostgresQueue } = withBackend(createPostgresBackend);
  const connection = { connectionString, migrate: true, max: 2 };
  const queue = new PostgresQueue<unknown, unknown>(name, { connection, prefix });
  queue.on('error', () => {});
  return queue;
}

async function spawnWorker(site: WorkerSite, logLines: string[]): Promise<void> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('worker-child.ts', import.meta.url)), JSON.stringify(site)],
    { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] },
  );
  if (child.stdout === null) throw new Error('The worker process has no output.');
  createInterface({ input: child.stdout }).on('line', (line) => void logLines.push(line));
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
  // It says so; or it ended before, which is told at the end of the test.
  await Promise.race([once(child, 'message'), ended]);
}

/** Removes all that stands under the prefix. */
export async function forget(redisUrl: string, prefix: string): Promise<void> {
  const redis = new Redis(redisUrl);
  const keys = await redis.keys(`${prefix}*`);
  if (keys.length > 0) await redis.unlink(...keys);
  await redis.quit();
}
