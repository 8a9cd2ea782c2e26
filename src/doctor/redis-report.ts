import { Redis } from 'ioredis';

/** What a Redis server says of itself. */
export interface RedisReport {
  readonly address: string;
  readonly version: string;
  readonly evictionPolicy: string;
  /** Whether every second of work is on its disk (AOF). */
  readonly appendOnly: boolean;
}

/** The oldest Redis whose commands BullMQ's scripts use without reserve; Valkey calls itself 7.2. */
export const oldestRedis = 7;

/**
 * Asks one server of REDIS_URL, over a connection of its own. INFO is used, since hosted servers often refuse CONFIG.
 * Rejects when it does not answer in time.
 */
export async function redisReport(url: string, deadlineMs = 3000): Promise<RedisReport> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: deadlineMs,
    commandTimeout: deadlineMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let fault: Error | undefined;
  redis.on('error', (error) => (fault ??= error));
  try {
    await redis.connect();
    const info = await redis.info();
    const value = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
    return {
      address: new URL(url).host,
      version: value('redis_version'),
      evictionPolicy: value('maxmemory_policy'),
      appendOnly: value('aof_enabled') === '1',
    };
  } catch (error) {
    throw fault ?? error;
  } finally {
    redis.disconnect();
  }
}

/** A server that evicts keys forgets jobs when its memory is full. @returns a sentence, or undefined when it is as it must be */
export function evictionFault({ evictionPolicy, address }: RedisReport): string | undefined {
  if (evictionPolicy === 'noeviction' || evictionPolicy === '') return undefined;
  return `maxmemory-policy of ${address} is ${evictionPolicy}, which throws jobs away: it must be noeviction.`;
}

/** What is in memory alone dies with the server. @returns a sentence, or undefined when it is as it should be */
export function persistenceFault({ appendOnly, address }: RedisReport): string | undefined {
  if (appendOnly) return undefined;
  return `${address} does not write an append-only file: orders that producers put straight into the queue are lost when it dies.`;
}
