import { expect, test } from 'vitest';
import { z } from 'zod';
import { kinds } from '#jobs/kinds.ts';
import { openDeliverySite } from '#test/delivery/delivery-site.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { eventually } from '#test/environment/redis-places.ts';
import { outcomeById } from '#test/fulfillment/ending.ts';
import * as rows from '#test/lifecycle/rows.ts';
import { World, type Teller } from '#test/lifecycle/world.ts';

const returned = z.strictObject({ id: z.uuid(), status: z.string(), code: z.string().optional() });

describeOnBothBackends('the rows of order life, from a plain producer', (redisUrl) => {
  test('end as they do through HTTP, and each job returns how', async () => {
    const site = await openDeliverySite(redisUrl);
    await site.startWorkers();
    const tell: Teller = async (kind, data) => {
      const queue = site.queues[kind];
      const { id: jobId = '' } = await queue.add(kinds[kind].jobName, data);
      let value: unknown;
      await eventually(async () => {
        const job = await queue.getJob(jobId);
        if (await job?.isFailed()) throw new Error(`The job failed: ${job?.failedReason}`);
        if (!(await job?.isCompleted())) return false;
        value = (await queue.getJob(jobId))?.returnvalue;
        return true;
      });
      const { id, status, code } = returned.parse(value);
      const outcome = await outcomeById(site.fulfillment, id);
      expect({ status: outcome.status, code: outcome.reason?.code }).toEqual({ status, code });
      return id;
    };
    const cases = Object.values(rows).flat();
    await Promise.all(
      [0, 1, 2, 3].map(async (lane) => {
        for (const [i, { name, run }] of cases.entries()) {
          if (i % 4 !== lane) continue;
          const [outcome, expected] = await run(await World.open(site.fulfillment, tell, `row-${i}`));
          expect(outcome, name).toMatchObject(expected);
        }
      }),
    );
  });
});
