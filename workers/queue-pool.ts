import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { PgPool, PgQueryResult } from 'bullmq';
import { DatabaseError, Pool, type QueryConfig } from 'pg';
import { isTransient } from '#src/fulfillment/batch/transience.ts';
import { parseDatabaseUrl } from '#src/mechanisms/database-url.ts';
import { poolConfig } from '#src/persistence/pool-config.ts';
import { queueSession } from '#src/persistence/session.ts';

/** Where BullMQ keeps its tables. */
export const queueSchema = 'bullmq';

type Answer = PgQueryResult;

interface Statement {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

interface Call extends Statement {
  readonly told: PromiseWithResolvers<Answer>;
}

/** These end a job, or take one: what is called in one turn is one transaction, with one commit and one round trip. */
const gathered = /^\s*SELECT \* FROM move_to_(?:completed_fetch|active)\(|^\s*SELECT move_to_completed\(/im;

/** These end a job or put it back; no fault of the server's may be taken for a fault of the job. */
const settling =
  /\b(?:move_to_completed|move_to_completed_fetch|move_to_failed|move_to_failed_fetch|move_to_delayed|retry_job)\(/i;

/** These write many jobs in one statement, in no order. */
const sweeping = /\bmove_stalled_jobs_to_wait\(|\bUPDATE job\s+SET locked_until_ms\b/i;

const largestBatch = 200;
const longestPauseMs = 2000;

/** BullMQ's error of a job that is not (or no longer) what the caller takes it for. */
const jobFault = 'BM001';

/** PostgreSQL ended one of several transactions that were in each other's way, and undid it. */
const undone = new Set(['40P01', '40001']);

/**
 * A pool for BullMQ's statements, each of which is a transaction by itself. One that was undone since others were in its way is run again;
 * one that settles a job is run again until the server has answered it. Ending a job that has been ended already is no fault.
 */
export class QueuePool extends EventEmitter implements PgPool {
  readonly #pool: Pool;
  #calls: Call[] = [];
  readonly #ended = new WeakSet<object>();

  constructor(databaseUrl: string, connections: number) {
    super();
    const target = parseDatabaseUrl(databaseUrl);
    this.#pool = new Pool({
      application_name: 'chancery queues',
      ...poolConfig(target, queueSession(target, queueSchema)),
      max: connections,
    });
    // Whoever uses a connection hears of its end by a statement that fails.
    this.#pool.on('connect', (client) => {
      const end = () => void this.#ended.add(client);
      client.on('error', end);
      client.on('end', end);
    });
    this.#pool.on('error', (error) => {
      if (this.listenerCount('error') > 0) this.emit('error', error);
    });
  }

  async query<Row>(text: string, parameters: readonly unknown[] = []): Promise<PgQueryResult<Row>> {
    const isSettling = settling.test(text);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#run(text, parameters);
      } catch (error) {
        const state = error instanceof DatabaseError ? error.code : undefined;
        // An attempt before has done it although nobody heard of that; or another worker has the job since.
        if (isSettling && attempt > 1 && state === jobFault) return { rows: [] };
        const isRepeated = undone.has(state ?? '') || (isSettling && isTransient(error));
        if (!isRepeated || this.#pool.ending) throw error;
        await delay(Math.random() * Math.min(50 * 2 ** attempt, longestPauseMs));
      }
    }
  }

  connect() {
    return this.#pool.connect();
  }

  /** Whether the connection that was given has ended, also where it did so before anybody could listen for that. */
  hasEnded(client: object): boolean {
    return this.#ended.has(client);
  }

  end() {
    return this.#pool.end();
  }

  #run(text: string, parameters: readonly unknown[]): Promise<Answer> {
    if (gathered.test(text)) {
      if (this.#calls.length === 0) setImmediate(() => this.#flush());
      const told = Promise.withResolvers<Answer>();
      this.#calls.push({ text, parameters, told });
      return told.promise;
    }
    return sweeping.test(text)
      ? this.#together([{ text, parameters }], 'pg_advisory_xact_lock').then(
          ([answer = { rows: [] }]) => answer,
        )
      : this.#pool.query(prepared({ text, parameters }));
  }

  #flush(): void {
    const calls = this.#calls;
    this.#calls = [];
    for (let i = 0; i < calls.length; i += largestBatch) void this.#settle(calls.slice(i, i + largestBatch));
  }

  async #settle(calls: readonly Call[]): Promise<void> {
    try {
      const answers = await this.#together(calls, 'pg_advisory_xact_lock_shared');
      for (const [i, { told }] of calls.entries()) told.resolve(answers[i] ?? { rows: [] });
    } catch (error) {
      // One of them cannot be done; the others can. A fault of the server is each one's.
      const isOfOne = calls.length > 1 && error instanceof DatabaseError && error.code === jobFault;
      for (const call of calls) {
        if (isOfOne) call.told.resolve(this.#pool.query(prepared(call)));
        else call.told.reject(error);
      }
    }
  }

  /**
   * All of it in one transaction, sent in one piece. The queue's lock keeps what writes many jobs in no order apart from what holds the rows
   * of several: they would end each other as deadlocks.
   */
  async #together(calls: readonly Statement[], lock: string): Promise<readonly Answer[]> {
    const queues = [...new Set(calls.map(({ parameters }) => String(parameters[0])))].sort();
    const client = await this.#pool.connect();
    let fault: unknown;
    try {
      const sent = [
        client.query('begin'),
        ...queues.map((queue) =>
          client.query(prepared({ text: `select ${lock}(hashtext($1))`, parameters: [`chancery ${queue}`] })),
        ),
        ...calls.map((call) => client.query(prepared(call))),
        client.query('commit'),
      ];
      const ended = await Promise.allSettled(sent);
      fault = ended.find((one) => one.status === 'rejected')?.reason;
      if (fault !== undefined) throw fault;
      return ended
        .slice(1 + queues.length, -1)
        .flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    } catch (error) {
      await client.query('rollback').catch(() => {});
      throw error;
    } finally {
      client.release(fault instanceof Error && !(fault instanceof DatabaseError));
    }
  }
}

const names = new Map<string, string>();

function prepared({ text, parameters }: Statement): QueryConfig {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('hex').slice(0, 32);
    names.set(text, name);
  }
  return { name, text, values: [...parameters] };
}
