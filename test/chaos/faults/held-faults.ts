import { kinds } from '#jobs/kinds.ts';
import { reading, statement } from '#src/persistence/database.ts';
import { healed, type Fault } from '#test/chaos/faults/fault.ts';
import type { Ended } from '#test/chaos/load/ended.ts';
import { untilNoneLeft } from '#test/chaos/load/patience.ts';
import { eventually } from '#test/chaos/stage/processes.ts';
import { lookAtQueues } from '#test/chaos/stage/queue-look.ts';

/**
 * One worker alone has jobs in hand that a plain producer added once and that nobody has recorded; another one starts; the first is
 * killed by kill -9. Nothing but the end of its locks brings the jobs back, and how long that takes is told by when they were decided.
 */
export function heldJobsOfKilledWorker(jobs: number): Fault {
  const name = `kill -9 of a worker with ${jobs} jobs in hand`;
  return {
    name,
    messages: 0,
    sendingMs: 0,
    async strike({ stage, producers, workers, startWorker, blame }) {
      const { fulfillment, fleet, world } = stage;
      const database = reading(fulfillment.database);
      const resting = workers();
      for (const worker of resting) worker.kill('SIGTERM');
      await Promise.all(resting.map(({ ended }) => ended));
      const holding = await fleet.start({
        role: 'worker',
        breaksAt: { breakpoint: 'after-locks', times: 1, signal: 'none' },
      });
      const numbers = Array.from({ length: jobs }, (_, i) => `HELD-${Date.now()}-${i}`);
      const killed = lookAtQueues(stage.queues, async (queues) => {
        const { queue, jobName } = kinds['upgrade-order'];
        const ids = await Promise.all(
          numbers.map((orderNumber, i) =>
            producers.byJob(
              queue,
              jobName,
              heldOrder(orderNumber, world.accounts[i % world.accounts.length]?.id ?? ''),
            ),
          ),
        );
        // Besides them it may have what an earlier fault left to be delivered again.
        const held = async () => {
          const inHand = new Set(
            (await queues.inHand()).flatMap((job) => (job.queueName === queue ? [job.id] : [])),
          );
          return ids.filter((id) => inHand.has(id)).length;
        };
        await eventually('a worker to have the jobs in hand', 300_000, async () => (await held()) === jobs);
        await startWorker();
        const recorded = await statement(database, recordedSql, [numbers]);
        if (recorded.length > 0 || (await held()) !== jobs)
          blame('jobs were not in the hand of the worker that was to be killed');
        const killedAt = Date.now();
        holding.kill('SIGKILL');
        const left = await untilNoneLeft(
          async () =>
            jobs - (await statement(database, `${recordedSql} and decided_at is not null`, [numbers])).length,
        );
        if (left !== 0)
          blame(`${left ?? 'nobody knows how many'} jobs of the killed worker did not run again`);
        const measured = await statement<Ended>(
          database,
          `select $2::float8 as "begunAt", (extract(epoch from decided_at) * 1000)::float8 as "endedAt"
           from message where number = any($1::text[]) and decided_at is not null`,
          [numbers, killedAt],
        );
        return healed(name, { at: killedAt, mostRecoverySeconds: stage.queues.redeliverySeconds, measured });
      });
      // Whatever fails: alive, it would keep its jobs for ever.
      return killed.finally(() => holding.kill('SIGKILL'));
    },
  };
}

const recordedSql = 'select from message where number = any($1::text[])';

function heldOrder(orderNumber: string, account: string): Readonly<Record<string, unknown>> {
  return {
    reseller: 'northwind',
    orderNumber,
    placedAt: new Date().toISOString(),
    customer: { account, company: 'Customer GmbH', email: 'it@customer.example' },
    suite: 'SPE',
    seats: 300,
    term: 'P1Y',
  };
}
