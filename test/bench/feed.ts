import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Base } from '#test/bench/base-database.ts';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import { accountName, reseller, suite, today } from '#test/bench/messages-mix.ts';
import { startProduct } from '#test/bench/product-processes.ts';
import { createQueueBackend } from '#workers/queue-backend.ts';
import { openQueues } from '#workers/queues.ts';

/** `chancery feed import` of a CSV file; no worker runs. @returns rows a second, from the first transaction to the last */
export async function feed(servers: BenchServers, base: Base, rows: number): Promise<number> {
  const databaseUrl = await servers.clone(base.database, 'bench_feed');
  const queues = openQueues(
    createQueueBackend({ redisUrl: [servers.redisUrl], databaseUrl, onError: () => {} }),
  );
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const file = await writeFeedFile(join(servers.folder, 'feed.csv'), { from: 0, rows, withAccounts: true });
    await servers.checkpoint();
    const environment = { DATABASE_URL: databaseUrl, REDIS_URL: servers.redisUrl };
    await startProduct(['feed', 'import', file, '--reseller', reseller], {
      folder: servers.folder,
      environment,
    }).ended();
    const { rows: found } = await client.query<{
      readonly count: number;
      readonly batch: number;
      readonly seconds: number;
    }>(
      `select sum(count)::integer as count, max(count)::integer as batch, extract(epoch from max(accepted_at) - min(accepted_at))::float8 as seconds
       from (select accepted_at, count(*) as count from message where status = 'accepted' group by accepted_at) as batches`,
    );
    const [measured] = found;
    if (measured?.count !== rows) throw new Error(`${measured?.count} of ${rows} rows were accepted.`);
    return (rows - measured.batch) / measured.seconds;
  } finally {
    await client.end();
    await queues.all['upgrade-orders'].obliterate({ force: true });
    await queues.close();
    await servers.drop('bench_feed');
  }
}

/** Orders as a reseller's system exports them; without accounts every order is for a customer of its own. */
export async function writeFeedFile(
  file: string,
  {
    from,
    rows,
    withAccounts,
  }: { readonly from: number; readonly rows: number; readonly withAccounts: boolean },
): Promise<string> {
  const out = createWriteStream(file);
  out.write(
    'orderNumber,placedAt,customer.account,customer.company,customer.contact,customer.email,customer.country,suite,seats,term\n',
  );
  for (let number = from; number < from + rows; number += 1) {
    const account = accountName('o', number);
    const line = `PO-${String(number).padStart(8, '0')},${today}T00:00:00Z,${withAccounts ? account : ''},Company ${account} GmbH,IT Purchasing,it@${account}.example,DE,${suite},250,P1Y\n`;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
  return file;
}
