import { expect, onTestFinished, test } from 'vitest';
import { readConfiguration } from '#src/configuration.ts';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { listenHttp } from '#src/process/http-api.ts';
import { openSystem, type System } from '#src/process/system.ts';
import { listenProbes } from '#src/process/worker-probes.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { existing } from '#test/fulfillment/ending.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';
import { openQueueSite, silent } from '#test/workers/open-queue-site.ts';
import { watchStandstill } from '#workers/standstill.ts';
import { startWorkers } from '#workers/worker-process.ts';

/** The time in which liveness must have told of a standstill. */
const boundSeconds = 60;
const countingSeconds = 10;

function clock(): { readonly now: () => number; readonly pass: (seconds: number) => void } {
  let milliseconds = 0;
  return { now: () => milliseconds, pass: (seconds) => void (milliseconds += seconds * 1000) };
}

describeOnBothBackends('a standstill is told', (redisUrl) => {
  test.each(['upgrade-orders', 'registrations', 'merge-requests', 'certificates'] as const)(
    'within a minute when jobs of %s wait and no worker takes one',
    async (name) => {
      const { queues } = await openQueueSite(redisUrl);
      const { now, pass } = clock();
      const watch = watchStandstill(queues, now);
      await queues.all[name].add('any', {});
      pass(countingSeconds);
      await watch.count();
      expect(watch.standstill()).toBeUndefined();
      pass(boundSeconds - countingSeconds);
      await watch.count();
      expect(watch.standstill()).toBe(`No job of the queue ${name} has ended for 50 s, while some wait.`);
    },
  );

  test('while other queues go on', async () => {
    const { queues } = await openQueueSite(redisUrl);
    const { now, pass } = clock();
    const watch = watchStandstill(queues, now);
    watch.progress['upgrade-orders'].begun();
    pass(boundSeconds);
    watch.progress.certificates.begun();
    watch.progress.certificates.ended();
    expect(watch.standstill()).toContain('upgrade-orders');
  });

  test('never of a queue that somebody paused, nor when there is nothing to do', async () => {
    const { queues } = await openQueueSite(redisUrl);
    const { now, pass } = clock();
    const watch = watchStandstill(queues, now);
    const queue = queues.all['upgrade-orders'];
    await queue.add('any', {});
    await watch.count();
    await queue.pause();
    await watch.count();
    pass(boundSeconds);
    await watch.count();
    // In Redis a paused queue's jobs wait like any others: the state alone does not tell.
    expect(await queue.getJobCounts('wait')).toEqual({ wait: redisUrl === null ? 0 : 1 });
    expect(watch.standstill()).toBeUndefined();
    await queue.resume();
    await watch.count();
    pass(boundSeconds);
    await watch.count();
    expect(watch.standstill()).toContain('upgrade-orders');
  });

  test('at once when a worker has stopped by itself', async () => {
    const { queues } = await openQueueSite(redisUrl);
    const watch = watchStandstill(queues);
    expect(watch.standstill()).toBeUndefined();
    watch.stopped('certificates');
    expect(watch.standstill()).toBe('The worker of the queue certificates has stopped.');
  });
});

async function systemOn(databaseUrl: string): Promise<System> {
  const configuration = readConfiguration({
    HTTP_PORT: '0',
    HTTP_HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
  });
  return openSystem({ configuration, databaseUrl, log: silent, poolSize: 8, applicationName: 'test' });
}

test('/health/live of a worker, and of a process that is api and worker, answers 503 when nothing moves', async () => {
  const ledger = await openLedger();
  const system = await systemOn(ledger.url);
  const hold = Promise.withResolvers<void>();
  const inHand = Promise.withResolvers<void>();
  const { now, pass } = clock();
  const workers = startWorkers({
    ...system,
    sizes: system.configuration,
    fulfillment: {
      ...system.fulfillment,
      at: async (breakpoint) => {
        if (breakpoint !== 'before-claim') return;
        inHand.resolve();
        await hold.promise;
      },
    },
    now,
  });
  const parts = [
    existing(
      await listenProbes(
        system,
        () => false,
        () => workers.standstill(),
      ),
    ),
    await listenHttp(
      system,
      () => false,
      () => workers.standstill(),
    ),
  ];
  onTestFinished(async () => {
    for (const part of parts) await part.close();
    await workers.close(10_000);
    await system.close();
  });
  const statuses = () =>
    Promise.all(parts.map(async ({ url }) => (await fetch(`${url}/health/live`)).status));
  const [accepted] = await acceptMessages(ledger.fulfillment, [order()], 'test');
  await system.queues.enqueueRecorded('upgrade-order', accepted && 'id' in accepted ? [accepted.id] : []);
  await inHand.promise;
  expect(await statuses()).toEqual([200, 200]);
  pass(boundSeconds);
  expect(await statuses()).toEqual([503, 503]);
  hold.resolve();
  await expect.poll(statuses, { timeout: 120_000 }).toEqual([200, 200]);
});
