import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Base } from '#test/bench/base-database.ts';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import { writeFeedFile } from '#test/bench/feed.ts';
import { reseller, templateMessages } from '#test/bench/messages-mix.ts';
import { startProduct, type ProductProcess } from '#test/bench/product-processes.ts';
import { untilStandstill } from '#test/bench/stands-still.ts';
import { createQueueBackend } from '#workers/queue-backend.ts';
import { openQueues } from '#workers/queues.ts';

/** Peaks in MB: over all, and over the first tenth, which is as much when memory is flat. */
export interface Peaks {
  readonly importerMb: number;
  readonly importerFirstTenthMb: number;
  readonly workerMb: number;
  readonly workerFirstTenthMb: number;
}

/** A feed of so many orders is imported and fulfilled at the same time, by one process each; certificates wait. */
export async function memory(servers: BenchServers, base: Base, orders: number): Promise<Peaks> {
  const databaseUrl = await servers.clone(base.database, 'bench_memory');
  const queues = openQueues(
    createQueueBackend({ redisUrl: [servers.redisUrl], databaseUrl, onError: () => {} }),
  );
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  // Sequences tell how far it is at no cost; the rows are counted once, at the end.
  const drawn = async (sequence: string) => {
    const { rows } = await client.query<{ readonly last: number }>(
      `select last_value::float8 as last from ${sequence}`,
    );
    return rows[0]?.last ?? 0;
  };
  const fulfilled = async () => {
    const { rows } = await client.query<{ readonly count: number }>(
      `select count(*)::integer as count from message where account is null and status = 'fulfilled'`,
    );
    return rows[0]?.count ?? 0;
  };
  const accepted = await drawn('message_accepted_number_seq');
  const decided = await drawn('decision_number');
  try {
    await queues.all.certificates.pause();
    const from = base.size.orders + templateMessages;
    const feed = { from, rows: orders, withAccounts: false };
    const file = await writeFeedFile(join(servers.folder, 'memory.csv'), feed);
    const environment = {
      DATABASE_URL: databaseUrl,
      REDIS_URL: servers.redisUrl,
      HTTP_PORT: '0',
      LOG_LEVEL: 'warn',
    };
    const options = { folder: servers.folder, environment };
    const worker = startProduct(['worker'], options);
    const importer = startProduct(['feed', 'import', file, '--reseller', reseller], options);
    const died = worker.ended().then(() => {
      throw new Error('The worker ended before its work was done.');
    });
    died.catch(() => {});
    const peaks = Promise.all([
      peaksUntil(
        importer,
        async () => ((await drawn('message_accepted_number_seq')) - accepted) / orders,
        importer.ended(),
      ),
      peaksUntil(worker, async () => ((await drawn('decision_number')) - decided) / orders),
    ]);
    const [importerPeaks, workerPeaks] = await Promise.race([peaks, died]);
    // A number is drawn before its transaction has committed.
    const moves = untilStandstill(`fulfilling ${orders} orders`);
    for (let done = await fulfilled(); done !== orders; done = await fulfilled()) {
      moves(done);
      await delay(1000);
    }
    await worker.stop();
    return {
      importerMb: importerPeaks.all,
      importerFirstTenthMb: importerPeaks.firstTenth,
      workerMb: workerPeaks.all,
      workerFirstTenthMb: workerPeaks.firstTenth,
    };
  } finally {
    await client.end();
    for (const queue of Object.values(queues.all)) await queue.obliterate({ force: true });
    await queues.close();
    await rm(join(servers.folder, 'memory.csv'), { force: true });
    await servers.drop('bench_memory');
  }
}

const megabyte = 1024 * 1024;

async function peaksUntil(process: ProductProcess, done: () => Promise<number>, ended?: Promise<void>) {
  let isOver = false;
  void ended?.then(() => (isOver = true));
  let firstTenth = 0;
  let all = 0;
  for (;;) {
    const share = isOver ? 1 : await done();
    // A process that has just ended tells nothing any more.
    const peak = (await process.peakMemory().catch(() => 0)) / megabyte;
    all = Math.max(all, peak);
    if (share <= 0.1) firstTenth = all;
    if (ended ? isOver : share >= 1) break;
    await delay(500);
  }
  await ended;
  return { all, firstTenth };
}
