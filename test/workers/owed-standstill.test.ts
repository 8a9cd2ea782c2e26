import { UnrecoverableError } from 'bullmq';
import { expect, test } from 'vitest';
import { openMessagesFinding } from '#src/doctor/open-messages.ts';
import { decideIsolated } from '#src/fulfillment/batch/decide-isolated.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import { openQueueSite } from '#test/workers/open-queue-site.ts';
import { watchOwed } from '#workers/owed-standstill.ts';

describeOnBothBackends('what was accepted and is not decided', (redisUrl) => {
  const opened = async () => {
    const site = await openQueueSite(redisUrl);
    let seconds = 0;
    const watch = watchOwed(site.database, site.queues, () => seconds * 1000);
    const pass = async (more: number) => {
      seconds += more;
      await watch.count();
    };
    /** As if it had been accepted earlier. */
    const age = () => site.query("update message set accepted_at = accepted_at - interval '10 minutes'");
    return { ...site, watch, pass, age };
  };

  test('is told though all servers answer, until something is decided', async () => {
    const { watch, pass, age, accept, fulfillment, database } = await opened();
    await pass(0);
    const [id = ''] = await accept(order());
    await age();
    await pass(10);
    expect(watch.standstill()).toBeUndefined();
    await pass(50);
    expect(watch.standstill()).toBe('Accepted messages are open, and none has been decided for 60 s.');
    expect(await openMessagesFinding(database)).toMatchObject({ verdict: 'problem' });
    await decideIsolated(fulfillment, [{ recorded: id }]);
    await pass(10);
    expect(watch.standstill()).toBeUndefined();
    expect(await openMessagesFinding(database)).toMatchObject({ verdict: 'ok' });
  });

  test('is not told of a job that failed for good, which a person has to look at', async () => {
    const { watch, pass, age, accept, queues, workOff } = await opened();
    await pass(0);
    await queues.enqueueRecorded('upgrade-order', await accept(order()));
    await age();
    await workOff('upgrade-orders', 1, () =>
      Promise.reject(new UnrecoverableError('INTERNAL_ERROR: broken')),
    );
    await pass(100);
    await pass(100);
    expect(watch.standstill()).toBeUndefined();
  });

  test('is not told of a queue that somebody has paused', async () => {
    const { watch, pass, age, accept, queues } = await opened();
    await pass(0);
    await accept(order());
    await age();
    await queues.all['upgrade-orders'].pause();
    await pass(100);
    await pass(100);
    expect(watch.standstill()).toBeUndefined();
    await queues.all['upgrade-orders'].resume();
    await pass(100);
    expect(watch.standstill()).toContain('none has been decided for 100 s');
  });

  test('is nothing when nothing is open', async () => {
    const { watch, pass } = await opened();
    await pass(100);
    await pass(100);
    expect(watch.standstill()).toBeUndefined();
  });
});
