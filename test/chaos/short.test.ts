import { describe, expect, test } from 'vitest';
import { runChaos } from '#test/chaos/chaos.ts';
import { crashPoints } from '#test/chaos/faults/crash-faults.ts';
import type { Fault } from '#test/chaos/faults/fault.ts';
import { backendsTerminated } from '#test/chaos/faults/postgres-faults.ts';
import { redisCutOff, redisFlushed } from '#test/chaos/faults/redis-faults.ts';
import { watchCanary } from '#test/chaos/judge/canary.ts';
import { hasRedisServer } from '#test/environment/redis-program.ts';

/** Starts ten processes on a machine that may be busy, and waits for locks: a minute and a half when it is not. */
const deadlineMs = 300_000;

describe.runIf(hasRedisServer)('a short run of the breaking suite (needs a redis-server on the PATH)', () => {
  test(
    'crashes at boundaries, a queue server that is flushed or away and ended connections lose nothing and do nothing twice',
    async () => {
      const faults: Fault[] = [
        crashPoints(
          60,
          'before-commit',
          'after-settling',
          'storing-certificate',
          'between-accept-and-enqueue',
        ),
        redisFlushed(40),
        redisCutOff(40, 20_000, 'refused'),
        backendsTerminated(40, 2000),
      ];
      const report = await runChaos({
        seed: 20261122,
        accounts: 60,
        reconcileSeconds: 5,
        nextFault: () => faults.shift(),
        inspect: watchCanary,
        log: () => {},
      });
      expect(report).toMatchObject({
        wrong: [],
        lost: 0,
        doubled: 0,
        books: { open: 0, contradictions: [] },
      });
      // What is not sent is not judged either.
      expect(report.changes.filter(({ decided }) => decided === 0)).toEqual([]);
      expect(report.changes.filter(({ fulfilled }) => fulfilled > 0).length).toBeGreaterThan(2);
      expect(report.faults.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining([
          'crash before-commit',
          'crash after-settling',
          'FLUSHALL',
          'Redis refused for 20 s',
        ]),
      );
    },
    deadlineMs,
  );
});
