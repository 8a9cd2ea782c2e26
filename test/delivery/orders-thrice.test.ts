import { expect, test } from 'vitest';
import { seededRandom } from '#test/chaos/random.ts';
import { allEnded, openDeliverySite } from '#test/delivery/delivery-site.ts';
import { expectSequentialState, expectSoundEnding } from '#test/delivery/expected-state.ts';
import { describeOnBothBackends, loadOf } from '#test/delivery/on-both-backends.ts';
import { accountNames, givenRandomHoldings } from '#test/delivery/random-holdings.ts';
import { randomOrder } from '#test/delivery/random-messages.ts';
import type { Ledger } from '#test/fulfillment/open-ledger.ts';

const accounts = accountNames(60);
const seed = 20_261_122;

describeOnBothBackends(
  'Orders delivered three times each in random order to two worker processes at once',
  (redisUrl) => {
    test(
      'yield the state of delivering each once in the recorded order of acceptance',
      { timeout: 600_000 },
      async () => {
        const orderCount = loadOf(1000, redisUrl);
        const random = seededRandom(seed);
        const begin = ({ database }: Ledger) =>
          givenRandomHoldings(database, accounts, seededRandom(seed + 1));
        const site = await openDeliverySite(redisUrl);
        await begin(site);
        await site.spawnWorkers(2);
        const orders = Array.from({ length: orderCount }, (_, i) => randomOrder(`PO-${i}`, accounts, random));
        const deliveries = random.shuffled([...orders, ...orders, ...orders]);
        for (let i = 0; i < deliveries.length; i += 250) {
          const jobs = deliveries.slice(i, i + 250).map((data) => ({ name: 'upgrade-order.v1', data }));
          await site.queues['upgrade-order'].addBulk(jobs);
        }
        await allEnded(site);
        await expectSoundEnding(site);
        expect(await site.query('select count(*)::integer as count from message')).toEqual([
          { count: orderCount },
        ]);
        const statuses = await site.query<{ readonly status: string }>(
          'select distinct status from message order by status',
        );
        expect(statuses.map(({ status }) => status)).toEqual(['fulfilled', 'held', 'rejected']);
        await expectSequentialState(site, 'acceptance', begin);
      },
    );
  },
);
