import { EventEmitter } from 'node:events';
import { Queue, Worker, type WorkerOptions } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import { Patience } from '#src/mechanisms/patience.ts';
import { claimQueues, tryWriting } from '#workers/queue-ownership.ts';
import type { QueueBackend, QueueBackendOptions, WorkerSettings } from '#workers/queue-types.ts';
import { connectRedis, redisServers } from '#workers/redis-connection.ts';
import { isRefusal, watchRedis } from '#workers/redis-knowledge.ts';
import { redisReports } from '#workers/redis-report.ts';
import { openSteadyQueue, type SteadyQueue } from '#workers/steady-queue.ts';
import { openSteadyWorker } from '#workers/steady-worker.ts';

class PatientWorker extends Worker<unknown, unknown> {
  readonly patience = new Patience();

  protected override moveToActive(token: string, name?: string) {
    return this.patience.attempt(() => super.moveToActive(token, name));
  }
}

/** A connection that its client has given up is opened anew after this. */
const afterLossMs = 1000;

/** Queues in Redis: one server, a cluster, or what Sentinels lead to. */
export function createRedisBackend(
  { prefix = 'chancery', redisCa, ledger, onError }: QueueBackendOptions,
  urls: readonly string[],
  workerOptions: (settings: WorkerSettings) => Omit<WorkerOptions, 'connection'>,
): QueueBackend {
  const servers = redisServers(urls, redisCa);
  const [{ host, port }] = servers.addresses;
  const connected = new EventEmitter();
  const opened: SteadyQueue<Queue<unknown, unknown>>[] = [];
  let inspector: Redis | Cluster | undefined;
  const knowledge = watchRedis(servers, () => {
    inspector?.disconnect();
    inspector = undefined;
    for (const queue of opened) queue.renew();
  });
  /** On a cluster in braces, so that a queue's keys stay on one node. */
  const keyPrefix = () => (knowledge.facts().isCluster ? `{${prefix}}` : prefix);
  const connect = (maxRetriesPerRequest: number | null, enableOfflineQueue = true) =>
    connectRedis(servers, { ...knowledge.facts(), maxRetriesPerRequest, enableOfflineQueue, onError });
  const ask = () => {
    if (inspector?.status === 'end') inspector = undefined;
    return (inspector ??= connect(1));
  };
  const common = () => ({ prefix: keyPrefix(), skipVersionCheck: !knowledge.facts().mayInfo });

  let isClaimed = false;
  const claim = async (isLookOnly = false) => {
    if (!ledger) return;
    await knowledge.learn();
    // What has ended on queues that were ours is our own, and nobody else's before us.
    const asking = { ...ledger, isEmpty: ledger.isEmpty && !isClaimed };
    try {
      await claimQueues(ask(), keyPrefix(), asking, isLookOnly);
      isClaimed ||= !isLookOnly;
    } catch (error) {
      // What is there is worked off all the same, which is how memory gets free again.
      if (!isFull(error)) throw error;
    }
  };
  return {
    kind: 'redis',
    onConnected: (hear) => void connected.on('connected', hear),
    claim,
    known: async () => void (await knowledge.learn()),
    async inspect() {
      const { mayInfo } = await knowledge.learn();
      await tryWriting(ask(), keyPrefix()).catch((error: unknown) => {
        if (!isFull(error)) throw error;
      });
      if (!mayInfo) return [];
      return redisReports(ask(), `${host}:${port}`).catch((error: unknown) => {
        if (isRefusal(error)) return [];
        throw error;
      });
    },
    async exchangeMark(queue, mark) {
      await knowledge.learn();
      return ask().set(`${keyPrefix()}:mark-${queue}`, mark, 'GET');
    },
    async close() {
      knowledge.close();
      inspector?.disconnect();
    },
    openQueue(name) {
      const build = () => {
        const connection = connect(1, false);
        connection.on('ready', () => {
          connected.emit('connected');
          // A server that was emptied does not know any more whose they are.
          if (isClaimed) claim().catch(() => {});
        });
        const queue = new Queue<unknown, unknown>(name, { connection, skipMetasUpdate: true, ...common() });
        // BullMQ leaves a connection that it was given to whoever opened it; open, it keeps the process.
        const close = queue.close.bind(queue);
        const lost = () => void setTimeout(() => steady.renew(), afterLossMs).unref();
        connection.once('end', lost);
        queue.close = () => {
          connection.off('end', lost);
          return close().finally(() => connection.disconnect());
        };
        queue.on('error', onError);
        return queue;
      };
      const steady = openSteadyQueue(build);
      opened.push(steady);
      return steady.queue;
    },
    openWorker(name, process, settings) {
      const build = async () => {
        await knowledge.learn();
        await claim();
        const connection = connect(null);
        const worker = new PatientWorker(name, process, {
          connection,
          ...common(),
          ...workerOptions(settings),
        });
        worker.once('closed', () => connection.disconnect());
        worker.on('error', onError);
        const lost = new Promise<never>((_, reject) => {
          connection.once('end', () => reject(new Error('the connection has ended')));
        });
        return { worker, patience: worker.patience, lost };
      };
      return openSteadyWorker(name, build, onError);
    },
  };
}

function isFull(error: unknown): boolean {
  return error instanceof Error && /\bOOM\b/.test(error.message);
}
