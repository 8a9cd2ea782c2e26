import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { freePort } from '#test/environment/free-port.ts';
import type { OwnAuthority } from '#test/environment/own-authority.ts';
import { redisProgram } from '#test/environment/redis-program.ts';
import { startRedisServer, type RedisServer } from '#test/environment/redis-server.ts';

/** A folder that goes with the test. */
export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-redis-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A server that goes with the test. */
export async function redisForTest(
  folder: string,
  settings: readonly string[] = [],
  port?: number,
  program = redisProgram,
): Promise<RedisServer> {
  const server = await startRedisServer(folder, port, settings, program);
  if (!server) throw new Error(`There is no ${program} on the PATH.`);
  onTestFinished(() => server.stop());
  return server;
}

/** A connection of the test's own. */
export function adminOf(server: { readonly port: number }, more: object = {}): Redis {
  const redis = new Redis({ host: '127.0.0.1', port: server.port, ...more });
  redis.on('error', () => {});
  onTestFinished(() => redis.disconnect());
  return redis;
}

/** Arguments that have a server speak TLS alone, on `port`. */
export function tlsSettings(
  { caFile, certificateFile, keyFile }: OwnAuthority,
  port: number,
): readonly string[] {
  return `--port 0 --tls-port ${port} --tls-auth-clients no --tls-replication yes --tls-cluster yes`
    .split(' ')
    .concat('--tls-cert-file', certificateFile, '--tls-key-file', keyFile, '--tls-ca-cert-file', caFile);
}

export interface RedisCluster {
  /** The nodes' ports: two that hold data, and a replica of each. */
  readonly ports: readonly number[];
  /** Ends the node that holds the keys of the prefix; its replica takes its place. */
  failOver(prefix: string): Promise<void>;
}

/** @param settings arguments of every node. @param client how a test connects to one */
export async function redisCluster(
  folder: string,
  settings: (port: number) => readonly string[],
  client: object,
): Promise<RedisCluster> {
  const nodes = await Promise.all(
    [0, 1, 2, 3].map(async (i) => {
      const [port, bus] = [await freePort(), await freePort()];
      const cluster = `--cluster-enabled yes --cluster-node-timeout 2000 --cluster-require-full-coverage no --cluster-port ${bus}`;
      const server = await redisForTest(
        join(folder, `node${i}`),
        [...settings(port), ...cluster.split(' ')],
        port,
      );
      return { port, bus, server, admin: adminOf(server, client) };
    }),
  );
  const [first, second, third, fourth] = nodes;
  if (!first || !second || !third || !fourth) throw new Error('four nodes');
  await first.admin.cluster('ADDSLOTSRANGE', 0, 8191);
  await second.admin.cluster('ADDSLOTSRANGE', 8192, 16_383);
  for (const { port, bus } of [second, third, fourth])
    await first.admin.call('cluster', 'meet', '127.0.0.1', String(port), String(bus));
  const replicate = async (replica: typeof first, of: typeof first) => {
    const id = await of.admin.cluster('MYID');
    await eventually(async () => {
      await replica.admin.cluster('REPLICATE', id);
      return true;
    });
  };
  await eventually(
    async () =>
      String(await first.admin.cluster('NODES'))
        .trim()
        .split('\n').length === 4,
  );
  await replicate(third, first);
  await replicate(fourth, second);
  for (const { admin } of nodes)
    await eventually(async () => (await admin.cluster('INFO')).includes('cluster_state:ok'));
  for (const { admin } of [third, fourth])
    await eventually(async () => (await admin.info('replication')).includes('master_link_status:up'));
  return {
    ports: nodes.map(({ port }) => port),
    async failOver(prefix) {
      const slot = await first.admin.cluster('KEYSLOT', prefix);
      const [primary, replica] = slot <= 8191 ? [first, third] : [second, fourth];
      process.kill(primary.server.pid, 'SIGKILL');
      await eventually(async () => {
        await replica.admin.cluster('FAILOVER', 'TAKEOVER');
        return true;
      });
    },
  };
}

/** Tries until it is so; a refusal is tried again, too. */
export async function eventually(look: () => Promise<boolean>): Promise<void> {
  let fault: unknown;
  for (let i = 0; i < 600; i += 1) {
    try {
      if (await look()) return;
    } catch (error) {
      fault = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('It did not come to be.', { cause: fault });
}
