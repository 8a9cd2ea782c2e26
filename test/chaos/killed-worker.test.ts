import { describe, expect, test } from 'vitest';
import { runChaos } from '#test/chaos/chaos.ts';
import { heldJobsOfKilledWorker } from '#test/chaos/faults/held-faults.ts';
import { hasRedisServer } from '#test/environment/redis-program.ts';

/** A lock, a stall check, and the start of five processes on a machine that may be busy: half a minute when it is not. */
const deadlineMs = 180_000;

describe.runIf(hasRedisServer)('kill -9 of a worker (needs a redis-server on the PATH)', () => {
  test(
    'the jobs that a worker had in hand when it was killed run again within 20 s, each once',
    async () => {
      const faults = [heldJobsOfKilledWorker(40)];
      const report = await runChaos({
        seed: 20261122,
        accounts: 60,
        reconcileSeconds: 30,
        nextFault: () => faults.shift(),
        log: () => {},
      });
      expect(report).toMatchObject({ wrong: [], doubled: 0, books: { accepted: 40, open: 0 } });
      expect(report.faults).toMatchObject([{ times: 1, waiting: 40 }]);
      expect(report.faults[0]?.recoveryMaxSeconds).toBeLessThanOrEqual(20);
    },
    deadlineMs,
  );
});
