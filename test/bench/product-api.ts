import { setTimeout as delay } from 'node:timers/promises';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import { startProduct, type ProductProcess } from '#test/bench/product-processes.ts';
import { freePort } from '#test/environment/free-port.ts';

export interface ProductApi {
  readonly port: number;
  readonly process: ProductProcess;
}

/** `chancery api`, without a limit of requests; resolves when it answers. */
export async function startApi(
  servers: BenchServers,
  databaseUrl: string,
  flags: readonly string[] = [],
): Promise<ProductApi> {
  const port = await freePort();
  const process = startProduct(['api'], {
    folder: servers.folder,
    flags,
    environment: {
      DATABASE_URL: databaseUrl,
      REDIS_URL: servers.redisUrl,
      HTTP_PORT: String(port),
      RATE_LIMIT_PER_MINUTE: '0',
    },
  });
  const deadline = performance.now() + 300_000;
  while (
    !(await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (performance.now() > deadline) throw new Error('The API was not ready within five minutes.');
    await delay(50);
  }
  return { port, process };
}
