import type { PostgresConnectionOptions, PostgresQueueBackend, Queue } from 'bullmq';
import type { LedgerIdentity } from '#workers/queue-ownership.ts';
import type { RedisReport } from '#workers/redis-report.ts';
import type { OpenWorker } from '#workers/steady-worker.ts';

/** Where the queues live. */
export interface QueueBackendOptions {
  /** Absent: the queues live in PostgreSQL, through BullMQ's own backend. Several are nodes of a cluster, or Sentinels. */
  readonly redisUrl?: readonly string[] | undefined;
  /** A PEM file of the certificate authority of Redis, where it is none that everybody knows. */
  readonly redisCa?: string | undefined;
  /** Whose the queues are to be; absent, nobody asks. */
  readonly ledger?: LedgerIdentity | undefined;
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

export type OnPostgres = [PostgresQueueBackend, PostgresConnectionOptions];

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

export interface QueueBackend {
  /**
   * What the servers of Redis say of themselves; nothing where the user may not ask, or the queues are in PostgreSQL. Rejects when they do
   * not answer, take no writes, or are not what REDIS_URL says.
   */
  inspect(): Promise<readonly RedisReport[]>;
  /**
   * Makes the queues this ledger's. Safe to repeat; workers do it by themselves before they take jobs.
   * @param isLookOnly nothing is written: only whether they are another's is found out
   * @throws ForeignQueuesError when they are another's
   */
  claim(isLookOnly?: boolean): Promise<void>;
  /** Resolves when it is known what the servers are; rejects when none of them answers. */
  known(): Promise<void>;
  /**
   * Leaves a mark beside a queue. @returns the one that was there, null where there was none; undefined where the queues are in PostgreSQL,
   * which loses nothing that the ledger keeps
   */
  exchangeMark(queue: string, mark: string): Promise<string | null | undefined>;
  /** Closes what the calls before opened; queues and workers are closed by themselves. */
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
