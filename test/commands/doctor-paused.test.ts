import { expect, onTestFinished, test } from 'vitest';
import { readConfiguration } from '#src/configuration.ts';
import { examineDatabase } from '#src/doctor/database.ts';
import { pausedFindings } from '#src/doctor/paused.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { freshQueuePrefix } from '#test/environment/redis.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';
import { prepareQueues } from '#workers/prepare-queues.ts';
import { createQueueBackend } from '#workers/queue-backend.ts';

describeOnBothBackends('queues that somebody paused', (redisUrl) => {
  test('are named by the doctor, until they are resumed', async () => {
    const { url } = await openLedger();
    await prepareQueues(url);
    const backend = createQueueBackend({
      redisUrl: redisUrl === null ? undefined : [redisUrl],
      databaseUrl: url,
      ...(redisUrl !== null && { prefix: freshQueuePrefix() }),
      onError: () => {},
    });
    onTestFinished(() => backend.close());
    const said = async () =>
      (redisUrl === null
        ? await examineDatabase(url, readConfiguration({ DATABASE_URL: url }))
        : await pausedFindings(backend)
      ).flatMap(({ id, message }) => (id === 'queues-paused' ? [message] : []));
    expect(await said()).toEqual([]);
    const [orders, mails] = [backend.openQueue('upgrade-orders'), backend.openQueue('mails')];
    onTestFinished(async () => void (await Promise.all([orders.close(), mails.close()])));
    await orders.pause();
    expect(await said()).toEqual(['upgrade-orders is paused: what they are for waits']);
    await mails.pause();
    expect(await said()).toEqual(['upgrade-orders, mails are paused: what they are for waits']);
    await Promise.all([orders.resume(), mails.resume()]);
    expect(await said()).toEqual([]);
  });
});
