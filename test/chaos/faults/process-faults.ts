import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { queueNames } from '#jobs/queues.ts';
import {
  afterWipeSeconds,
  healed,
  redeliverySeconds,
  type Fault,
  type FaultContext,
  type Injected,
} from '#test/chaos/faults/fault.ts';
import type { Runner } from '#test/chaos/stage/fleet.ts';
import { countOpenMessages } from '#src/persistence/open-work.ts';
import { reading } from '#src/persistence/database.ts';
import { eventually } from '#test/chaos/stage/processes.ts';

/** A boundary that a process has not come to by then, under load, it does not come to. */
const reachMs = 120_000;

export const stormName = 'workers killed';

/** `kill -9` of a random worker every few seconds, each started again soon after, for the time given and until all messages are sent. */
export function killedWorkers(messages: number, forMs: number): Fault {
  return {
    name: stormName,
    messages,
    sendingMs: forMs,
    async strike(context) {
      const { random } = context;
      const until = performance.now() + forMs;
      const kills: Injected[] = [];
      while (performance.now() < until || context.isSending()) {
        await delay(random.between(1500, 4000));
        kills.push(...kill(context, random.pick(context.workers()), 'kill -9'));
        await delay(random.between(100, 1000));
        await context.startWorker();
      }
      return kills;
    },
  };
}

/** One `kill -9`, nothing else: how long its jobs wait. */
export function killedWorker(messages: number): Fault {
  return {
    name: 'one worker killed',
    messages,
    sendingMs: 1500,
    async strike(context) {
      await delay(700);
      const [worker] = context.workers();
      return worker ? kill(context, worker, 'one kill -9', redeliverySeconds) : [];
    },
    async clear({ startWorker }) {
      await startWorker();
    },
  };
}

function kill(
  { blame }: FaultContext,
  worker: Runner,
  kind: string,
  mostRecoverySeconds?: number,
): readonly Injected[] {
  if (worker.hasEnded()) blame(`${worker.name} had ended before it was killed`);
  worker.kill('SIGKILL');
  return healed(kind, mostRecoverySeconds === undefined ? {} : { mostRecoverySeconds });
}

/** Longer than a lock (15 s) and a stall check (5 s): others have the jobs by the time the worker wakes. */
const frozenMs = 24_000;

/**
 * A worker stands still in the middle of a transaction, with the locks of its accounts in hand, for longer than its jobs are its own, and
 * goes on as if nothing had been.
 */
export function frozenWorker(messages: number): Fault {
  let frozen: Runner | undefined;
  return {
    name: 'worker frozen beyond its lock',
    messages,
    sendingMs: 4000,
    async prepare({ stage }) {
      const breaksAt = { breakpoint: 'after-locks', times: 2, signal: 'SIGSTOP' } as const;
      frozen = await stage.fleet.start({ role: 'worker', breaksAt });
    },
    async strike({ stage, tell, blame }) {
      await eventually('a worker to freeze', reachMs, async () => (await stateOf(frozen)) === 'T');
      const frozenAt = Date.now();
      await delay(frozenMs);
      const open = await countOpenMessages(reading(stage.fulfillment.database));
      tell(
        `a worker frozen with locks in hand for ${frozenMs / 1000} s: ${open} messages open before it woke`,
      );
      if (open > 0) blame(`${open} messages waited for a frozen worker`);
      frozen?.signal('SIGCONT');
      return healed('SIGSTOP', { at: frozenAt, mostRecoverySeconds: redeliverySeconds + 5 });
    },
    async clear({ blame }) {
      // It has found out by itself that its jobs are not its own any more.
      if (frozen?.hasEnded()) blame('a worker that had been frozen ended');
      frozen?.kill('SIGKILL');
    },
  };
}

/** As Linux tells it: `T` is stopped. */
async function stateOf(runner: Runner | undefined): Promise<string | undefined> {
  return /\) (\S)/.exec(await readFile(`/proc/${runner?.pid}/stat`, 'utf8'))?.[1];
}

/** A worker whose clock is an hour ahead, while transient faults make it put messages back; then it is gone. */
export function clockOff(messages: number): Fault {
  let ahead: Runner | undefined;
  return {
    name: 'clock of one worker an hour off',
    messages,
    sendingMs: 4000,
    async prepare({ stage }) {
      ahead = await stage.fleet.start({ role: 'worker', clockOff: true });
    },
    async strike({ stage }) {
      await delay(1000);
      for (let i = 0; i < 10; i += 1) {
        await stage.postgres.terminateBackends();
        await delay(200);
      }
      await delay(1000);
      ahead?.kill('SIGKILL');
      return healed('clock an hour off', { mostRecoverySeconds: afterWipeSeconds(stage) });
    },
  };
}

/** No worker is left: one has to start, and to find what waits. */
const startingAllSeconds = 45;

/** Much longer than a process gives itself (30 s) before it ends with 1. */
const endMs = 120_000;

/** SIGTERM under load, for all workers at once: they finish what they have in hand and leave no job behind that only its lock holds. */
export function terminatedWorkers(messages: number): Fault {
  return {
    name: 'workers told to stop',
    messages,
    sendingMs: 3000,
    async strike({ stage, workers, startWorker, tell, blame }) {
      await delay(1000);
      const told = workers();
      const startedAt = performance.now();
      for (const worker of told) worker.kill('SIGTERM');
      await eventually('workers that were told to stop', endMs, async () =>
        told.every((worker) => worker.hasEnded()),
      );
      tell(`SIGTERM under load: drained in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
      if (!told.every((worker) => worker.endedWell()))
        blame('a worker that was told to stop did not end with 0');
      const left = await jobsInHand(stage.redis.directUrl);
      if (left > 0) blame(`${left} jobs were left behind by workers that were told to stop`);
      const at = Date.now();
      await startWorker();
      return healed('SIGTERM', { at, mostRecoverySeconds: startingAllSeconds });
    },
  };
}

async function jobsInHand(redisUrl: string): Promise<number> {
  const queues = queueNames.map(
    (name) => new Queue(name, { connection: { url: redisUrl }, prefix: 'chancery' }),
  );
  try {
    const counts = await Promise.all(queues.map((queue) => queue.getActiveCount()));
    return counts.reduce((sum, count) => sum + count, 0);
  } finally {
    await Promise.all(queues.map((queue) => queue.close()));
  }
}
