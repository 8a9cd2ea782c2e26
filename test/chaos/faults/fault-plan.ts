import { backlogWiped } from '#test/chaos/faults/backlog-faults.ts';
import { clockOff } from '#test/chaos/faults/clock-faults.ts';
import { breakpoints, crashPoints } from '#test/chaos/faults/crash-faults.ts';
import type { Fault } from '#test/chaos/faults/fault.ts';
import { frozenWorker } from '#test/chaos/faults/frozen-fault.ts';
import { heldJobsOfKilledWorker } from '#test/chaos/faults/held-faults.ts';
import {
  backendsTerminated,
  connectionsExhausted,
  postgresRestarted,
  postgresStopped,
} from '#test/chaos/faults/postgres-faults.ts';
import {
  killedWorker,
  killedWorkers,
  stormName,
  terminatedWorkers,
} from '#test/chaos/faults/process-faults.ts';
import {
  redisCutOff,
  redisFlushed,
  redisKilled,
  redisOutOfMemory,
  stoppedWithoutRedis,
  wrongEvictionPolicy,
} from '#test/chaos/faults/redis-faults.ts';
import { contractVersions } from '#test/chaos/faults/version-faults.ts';
import type { Random } from '#test/chaos/random.ts';
import type { QueuePlace } from '#test/chaos/stage/stage.ts';

export interface FaultPlanOptions {
  readonly minutes: number;
  /** Part of a fault's name: only those, once each. */
  readonly only: string;
  /** Where the queues are: Redis can be broken only where there is one. */
  readonly queues: QueuePlace;
}

/** From here on every kind of fault is part of a run, each at its full length. */
const fullMinutes = 10;

/** Messages during `kill -9` in a full run. */
const stormMessages = 10_000;

/** Slower than two workers and the suite on two cores can go: otherwise a recovery would be mostly waiting in a queue. */
const msPerStormMessage = 18;

/** Each for an account of its own. */
export const backlogOrders = 5000;

/** In the hand of one worker when it is killed: two batches that hold locks, and some that wait behind them. */
const heldJobs = 300;

/** Every fault once, in an order of the seed's, and then workers being killed until the time is over. A shorter run has shorter faults. */
export function faultPlan({
  minutes,
  only,
  queues,
}: FaultPlanOptions): (random: Random, elapsedMs: number) => Fault | undefined {
  const scale = Math.min(1, minutes / fullMinutes);
  const seconds = (full: number) => Math.max(2, Math.round(full * scale)) * 1000;
  const many = Math.max(40, Math.round(280 * scale));
  const ofRedis: readonly Fault[] = [
    redisKilled(many, { empty: true }),
    redisKilled(many, { empty: false }),
    redisFlushed(many),
    redisCutOff(many, 1000, 'refused'),
    redisCutOff(many, seconds(20), 'silent'),
    redisCutOff(many, seconds(20), 'refused'),
    redisCutOff(many, seconds(120), 'refused'),
    redisOutOfMemory(many, seconds(10)),
    wrongEvictionPolicy(many),
    stoppedWithoutRedis(many),
  ];
  const all: readonly Fault[] = [
    ...breakpoints.map((breakpoint) => crashPoints(Math.round(many / 2), breakpoint)),
    killedWorker(many),
    heldJobsOfKilledWorker(heldJobs),
    frozenWorker(many),
    clockOff(many, 1),
    clockOff(many, -1),
    contractVersions(many),
    terminatedWorkers(many * 2),
    ...(queues === 'redis' ? ofRedis : []),
    postgresRestarted(many, { how: 'in order' }),
    postgresRestarted(many, { how: 'kill -9' }),
    backendsTerminated(many, seconds(6)),
    connectionsExhausted(many, seconds(6)),
    postgresStopped(many, seconds(30)),
  ];
  // Near the end: replaying its orders one by one takes up to two minutes, and every comparison after it has them to read. A shorter run, unless
  // it is asked for by its name, does without.
  const backlog = queues === 'redis' ? [backlogWiped(backlogOrders)] : [];
  let plan: Fault[] | undefined;
  let hasStormed = !stormName.includes(only);
  return (random, elapsedMs) => {
    plan ??=
      only === ''
        ? [...random.shuffled(all), ...(scale === 1 ? backlog : [])]
        : [...all, ...backlog].filter(({ name }) => name.includes(only));
    const next = plan.shift();
    if (next || hasStormed) return next;
    hasStormed = true;
    // What was killed last needs a lock's time to be found, and the judge its own.
    const leftMs = only === '' ? minutes * 60_000 - elapsedMs - 60_000 : 0;
    const messages = Math.round(stormMessages * scale);
    return killedWorkers(messages, Math.max(leftMs, messages * msPerStormMessage));
  };
}
