import { parseMessage, type Message } from '#jobs/message.ts';
import { acceptMessages } from '#src/fulfillment/accept-messages.ts';
import { countOpenMessages } from '#src/persistence/open-work.ts';
import { reading } from '#src/persistence/database.ts';
import { healed, type Fault } from '#test/chaos/faults/fault.ts';
import { canaryAccount } from '#test/chaos/load/world.ts';
import { untilNoneLeft } from '#test/chaos/load/patience.ts';

/**
 * A long backlog is worked off when the queue server forgets everything. The orders are accepted in bulk, as a feed import does it, and
 * put on the queue by the reconciler of the workers that start.
 */
export function backlogWiped(orders: number): Fault {
  return {
    name: `Redis loses everything in the middle of ${orders} orders`,
    messages: 20,
    sendingMs: 2000,
    async strike({ stage, workers, startWorker, tell, blame }) {
      const { fulfillment, redis, reconcileSeconds } = stage;
      const open = () => countOpenMessages(reading(fulfillment.database));
      const resting = workers();
      for (const worker of resting) worker.kill('SIGTERM');
      await Promise.all(resting.map(({ ended }) => ended));
      const accounts = stage.world.accounts.map(({ id }) => id).filter((id) => id !== canaryAccount);
      for (let from = 0; from < orders; from += 500)
        await acceptMessages(
          fulfillment,
          Array.from({ length: Math.min(500, orders - from) }, (_, i) => backlogOrder(from + i, accounts)),
          'feed backlog.csv',
        );
      const before = await open();
      const startedAt = performance.now();
      await Promise.all([startWorker(), startWorker()]);
      await untilNoneLeft(async () => Math.max(0, (await open()) - before / 2), 50);
      const halfSeconds = (performance.now() - startedAt) / 1000;
      await redis.flushAll();
      const wipedAt = Date.now();
      const left = await open();
      await untilNoneLeft(open, 200);
      const restSeconds = (Date.now() - wipedAt) / 1000;
      const delaySeconds = restSeconds - (halfSeconds * left) / Math.max(1, before - left);
      tell(
        `Redis wiped with ${left} of ${orders} orders left: they ended ${restSeconds.toFixed(1)} s later, ${Math.max(0, delaySeconds).toFixed(1)} s of it delay (two reconciler intervals are ${reconcileSeconds * 2} s)`,
      );
      if (delaySeconds > reconcileSeconds * 2)
        blame(`the wipe delayed the backlog by ${delaySeconds.toFixed(1)} s`);
      return healed('Redis wiped under a backlog', { at: wipedAt });
    },
  };
}

function backlogOrder(number: number, accounts: readonly string[]): Message {
  const account = accounts[number % accounts.length] ?? '';
  const parsed = parseMessage('upgrade-order', {
    reseller: 'northwind',
    orderNumber: `BACKLOG-${number}`,
    placedAt: new Date().toISOString(),
    customer: { account, company: 'Customer GmbH', email: 'it@customer.example' },
    suite: 'SPE',
    seats: 300 + number,
    term: 'P1Y',
  });
  if (!parsed.ok) throw new Error('An order of the backlog does not parse.');
  return parsed.message;
}
