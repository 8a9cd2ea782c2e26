import { setTimeout as delay } from 'node:timers/promises';
import { afterOutageSeconds, afterWipeSeconds, healed, type Fault } from '#test/chaos/faults/fault.ts';
import { eventually } from '#test/chaos/stage/processes.ts';
import type { RedisStage } from '#test/chaos/stage/redis-stage.ts';
import { redisOf } from '#test/chaos/stage/stage.ts';

/** kill -9 of the server; it comes back with nothing, or with its append-only file. */
export function redisKilled(messages: number, { empty }: { readonly empty: boolean }): Fault {
  const kind = empty ? 'Redis killed, back empty' : 'Redis killed, back with its AOF';
  return {
    name: kind,
    messages,
    sendingMs: 3000,
    async strike({ stage }) {
      const redis = redisOf(stage);
      await delay(1500);
      await redis.killAndRestart({ empty });
      return healed(kind, { mostRecoverySeconds: afterWipeSeconds(stage) });
    },
  };
}

export function redisFlushed(messages: number): Fault {
  return {
    name: 'FLUSHALL',
    messages,
    sendingMs: 3000,
    async strike({ stage }) {
      const redis = redisOf(stage);
      await delay(1500);
      await redis.flushAll();
      return healed('FLUSHALL', { mostRecoverySeconds: afterWipeSeconds(stage) });
    },
  };
}

/** Connections are reset and refused, or stand and carry nothing. */
export function redisCutOff(messages: number, forMs: number, how: 'refused' | 'silent'): Fault {
  const kind = `Redis ${how} for ${forMs / 1000} s`;
  return {
    name: kind,
    messages,
    sendingMs: 3000,
    async strike({ stage }) {
      const redis = redisOf(stage);
      await delay(1000);
      if (how === 'silent') redis.proxy.silence();
      else redis.proxy.refuse();
      await delay(forMs);
      redis.proxy.heal();
      return healed(kind, { mostRecoverySeconds: afterOutageSeconds });
    },
  };
}

/** No write is taken any more; what is there stays. */
export function redisOutOfMemory(messages: number, forMs: number): Fault {
  return {
    name: 'Redis out of memory',
    messages,
    sendingMs: 3000,
    async strike({ stage, tell, blame }) {
      const redis = redisOf(stage);
      await delay(1000);
      const refused = await refusals(redis);
      await redis.command('config', 'set', 'maxmemory', '1mb');
      await delay(forMs);
      await redis.command('config', 'set', 'maxmemory', '0');
      const times = (await refusals(redis)) - refused;
      tell(`Redis out of memory: ${times} commands refused`);
      if (times === 0) blame('Redis refused nothing while it was out of memory');
      return healed('Redis out of memory', { mostRecoverySeconds: afterOutageSeconds });
    },
  };
}

/** Commands that Redis refused since it started, for want of memory. */
async function refusals(redis: RedisStage): Promise<number> {
  const stats = String(await redis.command('info', 'errorstats'));
  return Number(/errorstat_OOM:count=(\d+)/.exec(stats)?.[1] ?? 0);
}

/** A worker that starts on a Redis which may throw jobs away says so, and is not ready until that is mended. */
export function wrongEvictionPolicy(messages: number): Fault {
  return {
    name: 'wrong eviction policy at start',
    messages,
    sendingMs: 3000,
    async prepare({ stage }) {
      const redis = redisOf(stage);
      await redis.command('config', 'set', 'maxmemory-policy', 'allkeys-lru');
    },
    async strike({ stage, startWorker, blame }) {
      const redis = redisOf(stage);
      const worker = await startWorker();
      const wrong = await readiness(
        worker.url,
        ({ status, body }) => status === 503 && body.includes('allkeys-lru'),
      );
      if (wrong) blame(`a worker on a Redis that evicts answered ${wrong} to /health/ready`);
      await redis.command('config', 'set', 'maxmemory-policy', 'noeviction');
      const mended = await readiness(worker.url, ({ status }) => status === 200);
      if (mended) blame(`a worker whose Redis was mended answered ${mended} to /health/ready`);
      const at = Date.now();
      worker.kill('SIGTERM');
      return healed('wrong eviction policy', { at, mostRecoverySeconds: afterOutageSeconds });
    },
  };
}

/** Asks for up to five minutes; a probe may come before the process has looked. @returns the last answer when none was as it should be */
async function readiness(
  url: string,
  isRight: (answer: { readonly status: number; readonly body: string }) => boolean,
): Promise<string | undefined> {
  let last = 'nothing';
  const isSo = async () => {
    const response = await fetch(`${url}/health/ready`);
    const answer = { status: response.status, body: await response.text() };
    last = `${answer.status} ${answer.body}`;
    return isRight(answer);
  };
  return eventually('the right answer', 300_000, isSo, 500).then(
    () => undefined,
    () => last,
  );
}

/** A worker that is told to stop while the queue server is away ends all the same, in the time that it is given. */
export function stoppedWithoutRedis(messages: number): Fault {
  return {
    name: 'worker told to stop while Redis is away',
    messages,
    sendingMs: 2000,
    async strike({ stage, workers, startWorker, tell }) {
      const redis = redisOf(stage);
      await delay(1000);
      const [worker] = workers();
      redis.proxy.refuse();
      await delay(500);
      const startedAt = performance.now();
      worker?.kill('SIGTERM');
      try {
        await eventually(
          'a worker to end while Redis is away',
          300_000,
          async () => worker?.hasEnded() ?? true,
        );
      } finally {
        redis.proxy.heal();
      }
      tell(
        `SIGTERM while Redis is away: ended after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
      );
      const at = Date.now();
      await startWorker();
      return healed('SIGTERM while Redis is away', { at, mostRecoverySeconds: afterOutageSeconds });
    },
  };
}
