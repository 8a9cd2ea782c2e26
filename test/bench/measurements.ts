import type { Base } from '#test/bench/base-database.ts';
import type { BenchServers } from '#test/bench/bench-servers.ts';
import { limit, single } from '#test/bench/by-database-alone.ts';
import { barePages, certificates } from '#test/bench/certificates.ts';
import { changeRequests } from '#test/bench/change-requests.ts';
import { durableCommit } from '#test/bench/commit.ts';
import { feed } from '#test/bench/feed.ts';
import { grownTo, makeGrown, ordersGrown } from '#test/bench/growth.ts';
import { httpIntake } from '#test/bench/intake.ts';
import { latency } from '#test/bench/latency.ts';
import { mailCost } from '#test/bench/mail-cost.ts';
import { memory } from '#test/bench/memory.ts';
import type { Mix } from '#test/bench/messages-mix.ts';
import { queueAlone } from '#test/bench/queue-alone.ts';
import { queueEmbedded } from '#test/bench/queue-embedded.ts';
import { workOff, type WorkOffOptions } from '#test/bench/work-off.ts';

export interface Round {
  readonly number: number;
  readonly servers: BenchServers;
  readonly base: Base;
  /** Of figures measured so far, in this round or one before. */
  readonly latest: (figure: string) => number | undefined;
}

/** One thing to do in each round; it yields one figure or several. */
export interface Measurement {
  readonly name: string;
  readonly run: (round: Round) => Promise<Readonly<Record<string, number>>>;
  /** Once, before the first round. */
  readonly prepare?: (servers: BenchServers, base: Base) => Promise<void>;
  /** Belongs to `--full`. */
  readonly isFull?: boolean;
}

/** Messages that a base must have for these measurements. */
export const baseSize = { orders: 50_000, registrations: 10_000, merges: 20_000 };

const works = (
  name: string,
  mix: Mix,
  messages: number,
  more: Partial<Pick<WorkOffOptions, 'workers' | 'backend' | 'rendering' | 'events'>> = {},
): Measurement => ({
  name,
  run: async ({ servers, base }) => ({
    [name]: await workOff({
      servers,
      base,
      mix,
      messages,
      workers: 1,
      backend: 'redis',
      rendering: false,
      ...more,
    }),
  }),
});

const alone = (name: string, mix: Mix, messages: number, measure: typeof limit): Measurement => ({
  name,
  run: async ({ servers, base }) => ({ [name]: await measure(servers, base, mix, messages) }),
});

const measuresLatency = (
  name: string,
  perSecondOf: (round: Round) => number,
  seconds: number,
): Measurement => ({
  name,
  run: async (round) => {
    const perSecond = perSecondOf(round);
    const { servers, base } = round;
    const { p50Ms, p99Ms } = await latency({
      servers,
      base,
      perSecond,
      orders: Math.round(perSecond * seconds),
      commitMs: commitOf(round),
    });
    return { [`${name}-p50`]: p50Ms, [`${name}-p99`]: p99Ms };
  },
});

/** Few enough that an order finds the system at rest. */
const idlePerSecond = 25;

/** In the order of a round: what is compared stands close together. */
export const measurements: readonly Measurement[] = [
  alone('limit', 'orders', 50_000, limit),
  works('orders', 'orders', 50_000),
  works('orders-without-events', 'orders', 50_000, { events: 'off' }),
  works('orders-told', 'orders', 50_000, { events: 'told' }),
  works('orders-two-workers', 'orders', 50_000, { workers: 2 }),
  alone('single', 'orders', 8000, single),
  {
    name: 'queue',
    run: async ({ servers }) => {
      const { perSecond, p50Ms } = await queueAlone(servers, 30_000);
      return { queue: perSecond, 'queue-idle-p50': p50Ms };
    },
  },
  works('orders-rendering', 'orders', 6000, { rendering: true }),
  works('orders-rendering-two-workers', 'orders', 6000, { rendering: true, workers: 2 }),
  { name: 'mail', isFull: true, run: ({ servers, base }) => mailCost(servers, base) },
  {
    name: 'queue-embedded',
    run: async ({ servers, base }) => ({ 'queue-embedded': await queueEmbedded(servers, base, 4000) }),
  },
  works('orders-embedded', 'orders', 4000, { backend: 'postgres' }),
  alone('registrations-limit', 'registrations', 10_000, limit),
  works('registrations', 'registrations', 10_000),
  alone('merges-limit', 'merges', 20_000, limit),
  works('merges', 'merges', 20_000),
  {
    name: 'change-requests',
    run: async ({ servers, base }) => ({ 'change-requests': await changeRequests(servers, base, 3000) }),
  },
  { name: 'intake', run: async ({ servers, base }) => ({ intake: await httpIntake(servers, base, 20_000) }) },
  { name: 'feed', run: async ({ servers, base }) => ({ feed: await feed(servers, base, 30_000) }) },
  { name: 'commit', run: async ({ servers, base }) => ({ commit: await durableCommit(servers, base) }) },
  measuresLatency('latency-idle', () => idlePerSecond, 12),
  measuresLatency('latency-half', ({ latest }) => halfOf(latest('orders')), 6),
  {
    name: 'certificates',
    run: async () => ({ 'bare-pdfkit': await barePages(250), certificates: await certificates(250) }),
  },
  {
    name: 'growth',
    isFull: true,
    prepare: makeGrown,
    run: async ({ servers, base, number }) => {
      const figures: Record<string, number> = {};
      for (const codes of grownTo)
        figures[`growth-${codes}`] = await ordersGrown(servers, base, codes, 8000, number);
      return figures;
    },
  },
  {
    name: 'memory',
    isFull: true,
    run: async ({ servers, base }) => {
      const peaks = await memory(servers, base, 1_000_000);
      return {
        'memory-importer': peaks.importerMb,
        'memory-importer-first-tenth': peaks.importerFirstTenthMb,
        'memory-worker': peaks.workerMb,
        'memory-worker-first-tenth': peaks.workerFirstTenthMb,
      };
    },
  },
];

function commitOf({ latest }: Round): number {
  const commitMs = latest('commit');
  if (commitMs === undefined) throw new Error('Measure "commit" in the same run: --only commit,latency-idle');
  return commitMs;
}

function halfOf(capacity: number | undefined): number {
  if (capacity === undefined)
    throw new Error(
      'Half of which capacity? Measure "orders" in the same run: --only orders,commit,latency-half',
    );
  return capacity / 2;
}
