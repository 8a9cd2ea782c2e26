import { withBackend } from 'bullmq';
import { Patience } from '#src/mechanisms/patience.ts';
import { cleanEndedJobs } from '#workers/ended-jobs.ts';
import { postgresQueues } from '#workers/postgres-queues.ts';
import type { QueueBackend, QueueBackendOptions, WorkerSettings } from '#workers/queue-types.ts';
import { createRedisBackend } from '#workers/redis-backend.ts';
import { openSteadyQueue } from '#workers/steady-queue.ts';
import { openSteadyWorker } from '#workers/steady-worker.ts';

export type { OpenQueue, QueueBackend, WorkerJob } from '#workers/queue-types.ts';

/** A job of a killed worker runs again after this and one stall check: within 20 s. */
const lockDurationMs = 15_000;
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
  return options.redisUrl === undefined
    ? onPostgres(options)
    : createRedisBackend(options, options.redisUrl, workerOptions);
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
    inspect: () => Promise.resolve([]),
    // They are in the ledger itself.
    claim: () => Promise.resolve(),
    known: () => Promise.resolve(),
    exchangeMark: () => Promise.resolve(undefined),
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

function watched<Q extends { on(event: 'error', listener: (error: Error) => void): unknown }>(
  queue: Q,
  onError: (error: Error) => void,
): Q {
  queue.on('error', onError);
  return queue;
}
