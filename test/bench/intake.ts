import type { Base } from '#test/bench/base-database.ts';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import { openHttpConnection } from '#test/bench/http-client.ts';
import { orderData } from '#test/bench/messages-mix.ts';
import { startApi } from '#test/bench/product-api.ts';
import { createQueueBackend } from '#workers/queue-backend.ts';
import { openQueues } from '#workers/queues.ts';

const connections = 32;
const warmUp = 2000;

/** `POST /v1/upgrade-orders` on 32 connections, each sending as soon as it has its answer; no worker runs. @returns orders accepted a second */
export async function httpIntake(
  servers: BenchServers,
  base: Base,
  orders: number,
  flags: readonly string[] = [],
): Promise<number> {
  const databaseUrl = await servers.clone(base.database, 'bench_intake');
  const queues = openQueues(
    createQueueBackend({ redisUrl: [servers.redisUrl], databaseUrl, onError: () => {} }),
  );
  const api = await startApi(servers, databaseUrl, flags);
  const clients = await Promise.all(
    Array.from({ length: connections }, () => openHttpConnection(api.port, base.apiKey)),
  );
  const send = async (from: number, to: number) => {
    let next = from;
    await Promise.all(
      clients.map(async (client) => {
        for (let number = next++; number < to; number = next++) {
          const { status, body } = await client.post('/v1/upgrade-orders', JSON.stringify(orderData(number)));
          if (status !== 202) throw new Error(`An order was answered ${status}: ${body}`);
        }
      }),
    );
  };
  try {
    await send(0, warmUp);
    await servers.checkpoint();
    const startedAt = performance.now();
    await send(warmUp, warmUp + orders);
    return orders / ((performance.now() - startedAt) / 1000);
  } finally {
    for (const client of clients) client.close();
    await api.process.stop();
    await queues.all['upgrade-orders'].obliterate({ force: true });
    await queues.close();
    await servers.drop('bench_intake');
  }
}
