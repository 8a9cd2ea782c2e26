import { Redis } from 'ioredis';

/** Every key of the server with all that is under it, as text. */
export async function everythingInRedis(url: string): Promise<readonly (readonly [string, string])[]> {
  const redis = new Redis(url);
  try {
    const keys = new Set<string>();
    for await (const page of redis.scanStream({ count: 1000 })) for (const key of page) keys.add(String(key));
    return await Promise.all(
      [...keys].map(
        async (key) =>
          [`Redis key ${key.slice(0, 60)}`, `${key} ${JSON.stringify(await valueOf(redis, key))}`] as const,
      ),
    );
  } finally {
    redis.disconnect();
  }
}

async function valueOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1');
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'none':
      return null;
    default:
      throw new Error(`Redis has a key of the type ${type}, which nobody looks into.`);
  }
}
