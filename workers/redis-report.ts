import type { Cluster, Redis } from 'ioredis';

/** What one Redis server says of itself. */
export interface RedisReport {
  readonly address: string;
  /** `Redis`, or what else it is. */
  readonly product: string;
  readonly version: string;
  readonly evictionPolicy: string;
  /** Whether every second of work is on its disk (AOF). */
  readonly appendOnly: boolean;
  readonly isCluster: boolean;
  readonly isReplica: boolean;
}

/** The oldest Redis whose commands BullMQ's scripts use without reserve; Valkey calls itself 7.2. */
export const oldestRedis = 7;

/** Reads the answer to INFO, of Redis or Valkey: that is used, since hosted servers often refuse CONFIG. */
export function readRedisInfo(address: string, info: string): RedisReport {
  const value = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  const isValkey = value('valkey_version') !== '' || value('server_name') === 'valkey';
  return {
    address,
    product: isValkey ? 'Valkey' : value('dragonfly_version') === '' ? 'Redis' : 'Dragonfly',
    version: isValkey && value('valkey_version') !== '' ? value('valkey_version') : value('redis_version'),
    evictionPolicy: value('maxmemory_policy'),
    appendOnly: value('aof_enabled') === '1',
    // Valkey says server_mode where Redis says redis_mode; both have this.
    isCluster: value('cluster_enabled') === '1' || /^(redis|server)_mode:cluster/m.test(info),
    isReplica: value('role') === 'slave',
  };
}

/** Of every node that holds data, as the connection knows them; a user without the right to INFO finds out nothing. */
export async function redisReports(
  connection: Redis | Cluster,
  address: string,
): Promise<readonly RedisReport[]> {
  if (!('nodes' in connection)) return [readRedisInfo(address, await connection.info())];
  const nodes = connection.nodes('master');
  return Promise.all(
    nodes.map(async (node) =>
      readRedisInfo(`${node.options.host ?? ''}:${node.options.port ?? ''}`, await node.info()),
    ),
  );
}

/** A server that evicts keys forgets jobs when its memory is full. @returns a sentence, or undefined when it is as it must be */
export function evictionFault({ evictionPolicy, address }: RedisReport): string | undefined {
  if (evictionPolicy === 'noeviction' || evictionPolicy === '') return undefined;
  return `maxmemory-policy ${evictionPolicy} of ${address} throws jobs away when memory is full: it must be noeviction.`;
}

/** What is in memory alone dies with the server. @returns a sentence, or undefined when it is as it should be */
export function persistenceFault({ appendOnly, address }: RedisReport): string | undefined {
  if (appendOnly) return undefined;
  return `Redis writes no append-only file at ${address}: when it dies, jobs that producers put straight into it are lost.`;
}
