import { Patience } from '#src/mechanisms/patience.ts';
import { connectOnce, type RedisServers } from '#workers/redis-connection.ts';
import { readRedisInfo } from '#workers/redis-report.ts';

/** What must be known of a Redis before it can be worked with. */
export interface RedisFacts {
  /** Keys of one queue must lie together then, and every node is a place to connect to. */
  readonly isCluster: boolean;
  /** Whether the user may ask INFO. */
  readonly mayInfo: boolean;
}

export interface RedisKnowledge {
  /** What is known; before the first answer, what the addresses suggest. */
  facts(): RedisFacts;
  /** Asks, unless it is known already. Rejects with a sentence when no server answers or the addresses do not fit. */
  learn(): Promise<RedisFacts>;
  /** Nobody is asked any more. */
  close(): void;
}

const deadlineMs = 5000;

/**
 * One address may be the door to a cluster, which only the server can tell. Until one answers it is asked again and again.
 * @param onChange hears when the answer is another than was assumed
 */
export function watchRedis(servers: RedisServers, onChange: () => void): RedisKnowledge {
  const patience = new Patience();
  let isClosed = false;
  let isKnown = false;
  let facts: RedisFacts = { isCluster: mayBeCluster(servers), mayInfo: true };
  let asking: Promise<RedisFacts> | undefined;

  const ask = async (): Promise<RedisFacts> => {
    try {
      const found = await askAny(servers);
      const isNews = found.isCluster !== facts.isCluster || found.mayInfo !== facts.mayInfo;
      facts = found;
      isKnown = true;
      if (isNews) onChange();
      return facts;
    } finally {
      asking = undefined;
    }
  };
  const learn = () => (isKnown ? Promise.resolve(facts) : (asking ??= ask()));
  const keepAsking = async (): Promise<void> => {
    if (isKnown || isClosed) return;
    try {
      await learn();
    } catch (error) {
      patience.refused(error);
      await patience.pause();
      return keepAsking();
    }
  };
  void keepAsking();
  return {
    facts: () => facts,
    learn,
    close() {
      isClosed = true;
      patience.end();
    },
  };
}

function mayBeCluster({ addresses }: RedisServers): boolean {
  return addresses.length > 1 && addresses[0].primary === undefined;
}

async function askAny(servers: RedisServers): Promise<RedisFacts> {
  let fault: unknown;
  for (const address of servers.addresses) {
    const redis = connectOnce(servers, address, deadlineMs);
    let cause: Error | undefined;
    redis.on('error', (error) => (cause = error));
    try {
      await redis.connect();
      const facts = await factsOf(redis);
      if (mayBeCluster(servers) && !facts.isCluster)
        throw new Error(
          `REDIS_URL names several servers, but ${address.host}:${address.port} is no cluster: name one, or Sentinels by redis+sentinel://.`,
        );
      return address.primary === undefined ? facts : { ...facts, isCluster: false };
    } catch (error) {
      fault = cause ?? error;
    } finally {
      redis.disconnect();
    }
  }
  throw fault;
}

async function factsOf(redis: ReturnType<typeof connectOnce>): Promise<RedisFacts> {
  try {
    const { isCluster } = readRedisInfo('', await redis.info());
    return { isCluster, mayInfo: true };
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  // A user who may not ask INFO may ask this.
  const isCluster = await redis.cluster('INFO').then(
    () => true,
    () => false,
  );
  return { isCluster, mayInfo: false };
}

/** The user lacks the right, or the host has taken the command away. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && /\bNOPERM\b|unknown command/i.test(error.message);
}
