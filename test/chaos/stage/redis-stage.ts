import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { isAlive } from '#test/chaos/stage/processes.ts';
import { openTcpProxy, type TcpProxy } from '#test/chaos/stage/tcp-proxy.ts';
import { startRedisServer, type RedisServer } from '#test/environment/redis-server.ts';

/** A redis-server of our own (AOF everysec, noeviction) behind a proxy that can be cut. */
export interface RedisStage {
  /** As the processes reach it: through the proxy. */
  readonly url: string;
  /** As the suite reaches it, whatever the proxy does. */
  readonly directUrl: string;
  readonly proxy: TcpProxy;
  /** When its data was last thrown away, by the clock of this process; what was added before then is gone. */
  readonly wipedAt: () => number;
  command(name: string, ...parameters: readonly string[]): Promise<unknown>;
  flushAll(): Promise<void>;
  /** kill -9, then a start on the same port, with or without its data. */
  killAndRestart(options: { readonly empty: boolean }): Promise<void>;
  /** Has it running, reachable, and with the settings that it was started with. */
  mend(): Promise<void>;
  stop(): Promise<void>;
}

/** What an AOF that is synced every second may lose of what was acknowledged. */
const unsyncedMs = 2000;

export async function startRedisStage(folder: string): Promise<RedisStage> {
  const data = join(folder, 'redis');
  let server = await started(data);
  const proxy = await openTcpProxy({ port: server.port });
  let wipedAt = 0;
  return {
    url: `redis://127.0.0.1:${proxy.port}`,
    directUrl: server.url,
    proxy,
    wipedAt: () => wipedAt,
    command: (name, ...parameters) => ask(server.url, name, parameters),
    async flushAll() {
      await ask(server.url, 'flushall', []);
      wipedAt = Date.now();
    },
    async killAndRestart({ empty }) {
      process.kill(server.pid, 'SIGKILL');
      await server.stop();
      wipedAt = empty ? Date.now() : Date.now() - unsyncedMs;
      if (empty) await rm(data, { recursive: true, force: true });
      server = await started(data, server.port);
      if (empty) wipedAt = Date.now();
    },
    async mend() {
      proxy.heal();
      if (!isAlive(server.pid)) server = await started(data, server.port);
      await ask(server.url, 'config', ['set', 'maxmemory', '0']);
      await ask(server.url, 'config', ['set', 'maxmemory-policy', 'noeviction']);
    },
    async stop() {
      await proxy.close();
      await server.stop();
    },
  };
}

async function started(data: string, port?: number): Promise<RedisServer> {
  const server = await startRedisServer(data, port);
  if (!server) throw new Error('There is no redis-server on the PATH.');
  return server;
}

async function ask(url: string, name: string, parameters: readonly string[]): Promise<unknown> {
  const redis = new Redis(url, { maxRetriesPerRequest: 3 });
  redis.on('error', () => {});
  try {
    return await redis.call(name, ...parameters);
  } finally {
    redis.disconnect();
  }
}
