import { expect, onTestFinished, test } from 'vitest';
import { openSigningKey } from '#src/fulfillment/open-signing-key.ts';
import { reading, statement } from '#src/persistence/database.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { decideAll } from '#test/fulfillment/ending.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import { openQueueSite, silent } from '#test/workers/open-queue-site.ts';
import { createRenderingAnnouncer } from '#workers/rendering-announcer.ts';
import { startWorkers } from '#workers/worker-process.ts';

const names = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    number: `LC-2026-${String(from + i).padStart(7, '0')}`,
    version: 1,
  }));

describeOnBothBackends('certificates that are to be rendered', (redisUrl) => {
  test('are announced until many wait on their queue, and not beyond', async () => {
    const { queues } = await openQueueSite(redisUrl);
    const announce = createRenderingAnnouncer(queues);
    await announce(names(1, 1500));
    await announce(names(1501, 500));
    await announce(names(2001, 100));
    expect(await queues.all.certificates.getWaitingCount()).toBe(2000);
    await createRenderingAnnouncer(queues)(names(3001, 100));
    expect(await queues.all.certificates.getWaitingCount()).toBe(2000);
  });

  test('and were not announced are found when the queue has run empty', async () => {
    const { backend, database, fulfillment, queues } = await openQueueSite(redisUrl);
    const workers = startWorkers({
      sizes: {
        workerConcurrency: 10,
        batchSize: 10,
        batchSlots: 1,
        certificateConcurrency: 1,
        reconcileIntervalSeconds: 3600,
      },
      fulfillment,
      backend,
      queues,
      signingKey: await openSigningKey(database, undefined),
      log: silent,
    });
    onTestFinished(async () => void (await workers.close(10_000)));
    const rendered = async () =>
      (await statement(reading(database), 'select number from certificate where rendered_at is not null'))
        .length;
    await decideAll(fulfillment, order({ orderNumber: 'PO-1' }), order({ orderNumber: 'PO-2' }));
    const [first] = await statement<{ readonly number: string }>(
      reading(database),
      'select number from certificate order by number limit 1',
    );
    await queues.enqueueRendering([{ number: first?.number ?? '', version: 1 }]);
    await expect.poll(rendered, { timeout: 20_000 }).toBe(2);
  });
});
