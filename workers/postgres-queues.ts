import {
  assertSchemaCompatibility,
  PostgresConnection,
  PostgresQueueBackend,
  type BackendFactory,
  type PostgresConnectionOptions,
  type QueueBaseOptions,
  type WorkerOptions,
} from 'bullmq';
import { QueuePool, queueSchema } from '#workers/queue-pool.ts';

/** Clocks of servers may differ by so much. */
const toleranceMs = 60_000;

/**
 * Locks end by the clock of the worker that took them, and who looks for jobs of workers that are gone leaves the next ones their time by
 * its own. A worker whose clock is an hour ahead, and which dies, would keep its jobs, and everybody from looking, for an hour: both are put
 * back to what they should be by PostgreSQL's clock. While it lives it sets its own again.
 * Parameters: queue, milliseconds of a lock, tolerance.
 */
const correctClocks = `
  WITH clock AS (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms),
  look AS (
    UPDATE meta SET value = clock.now_ms::text FROM clock
    WHERE queue = $1::text AND field = 'stalled-check' AND value::bigint > clock.now_ms + $3::bigint
  )
  UPDATE job SET locked_until_ms = clock.now_ms + $2::bigint FROM clock
  WHERE queue = $1::text AND state = 'active' AND locked_until_ms > clock.now_ms + $2::bigint + $3::bigint`;

/** Of BullMQ's options, how many ended jobs are kept; only "none" is heeded, since another count costs a read of them all at each end. */
type Kept = Parameters<PostgresQueueBackend['moveToCompleted']>[2];

/**
 * BullMQ's queues in PostgreSQL, all of a process on one pool with one listener, instead of a pool and a listener for each. It is opened
 * with the first queue and closed with the last.
 */
export function postgresQueues(
  databaseUrl: string,
  connections: number,
  onError: (error: Error) => void,
): BackendFactory<PostgresQueueBackend, PostgresConnectionOptions> {
  let shared: SharedConnection | undefined;
  let users = 0;
  const leave = async () => {
    users -= 1;
    if (users > 0) return;
    const last = shared;
    shared = undefined;
    await last?.close();
    await last?.pool.end();
  };
  return (name, options) => {
    shared ??= new SharedConnection(new QueuePool(databaseUrl, connections), onError);
    users += 1;
    return new SharingBackend(shared, name, options, leave);
  };
}

/** The connection of all queues of a process. */
export class SharedConnection extends PostgresConnection {
  readonly #queuePool: QueuePool;
  #ready: Promise<void> | undefined;

  constructor(pool: QueuePool, onError: (error: Error) => void) {
    super(pool);
    this.#queuePool = pool;
    this.setMaxListeners(0);
    this.on('error', onError);
  }

  /** Unlike BullMQ's, forgets a failure: the next call asks again. It never creates anything; that is for `chancery migrate`. */
  override waitUntilReady(): Promise<void> {
    this.#ready ??= this.#check().catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  /** Unlike BullMQ's, gives no connection that ended before BullMQ listened for its end: it would be kept for ever, and no job be taken. */
  override async getListenClient() {
    const client = await super.getListenClient();
    if (!this.#queuePool.hasEnded(client)) return client;
    this['handleListenClientError'](client, new Error('the connection that listens has ended'));
    return super.getListenClient();
  }

  async #check(): Promise<void> {
    const client = await this.pool.connect();
    try {
      await assertSchemaCompatibility(client, queueSchema);
    } finally {
      client.release();
    }
  }
}

class SharingBackend extends PostgresQueueBackend {
  readonly #leave: () => Promise<void>;
  readonly #listenAgain = () => {
    void this.disconnectBlocking();
    void this.reconnectBlocking();
  };
  #left: Promise<void> | undefined;

  constructor(
    connection: SharedConnection,
    name: string,
    options: QueueBaseOptions<PostgresConnectionOptions>,
    leave: () => Promise<void>,
  ) {
    super(connection, name, options, false);
    this.#leave = leave;
    connection.on('listenerinvalidated', this.#listenAgain);
  }

  override waitUntilReady(): Promise<void> {
    return this.connection.waitUntilReady();
  }

  override close(): Promise<void> {
    this.#left ??= this.#leaveOnce();
    this.closing ??= this.#left;
    return this.#left;
  }

  override disconnect(): Promise<void> {
    return this.close();
  }

  override moveToCompleted: PostgresQueueBackend['moveToCompleted'] = (job, value, kept, token, fetchNext) =>
    super.moveToCompleted(job, value, noneOrAll(kept), token, fetchNext);

  override moveToFailed: PostgresQueueBackend['moveToFailed'] = (
    job,
    reason,
    kept,
    token,
    fetchNext,
    fields,
  ) => super.moveToFailed(job, reason, noneOrAll(kept), token, fetchNext, fields);

  /** Before the look for jobs of workers that are gone. */
  override async moveStalledJobsToWait(): Promise<string[]> {
    const options: typeof this.opts & Pick<WorkerOptions, 'lockDuration'> = this.opts;
    const { lockDuration = 30_000 } = options;
    await this.connection.pool.query(correctClocks, [this.queueName, lockDuration, toleranceMs]);
    return super.moveStalledJobsToWait();
  }

  async #leaveOnce(): Promise<void> {
    this.connection.off('listenerinvalidated', this.#listenAgain);
    await this.disconnectBlocking();
    await this.#leave();
  }
}

function noneOrAll(kept: Kept): boolean {
  return kept === true || kept === 0;
}
