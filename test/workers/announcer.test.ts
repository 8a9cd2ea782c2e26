import { expect, onTestFinished, test } from 'vitest';
import { nothingOwed, type CertificateName } from '#src/fulfillment/fulfillment.ts';
import { openSigningKey } from '#src/fulfillment/open-signing-key.ts';
import { reading, statement } from '#src/persistence/database.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { decideAll } from '#test/fulfillment/ending.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import { openQueueSite, silent, type QueueSite } from '#test/workers/open-queue-site.ts';
import { createAnnouncer } from '#workers/announcer.ts';
import { renderingJob } from '#workers/certificate-worker.ts';
import { startWorkers } from '#workers/worker-process.ts';

const names = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    number: `LC-2026-${String(from + i).padStart(7, '0')}`,
    version: 1,
  }));

describeOnBothBackends('certificates that are to be rendered', (redisUrl) => {
  test('are announced until many wait on their queue, and not beyond', async () => {
    const { queues } = await openQueueSite(redisUrl);
    const announce = createAnnouncer(queues);
    await announce({ ...nothingOwed, certificates: names(1, 1500) });
    await announce({ ...nothingOwed, certificates: names(1501, 500) });
    await announce({ ...nothingOwed, certificates: names(2001, 100) });
    expect(await queues.all.certificates.getWaitingCount()).toBe(2000);
    await createAnnouncer(queues)({ ...nothingOwed, certificates: names(3001, 100) });
    expect(await queues.all.certificates.getWaitingCount()).toBe(2000);
  });

  test('and break the rendering cost those beside them nothing', async () => {
    const site = await openQueueSite(redisUrl);
    await decideAll(site.fulfillment, order({ orderNumber: 'PO-1' }), order({ orderNumber: 'PO-2' }));
    await site.query(`update certificate set facts = '{"layout": 1, "kind": "upgrade"}' where version = 1`);
    await site.queues.enqueue('certificates', (await certificatesOf(site)).map(renderingJob));
    await start(site);
    await expect.poll(() => renderedOf(site), { timeout: 120_000 }).toEqual([{ version: 2 }]);
    await expect
      .poll(() => site.query('select version from certificate where rendered_at is null'), {
        timeout: 120_000,
      })
      .toEqual([{ version: 1 }]);
  });

  test('and were not announced are found when the queue has run empty', async () => {
    const site = await openQueueSite(redisUrl);
    const { fulfillment, queues } = site;
    await start(site);
    await decideAll(fulfillment, order({ orderNumber: 'PO-1' }), order({ orderNumber: 'PO-2' }));
    await queues.enqueue('certificates', (await certificatesOf(site)).slice(0, 1).map(renderingJob));
    await expect.poll(() => renderedOf(site), { timeout: 120_000 }).toHaveLength(2);
  });
});

async function start({ backend, database, fulfillment, queues }: QueueSite): Promise<void> {
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
}

function certificatesOf({ database }: QueueSite) {
  return statement<CertificateName>(
    reading(database),
    'select number, version from certificate order by number, version',
  );
}

function renderedOf({ database }: QueueSite) {
  return statement(reading(database), 'select version from certificate where rendered_at is not null');
}
