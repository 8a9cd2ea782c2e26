import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#src/persistence/database.ts';
import { openGate } from '#test/delivery/gate.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import { openQueueSite, silent } from '#test/workers/open-queue-site.ts';
import type { Retried } from '#workers/jobs-in-the-way.ts';
import { openLookout } from '#workers/lookout.ts';
import { reconcile } from '#workers/reconciler.ts';

describeOnBothBackends('the looks of a worker process', (redisUrl) => {
  test('come again within seconds of one that failed, when PostgreSQL is back', async () => {
    const { url, fulfillment, queues, accept } = await openQueueSite(redisUrl);
    const ids = await accept(order());
    const gate = await openGate(url);
    await gate.shut();
    const database = openDatabase(gate.url);
    const failed = Promise.withResolvers<void>();
    const lookout = openLookout({
      intervalMs: 3_600_000,
      look: async (olderThanSeconds, retried) => {
        try {
          return await reconcile({ ...fulfillment, database }, queues, olderThanSeconds, silent, retried);
        } catch (error) {
          failed.resolve();
          throw error;
        }
      },
      log: silent,
    });
    onTestFinished(async () => {
      lookout.close();
      await database.close();
    });
    await failed.promise;
    await gate.open();
    await expect
      .poll(() => queues.all['upgrade-orders'].getWaiting(), { timeout: 120_000, interval: 50 })
      .toMatchObject(ids.map((id) => ({ id })));
  });

  test('retry everything until one of them was the first to look, then only what failed for passing reasons', async () => {
    const { fulfillment, queues } = await openQueueSite(redisUrl);
    const asked: Retried[] = [];
    const lookout = openLookout({
      intervalMs: 20,
      look: async (olderThanSeconds, retried) => {
        asked.push(retried);
        if (asked.length === 1)
          return { messages: 0, certificates: 0, mails: 0, deliveries: 0, looked: false };
        return reconcile(fulfillment, queues, olderThanSeconds, silent, retried);
      },
      log: silent,
    });
    onTestFinished(() => lookout.close());
    await expect.poll(() => asked.at(-1)).toBe('transient');
    expect(asked.slice(0, 2)).toEqual(['all', 'all']);
  });
});
