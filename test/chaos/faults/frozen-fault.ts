import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { healed, type Fault } from '#test/chaos/faults/fault.ts';
import { untilNoneLeft, untilSoOrStill } from '#test/chaos/load/patience.ts';
import { workDone } from '#test/chaos/load/work-done.ts';
import type { Runner } from '#test/chaos/stage/fleet.ts';
import { eventually } from '#test/chaos/stage/processes.ts';
import { lookAtQueues } from '#test/chaos/stage/queue-look.ts';

/** Longer than a lock (15 s) and a stall check (2 s): others have the jobs by the time the worker wakes. */
const frozenMs = 24_000;

/** For a process that wakes to find out that its jobs are not its own any more, and to say so. */
const wakingMs = 300_000;

/** So long without a word: it has said what it has to say. */
const quietMs = 2000;

/**
 * A worker stands still in the middle of a transaction, with the locks of its accounts in hand, for longer than its jobs are its own, and
 * goes on as if nothing had been. What it had in hand must have ended by then, what comes of it afterwards is judged, and it lives until
 * that is done.
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
      const runner = frozen;
      if (!runner) throw new Error('There is no worker to freeze.');
      if (
        !(await untilSoOrStill(
          async () => (await stateOf(runner)) === 'T',
          () => workDone(stage),
          50,
        ))
      )
        throw new Error('No worker froze, and nothing moves any more.');
      const at = Date.now();
      await lookAtQueues(stage.queues, async (queues) => {
        // The others' jobs of this moment end at once; what lasts is the frozen worker's, recorded or not.
        let held = await queues.inHand();
        if (held.length === 0) blame('the frozen worker had no job in hand');
        const inAll = held.length;
        const left = await untilNoneLeft(async () => (held = await queues.unended(held)).length);
        const endedMs = Date.now() - at;
        if (left !== 0) blame(`${left ?? 'nobody knows how many'} jobs waited for a frozen worker`);
        tell(
          `a worker frozen with locks in hand: the ${inAll} jobs in hand then had ended after ${(endedMs / 1000).toFixed(1)} s, without it`,
        );
        await delay(Math.max(0, frozenMs - endedMs));
      });
      const before = (await runner.log()).length;
      runner.signal('SIGCONT');
      const since = async () => (await runner.log()).slice(before);
      await eventually('the frozen worker to show that it woke', wakingMs, async () =>
        /"outcome":"(?:put back|failed)"/.test(await since()),
      ).catch(async () => blame(`a worker that woke did not say that it gave up its jobs: ${await since()}`));
      await quiet(since);
      return healed('SIGSTOP', { at, mostRecoverySeconds: stage.queues.redeliverySeconds + 5 });
    },
    async clear({ blame }) {
      // It has found out by itself that its jobs are not its own any more.
      if (frozen?.hasEnded()) blame('a worker that had been frozen ended');
      frozen?.kill('SIGKILL');
    },
  };
}

async function quiet(said: () => Promise<string>): Promise<void> {
  const until = performance.now() + wakingMs;
  for (let length = -1; performance.now() < until; await delay(quietMs)) {
    const now = (await said()).length;
    if (now === length) return;
    length = now;
  }
}

/** As Linux tells it: `T` is stopped. */
async function stateOf({ pid }: Runner): Promise<string | undefined> {
  return /\) (\S)/.exec(await readFile(`/proc/${pid}/stat`, 'utf8'))?.[1];
}
