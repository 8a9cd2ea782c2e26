import { EventEmitter } from 'node:events';
import type { Writable } from 'node:stream';
import {
  Queue,
  Worker,
  withBackend,
  type PostgresConnectionOptions,
  type PostgresQueueBackend,
} from 'bullmq';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { corkForTurn } from '#src/mechanisms/cork-for-turn.ts';
import { Patience } from '#src/mechanisms/patience.ts';
import { cleanEndedJobs } from '#workers/ended-jobs.ts';
import { postgresQueues } from '#workers/postgres-queues.ts';
import { openSteadyQueue } from '#workers/steady-queue.ts';
import { openSteadyWorker, type OpenWorker } from '#workers/steady-worker.ts';

/** Where the queues live. The one place that knows the difference. */
export interface QueueBackendOptions {
  /** Absent: the queues live in PostgreSQL, through BullMQ's own backend. Several are the nodes of a cluster. */
  readonly redisUrl?: readonly string[] | undefined;
  readonly databaseUrl: string;
  /** Before every key, `chancery` unless a test says otherwise; on a cluster in braces, so that a queue's keys stay on one node. */
  readonly prefix?: string;
  /** Connections at most of the queues in PostgreSQL, all together; one of them listens. */
  readonly queueConnections?: number;
  readonly onError: (error: Error) => void;
}

export interface WorkerSettings {
  readonly concurrency: number;
  readonly backoff: (attempts: number) => number;
}

type OnPostgres = [PostgresQueueBackend, PostgresConnectionOptions];

export type OpenQueue =
  | Queue<unknown, unknown>
  | Queue<unknown, unknown, string, unknown, unknown, string, OnPostgres[0], OnPostgres[1]>;

/** What a processor uses of its job, on either backend. */
export interface WorkerJob {
  readonly id?: string | undefined;
  readonly name: string;
  readonly data: unknown;
  /** How often it was begun, this time included; unlike `attemptsMade` it also counts what was put back. */
  readonly attemptsStarted: number;
  moveToDelayed(timestamp: number, token?: string): Promise<void>;
  /** Adds a line to what the dashboard shows of it. @returns how many lines there are */
  log(line: string): Promise<number>;
  /** Keeps that many of the latest lines. */
  clearLogs(keep: number): Promise<void>;
}

/** What of the queue server's settings decides whether jobs can get lost. */
export interface QueueServerFacts {
  /** Redis: anything but `noeviction` throws jobs away when memory runs out. */
  readonly evictionPolicy?: string;
  /** Redis: whether every change goes to an append-only file. */
  readonly appendOnly?: boolean;
}

export interface QueueBackend {
  /** Rejects when the server does not answer. */
  inspect(): Promise<QueueServerFacts>;
  /** Closes what `inspect` opened; queues and workers are closed by themselves. */
  close(): Promise<void>;
  readonly kind: 'redis' | 'postgres';
  /** Calls `hear` whenever a producer's connection stands, again or for the first time. Never, when the queues are where the ledger is. */
  onConnected(hear: () => void): void;
  /** A producer: it fails fast when the server is away, and heals when the server has refused it. */
  openQueue(name: string): OpenQueue;
  openWorker(
    name: string,
    process: (job: WorkerJob, token?: string) => Promise<unknown>,
    settings: WorkerSettings,
  ): OpenWorker;
}

/** Reconnecting is tried again after this at most: after an outage work goes on within seconds. */
const longestReconnectMs = 1000;

/** A job of a killed worker runs again after this and one stall check: within 20 s. */
export const lockDurationMs = 15_000;
const stalledIntervalMs = 2000;

/** In PostgreSQL each look writes all jobs in hand. */
const stalledIntervalOnPostgresMs = 5000;

/** A worker that dies again and again is no fault of the job: what breaks a job shows as an error, not as a stall. */
const mostStalls = 20;

/** How many ended jobs stay to be looked at; Postgres keeps what matters. */
export const keptJobs = {
  completed: { count: 1000, age: 24 * 3600 },
  failed: { count: 5000, age: 14 * 24 * 3600 },
} as const;

export function createQueueBackend(options: QueueBackendOptions): QueueBackend {
  return options.redisUrl === undefined ? onPostgres(options) : onRedis(options, options.redisUrl);
}

