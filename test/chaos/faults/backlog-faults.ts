import { parseMessage, type Message } from '#jobs/message.ts';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { reading, statement, type Database } from '#src/persistence/database.ts';
import { healed, type Fault } from '#test/chaos/faults/fault.ts';
import type { Ended } from '#test/chaos/load/ended.ts';
import { untilNoneLeft } from '#test/chaos/load/patience.ts';
import { lookAtQueues } from '#test/chaos/stage/queue-look.ts';
import { redisOf } from '#test/chaos/stage/stage.ts';

/** So many orders must wait on the queue, in nobody's hand, when it is emptied: otherwise the wipe takes little away. */
const leastWaiting = 1000;

/** Decided before the wipe: they tell the rate. */
const decidedBefore = 1500;

/**
 * A long backlog is worked off when the queue server forgets everything. The orders are accepted in bulk, as a feed import does it, each
 * for an account of its own, so that none is decided along with another; the reconciler of the workers that start puts them on the queue.
 */
export function backlogWiped(orders: number): Fault {
  return {
    name: `Redis loses everything in the middle of ${orders} orders`,
    messages: 20,
    sendingMs: 2000,
    async strike({ stage, workers, startWorker, tell, blame }) {
      const { fulfillment, queues: server, reconcileSeconds } = stage;
      const redis = redisOf(stage);
      const { database } = fulfillment;
      const resting = workers();
      for (const worker of resting) worker.kill('SIGTERM');
      await Promise.all(resting.map(({ ended }) => ended));
      const accounts = stage.world.bareAccounts.slice(0, orders);
      if (accounts.length < orders) throw new Error('There are fewer accounts than orders.');
      for (let from = 0; from < orders; from += 500)
        await acceptMessages(
          fulfillment,
          accounts.slice(from, from + 500).map(({ id }, i) => backlogOrder(from + i, id)),
          'feed backlog.csv',
        );
      await Promise.all([startWorker(), startWorker()]);
      const { left, wipedAt } = await lookAtQueues(server, async (queues) => {
        await untilNoneLeft(
          async () => Math.max(0, decidedBefore - (await progressOf(database)).decided),
          20,
        );
        const waiting = await queues.waiting('upgrade-orders');
        await redis.flushAll();
        if (waiting < leastWaiting) blame(`only ${waiting} orders waited on the queue when it was emptied`);
        return { left: waiting, wipedAt: Date.now() };
      });
      const before = await progressOf(database, wipedAt);
      const notDecided = await untilNoneLeft(async () => orders - (await progressOf(database)).decided, 200);
      if (notDecided !== 0)
        blame(`${notDecided ?? 'nobody knows how many'} orders of the backlog have no ending`);
      const after = await progressOf(database);
      const perSecond = (1000 * before.decided) / Math.max(1, wipedAt - before.firstAt);
      const restSeconds = Math.max(0, after.lastAt - wipedAt) / 1000;
      const delaySeconds = Math.max(0, restSeconds - (orders - before.decided) / perSecond);
      const mostSeconds = 2 * reconcileSeconds;
      tell(
        `Redis wiped with ${orders - before.decided} of ${orders} orders to be decided, ${left} of them on the queue and in no hand: they ended ${restSeconds.toFixed(1)} s later, ${delaySeconds.toFixed(1)} s more than at the ${perSecond.toFixed(0)} orders/s of before (at most two reconciler intervals, ${mostSeconds} s)`,
      );
      if (delaySeconds > mostSeconds) blame(`the wipe delayed the backlog by ${delaySeconds.toFixed(1)} s`);
      const measured = await statement<Ended>(
        reading(database),
        `select $1::float8 as "begunAt", (extract(epoch from decided_at) * 1000)::float8 as "endedAt" from message where ${isBacklog}`,
        [wipedAt],
      );
      return healed('Redis wiped under a backlog', { at: wipedAt, measured });
    },
  };
}

interface Progress {
  readonly decided: number;
  /** Instants of the first and the last decision, in milliseconds since the epoch; 0 when there is none. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Of the backlog, as it was at the instant; now by default. */
async function progressOf(database: Database, at = Number.MAX_SAFE_INTEGER): Promise<Progress> {
  const [progress] = await statement<Progress>(
    reading(database),
    `select count(*)::integer as decided, coalesce(extract(epoch from min(decided_at)) * 1000, 0)::float8 as "firstAt",
       coalesce(extract(epoch from max(decided_at)) * 1000, 0)::float8 as "lastAt"
     from message where ${isBacklog} and extract(epoch from decided_at) * 1000 <= $1::float8`,
    [at],
  );
  return progress ?? { decided: 0, firstAt: 0, lastAt: 0 };
}

const isBacklog = "kind = 'upgrade-order' and number like 'BACKLOG-%' and decided_at is not null";

function backlogOrder(number: number, account: string): Message {
  const parsed = parseMessage('upgrade-order', {
    reseller: 'northwind',
    orderNumber: `BACKLOG-${number}`,
    placedAt: new Date().toISOString(),
    customer: { account, company: 'Customer GmbH', email: 'it@customer.example' },
    suite: 'SPE',
    seats: 300,
    term: 'P1Y',
  });
  if (!parsed.ok) throw new Error('An order of the backlog does not parse.');
  return parsed.message;
}
