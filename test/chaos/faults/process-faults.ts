import { setTimeout as delay } from 'node:timers/promises';
import { healed, type Fault, type FaultContext, type Injected } from '#test/chaos/faults/fault.ts';
import type { Runner } from '#test/chaos/stage/fleet.ts';
import { eventually } from '#test/chaos/stage/processes.ts';
import { lookAtQueues } from '#test/chaos/stage/queue-look.ts';

export const stormName = 'workers killed';

/**
 * `kill -9` of a random worker every two to five seconds, until the time is over and all messages are sent. Another one is started at
 * once, and nobody waits until it works; the last that works is left alone until then.
 */
export function killedWorkers(messages: number, forMs: number): Fault {
  return {
    name: stormName,
    messages,
    sendingMs: forMs,
    async prepare({ startWorker }) {
      await startWorker();
    },
    async strike(context) {
      const { random, workers, startWorker } = context;
      const until = performance.now() + forMs;
      const kills: Injected[] = [];
      const starting = new Set<Promise<boolean>>();
      const start = () => {
        const started: Promise<boolean> = startWorker()
          .catch((error: unknown) => context.blame(`a worker did not start: ${String(error)}`))
          .then(() => starting.delete(started));
        starting.add(started);
      };
      while (performance.now() < until || context.isSending()) {
        await delay(random.between(2000, 5000));
        if (workers().length < 2) await Promise.race(starting);
        const working = workers();
        if (working.length < 2) continue;
        kills.push(...kill(context, random.pick(working), 'kill -9'));
        start();
      }
      await Promise.all(starting);
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
      return worker ? kill(context, worker, 'one kill -9', context.stage.queues.redeliverySeconds) : [];
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

/** No worker is left: one has to start, and to find what waits. */
const startingAllSeconds = 45;

/** Much longer than a process gives itself (30 s) before it ends with 1. */
const endMs = 300_000;

/** SIGTERM under load, for all workers at once: they finish what they have in hand and leave no job behind that only its lock holds. */
export function terminatedWorkers(messages: number): Fault {
  return {
    name: 'workers told to stop',
    messages,
    sendingMs: 3000,
    async prepare({ stage }) {
      // What a process had in hand that an earlier fault killed is its own until its lock ends, whoever has decided it meanwhile.
      await lookAtQueues(stage.queues, (queues) =>
        eventually(
          'the jobs of dead processes to be given up',
          endMs,
          async () => (await queues.inHand()).length === 0,
        ),
      );
    },
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
      const left = await lookAtQueues(stage.queues, async (queues) => (await queues.inHand()).length);
      if (left > 0) blame(`${left} jobs were left behind by workers that were told to stop`);
      const at = Date.now();
      await startWorker();
      return healed('SIGTERM', { at, mostRecoverySeconds: startingAllSeconds });
    },
  };
}
