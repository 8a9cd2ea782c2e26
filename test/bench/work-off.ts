import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { kinds, type MessageKind } from '#jobs/kinds.ts';
import type { Base } from '#test/bench/base-database.ts';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import { openHearing } from '#test/bench/hearing.ts';
import { untilListening } from '#test/bench/listening.ts';
import { changeData, mergeData, orderData, registrationData, type Mix } from '#test/bench/messages-mix.ts';
import { startProduct, type ProductProcess } from '#test/bench/product-processes.ts';
import { checkRows, tallyRows } from '#test/bench/row-tally.ts';
import { untilStandstill } from '#test/bench/stands-still.ts';
import { createQueueBackend } from '#workers/queue-backend.ts';
import { openQueues, type Queues } from '#workers/queues.ts';

export interface WorkOffOptions {
  readonly servers: BenchServers;
  readonly base: Base;
  readonly mix: Mix | 'change-requests';
  readonly messages: number;
  readonly workers: number;
  readonly backend: 'redis' | 'postgres';
  /** Whether certificates are rendered meanwhile; otherwise their queue is paused. */
  readonly rendering: boolean;
  /** Whether events are written, and told to an endpoint that hears everything. By default they are written, and nobody is told. */
  readonly events?: 'off' | 'told';
  /** Further settings of the workers. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called when the last is fulfilled, while the workers go on. */
  readonly onFulfilled?: (databaseUrl: string) => Promise<void>;
  /** Flags of node for the workers, as `--cpu-prof`. */
  readonly flags?: readonly string[];
  /** Works in this database and keeps it; otherwise in a clone of the base. */
  readonly database?: string;
  /** Number of the first message. */
  readonly from?: number;
}

const kindOf = {
  orders: 'upgrade-order',
  registrations: 'registration',
  merges: 'merge-request',
  'change-requests': 'change-request',
} as const satisfies Record<WorkOffOptions['mix'], MessageKind>;

/**
 * A backlog: the messages are on their queue, as a producer that knows only BullMQ adds them, before the workers may begin. Measured is
 * from there until the last one is fulfilled in PostgreSQL.
 * @returns messages a second
 */
export async function workOff(options: WorkOffOptions): Promise<number> {
  const { servers, base, mix, messages, backend } = options;
  const database = options.database ?? `bench_${mix}`;
  const databaseUrl = options.database ? servers.url(database) : await servers.clone(base.database, database);
  const redisUrl = backend === 'redis' ? [servers.redisUrl] : undefined;
  const queues = openQueues(createQueueBackend({ redisUrl, databaseUrl, onError: report }));
  const hearing = options.events === 'told' ? await openHearing(databaseUrl) : undefined;
  const before = await tallyRows(databaseUrl);
  const workers: ProductProcess[] = [];
  const flush = async () => {
    for (const queue of Object.values(queues.all)) await queue.obliterate({ force: true });
  };
  try {
    await flush();
    const { queue: name } = kinds[kindOf[mix]];
    const queue = queues.all[name];
    await queue.pause();
    if (!options.rendering) await queues.all.certificates.pause();
    await enqueue(queues, options);
    for (let i = 0; i < options.workers; i += 1) workers.push(startWorker(options, databaseUrl));
    await untilListening(queue, options.workers, backend === 'postgres' ? databaseUrl : undefined);
    await servers.checkpoint();
    const perSecond = await timed(databaseUrl, mix, messages, () => queue.resume());
    await options.onFulfilled?.(databaseUrl);
    await untilSettled(queues, name);
    await Promise.all(workers.map((worker) => worker.stop()));
    workers.length = 0;
    const tally = await tallyRows(databaseUrl);
    if (hearing && hearing.heard() === 0) throw new Error('The endpoint was told nothing.');
    // The database alone makes no change requests: their rows are compared with nothing.
    if (mix !== 'change-requests' && !options.rendering && options.events === undefined)
      checkRows(`the product (${mix})`, base.templates[mix], messages, before, tally);
    return perSecond;
  } finally {
    await Promise.all(workers.map((worker) => worker.stop().catch(report)));
    await flush().catch(report);
    await queues.close();
    await hearing?.close();
    if (!options.database) await servers.drop(database);
  }
}

function startWorker(
  { servers, backend, flags, events, environment }: WorkOffOptions,
  databaseUrl: string,
): ProductProcess {
  return startProduct(['worker'], {
    folder: servers.folder,
    flags,
    environment: {
      ...(events === 'off' && { EVENTS: 'off' }),
      WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
      DATABASE_URL: databaseUrl,
      HTTP_PORT: '0',
      ...(backend === 'redis' && { REDIS_URL: servers.redisUrl }),
      ...environment,
    },
  });
}

async function enqueue(
  queues: Queues,
  { mix, base, messages, from: first = 0 }: WorkOffOptions,
): Promise<void> {
  const { registrationKeys } = base;
  const { queue: name, jobName } = kinds[kindOf[mix]];
  const data = {
    orders: (number: number) => orderData(number),
    registrations: (number: number) => registrationData(number, registrationKeys[number] ?? ''),
    merges: (number: number) => mergeData(number),
    'change-requests': (number: number) => changeData(number),
  }[mix];
  for (let from = 0; from < messages; from += 1000) {
    const count = Math.min(1000, messages - from);
    await queues.all[name].addBulk(
      Array.from({ length: count }, (_, i) => ({ name: jobName, data: data(first + from + i) })),
    );
  }
}

/** Looks at a sequence, which costs nothing, until enough is drawn, and then at the rows themselves. */
async function timed(
  url: string,
  mix: WorkOffOptions['mix'],
  messages: number,
  begin: () => Promise<unknown>,
): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const fulfilled = async () => {
      const { rows } = await client.query<{ readonly count: string }>(
        `select count(*) as count from message where kind = $1 and status = 'fulfilled'`,
        [kindOf[mix]],
      );
      return Number(rows[0]?.count);
    };
    const drawn = async () => {
      const { rows } = await client.query<{ readonly last: string }>(
        'select last_value as last from decision_number',
      );
      return Number(rows[0]?.last);
    };
    const before = await fulfilled();
    const drawnBefore = await drawn();
    const startedAt = performance.now();
    await begin();
    const moves = untilStandstill(`fulfilling ${messages} ${mix}`);
    for (;;) {
      const decided = (await drawn()) - drawnBefore;
      const done = decided < messages ? 0 : (await fulfilled()) - before;
      if (done >= messages) break;
      moves(`${decided} decided, ${done} counted`);
      await delay(10);
    }
    return messages / ((performance.now() - startedAt) / 1000);
  } finally {
    await client.end();
  }
}

async function untilSettled(queues: Queues, name: keyof Queues['all']): Promise<void> {
  const states = ['wait', 'active', 'delayed', 'prioritized'] as const;
  for (;;) {
    const counts = await queues.all[name].getJobCounts(...states, 'failed');
    if ((counts['failed'] ?? 0) > 0) throw new Error(`${counts['failed']} jobs of ${name} failed.`);
    if (states.every((state) => (counts[state] ?? 0) === 0)) return;
    await delay(50);
  }
}

function report(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
