import { createPostgresBackend, Queue, withBackend, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { queueNames, type QueueName } from '#jobs/queues.ts';
import { recordOf } from '#src/mechanisms/records.ts';
import { everythingInPostgres } from '#test/chaos/judge/postgres-contents.ts';
import { everythingInRedis } from '#test/chaos/judge/redis-contents.ts';
import type { RedisStage } from '#test/chaos/stage/redis-stage.ts';

/** Where the queues are, and how programs outside reach them: by plain BullMQ. */
export interface QueueServer {
  /** What the product is told of it. */
  readonly settings: Readonly<Record<string, string>>;
  /** When what it held was last thrown away, by the clock of this process; what was added before then is gone. */
  readonly wipedAt: () => number;
  /** After the death of a worker its jobs run again by then: a lock (15 s) and a stall check (2 s; 5 s in PostgreSQL). */
  readonly redeliverySeconds: number;
  /** As producers reach it, who are told at once when it is away. */
  openProducers(): OpenProducers;
  /** The suite's own look at a queue, whatever stands between it and the product. */
  look(name: QueueName): PlainQueue;
  /** Somebody outside who takes jobs. */
  take(name: string, take: (id: string) => void): { close(): Promise<unknown> };
  /** Everything that it holds, as text, and where. */
  contents(): Promise<readonly (readonly [string, string])[]>;
}

export interface OpenProducers {
  readonly queues: Readonly<Record<QueueName, PlainQueue>>;
  close(): Promise<void>;
}

export type PlainQueue = Queue | InstanceType<typeof postgres.Queue>;

const prefix = 'chancery';
const postgres = withBackend(createPostgresBackend);

export function queuesInRedis(redis: RedisStage): QueueServer {
  const { url, directUrl } = redis;
  return {
    settings: { REDIS_URL: url },
    wipedAt: redis.wipedAt,
    redeliverySeconds: 20,
    openProducers() {
      const connection = new Redis(url, {
        maxRetriesPerRequest: 1,
        enableOfflineQueue: false,
        retryStrategy: () => 200,
      });
      connection.on('error', () => {});
      const open = (name: string): Queue => {
        const queue = new Queue(name, { connection, prefix });
        return quiet(queue);
      };
      const queues = recordOf(queueNames, open);
      return {
        queues,
        async close() {
          await Promise.allSettled(Object.values(queues).map((queue) => queue.close()));
          connection.disconnect();
        },
      };
    },
    look(name) {
      const queue = new Queue(name, { connection: { url: directUrl }, prefix, skipMetasUpdate: true });
      return quiet(queue);
    },
    take(name, take) {
      const connection = { url, maxRetriesPerRequest: null };
      const taking = async ({ id = '' }) => take(id);
      const worker = quiet(new Worker(name, taking, { connection, prefix, concurrency: 20 }));
      return { close: () => worker.close(true) };
    },
    contents: () => everythingInRedis(directUrl),
  };
}

/** Beside the ledger; nothing takes them away from it. */
export function queuesInPostgres(url: string): QueueServer {
  const connection = { connectionString: url, max: 2 };
  const open = (name: string) => quiet(new postgres.Queue(name, { connection, prefix }));
  return {
    settings: {},
    wipedAt: () => 0,
    redeliverySeconds: 30,
    openProducers() {
      const queues = recordOf(queueNames, open);
      return {
        queues,
        async close() {
          await Promise.allSettled(Object.values(queues).map((queue) => queue.close()));
        },
      };
    },
    look: open,
    take(name, take) {
      const taking = async ({ id = '' }) => take(id);
      const worker = quiet(new postgres.Worker(name, taking, { connection, prefix, concurrency: 20 }));
      return { close: () => worker.close(true) };
    },
    contents: () => everythingInPostgres(url),
  };
}

function quiet<Q extends { on(event: 'error', listener: () => void): unknown }>(queue: Q): Q {
  queue.on('error', () => {});
  return queue;
}