function onRedis(
  { prefix = 'chancery', onError }: QueueBackendOptions,
  nodes: readonly string[],
): QueueBackend {
  const keyPrefix = nodes.length > 1 ? `{${prefix}}` : prefix;
  let inspector: Redis | Cluster | undefined;
  const connected = new EventEmitter();
  return {
    kind: 'redis',
    onConnected: (hear) => void connected.on('connected', hear),
    async inspect() {
      inspector ??= connect(nodes, { maxRetriesPerRequest: 1 }, onError);
      const info = await inspector.info();
      return {
        evictionPolicy: /^maxmemory_policy:(\S+)/m.exec(info)?.[1],
        appendOnly: /^aof_enabled:1/m.test(info),
      };
    },
    async close() {
      inspector?.disconnect();
    },
    openQueue(name) {
      const build = () => {
        const connection = connect(nodes, { maxRetriesPerRequest: 1, enableOfflineQueue: false }, onError);
        connection.on('ready', () => connected.emit('connected'));
        const queue = new Queue<unknown, unknown>(name, {
          connection,
          prefix: keyPrefix,
          skipMetasUpdate: true,
        });
        // BullMQ leaves a connection that it was given to whoever opened it; open, it keeps the process.
        const close = queue.close.bind(queue);
        queue.close = () => close().finally(() => connection.disconnect());
        return watched(queue, onError);
      };
      return openSteadyQueue(build).queue;
    },
    openWorker(name, process, settings) {
      const build = () => {
        const connection = connect(nodes, { maxRetriesPerRequest: null }, onError);
        const options = { connection, prefix: keyPrefix, ...workerOptions(settings) };
        const worker = new PatientWorker(name, process, options);
        worker.once('closed', () => connection.disconnect());
        return { worker: watched(worker, onError), patience: worker.patience };
      };
      return openSteadyWorker(name, build, onError);
    },
  };
}

class PatientWorker extends Worker<unknown, unknown> {
  readonly patience = new Patience();

  protected override moveToActive(token: string, name?: string) {
    return this.patience.attempt(() => super.moveToActive(token, name));
  }
}

function onPostgres({
  databaseUrl,
  prefix = 'chancery',
  queueConnections = 4,
  onError,
}: QueueBackendOptions): QueueBackend {
  const classes = withBackend(postgresQueues(databaseUrl, queueConnections, onError));
  // The backend has its own; BullMQ wants to be told one.
  const connection = databaseUrl;

  class PatientPostgresWorker extends classes.Worker<unknown, unknown> {
    readonly patience = new Patience();

    protected override moveToActive(token: string, name?: string) {
      return this.patience.attempt(() => super.moveToActive(token, name));
    }
  }

  return {
    kind: 'postgres',
    onConnected: () => {},
    // That PostgreSQL answers is found out by whoever asks it for the ledger, too.
    inspect: () => Promise.resolve({}),
    close: () => Promise.resolve(),
    openQueue: (name) =>
      openSteadyQueue(() =>
        watched(new classes.Queue<unknown, unknown>(name, { connection, prefix }), onError),
      ).queue,
    openWorker(name, process, settings) {
      const build = () => {
        const worker = new PatientPostgresWorker(name, process, {
          connection,
          prefix,
          ...workerOptions(settings),
          stalledInterval: stalledIntervalOnPostgresMs,
        });
        worker.once('closing', cleanEndedJobs(worker.getBackend(), keptJobs, onError));
        return { worker: watched(worker, onError), patience: worker.patience };
      };
      return openSteadyWorker(name, build, onError);
    },
  };
}

function workerOptions({ concurrency, backoff }: WorkerSettings) {
  return {
    autorun: false,
    concurrency,
    lockDuration: lockDurationMs,
    stalledInterval: stalledIntervalMs,
    maxStalledCount: mostStalls,
    removeOnComplete: keptJobs.completed,
    removeOnFail: keptJobs.failed,
    settings: { backoffStrategy: backoff },
  };
}

function connect(
  [first = '', ...others]: readonly string[],
  options: RedisOptions,
  onError: (error: Error) => void,
): Redis | Cluster {
  const retryStrategy = (times: number) => Math.min(50 * 2 ** Math.min(times, 10), longestReconnectMs);
  const connection =
    others.length === 0
      ? new Redis(first, { ...options, retryStrategy })
      : new Cluster([first, ...others], { redisOptions: options, clusterRetryStrategy: retryStrategy });
  connection.on('error', onError);
  if (connection instanceof Redis) connection.on('connect', () => gatherWrites(connection.stream));
  return connection;
}

/** A batch's jobs end in one turn: they are settled by one system call, not by a hundred. */
function gatherWrites(stream: Writable): void {
  const write = stream.write.bind(stream);
  Object.defineProperty(stream, 'write', {
    // A socket whose other end has closed puts another in its place.
    writable: true,
    value: (...parameters: readonly unknown[]): unknown => {
      corkForTurn(stream);
      return Reflect.apply(write, undefined, parameters);
    },
  });
}

function watched<Q extends { on(event: 'error', listener: (error: Error) => void): unknown }>(
  queue: Q,
  onError: (error: Error) => void,
): Q {
  queue.on('error', onError);
  return queue;
}
