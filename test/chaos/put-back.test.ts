import { DelayedError } from 'bullmq';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { backoffMs } from '#src/mechanisms/backoff.ts';
import { eventually } from '#test/chaos/stage/processes.ts';
import { describeWithRedis, freshQueuePrefix } from '#test/environment/redis.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';
import { createQueueBackend } from '#workers/queue-backend.ts';
import { openQueues } from '#workers/queues.ts';
import { reconcile } from '#workers/reconciler.ts';

const anHourMs = 3_600_000;

describeWithRedis('what a worker whose clock is ahead has put back', (redisUrl) => {
  test('is released by the next look of the reconciler; what a producer delayed stays', async () => {
    const { url: databaseUrl, fulfillment } = await openLedger();
    const backend = createQueueBackend({
      redisUrl: [redisUrl],
      databaseUrl,
      prefix: freshQueuePrefix(),
      onError: () => {},
    });
    const queues = openQueues(backend);
    onTestFinished(() => queues.close());
    const queue = queues.all['upgrade-orders'];
    await queue.waitUntilReady();
    await queue.add('upgrade-order.v1', {}, { delay: anHourMs, jobId: 'for-later' });
    await queue.add('upgrade-order.v1', {}, { jobId: 'put-back' });
    const ahead = backend.openWorker(
      'upgrade-orders',
      async (job, token) => {
        await job.moveToDelayed(Date.now() + anHourMs, token);
        throw new DelayedError();
      },
      { concurrency: 1, backoff: backoffMs },
    );
    void ahead.run();
    await eventually('the job to be put back', 120_000, async () => (await queue.getDelayedCount()) === 2);
    await ahead.close();

    await reconcile(fulfillment, queues, 0, pino({ level: 'silent' }));
    expect((await queue.getWaiting()).map((job) => job?.id)).toEqual(['put-back']);
    expect((await queue.getDelayed()).map((job) => job?.id)).toEqual(['for-later']);
  });
});
