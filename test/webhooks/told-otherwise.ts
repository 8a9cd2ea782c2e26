import { setTimeout as delay } from 'node:timers/promises';
import { createPostgresBackend, withBackend, Worker } from 'bullmq';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { eventFeed, type ToldEvent } from '#src/fulfillment/looking/event-feed.ts';
import type { WorkerSite } from '#test/delivery/worker-site.ts';

/** Who is told without webhooks: a program that reads the feed on, and one that takes the jobs of the outcomes queue. */
export interface ToldOtherwise {
  /** What the feed showed, in the order in which it showed it. */
  readonly fed: readonly ToldEvent[];
  /** What was on the queue, in the order in which it was taken. */
  readonly taken: readonly ToldEvent[];
  close(): Promise<void>;
}

/** Between two reads that showed nothing. */
const restMs = 50;

/** They know no more than the contract says, and begin before anything happens. */
export async function tellOtherwise(
  fulfillment: Fulfillment,
  { redisUrl, queueDatabaseUrl, prefix, outcomesQueue = '' }: WorkerSite,
): Promise<ToldOtherwise> {
  const fed: ToldEvent[] = [];
  const taken: ToldEvent[] = [];
  let isClosed = false;
  const isOver = () => isClosed;
  const follow = async () => {
    let after: string | undefined;
    while (!isOver()) {
      const read = await eventFeed(
        fulfillment,
        { kind: 'operator', seesCodes: true },
        { after, limit: 100 },
        'https://licenses.example',
      );
      if (!read) throw new Error(`The place ${after} of the feed has expired.`);
      fed.push(...read.items);
      after = read.next;
      if (read.items.length === 0) await delay(restMs);
    }
  };
  const following = follow();
  // Whoever closes hears of it.
  following.catch(() => {});
  const take = async ({ data }: { readonly data: ToldEvent }) => void taken.push(data);
  const worker =
    redisUrl === null
      ? new (withBackend(createPostgresBackend).Worker)<ToldEvent>(outcomesQueue, take, {
          connection: { connectionString: queueDatabaseUrl, max: 2 },
          prefix,
        })
      : new Worker<ToldEvent>(outcomesQueue, take, {
          connection: { url: redisUrl, maxRetriesPerRequest: null },
          prefix,
        });
  worker.on('error', () => {});
  return {
    fed,
    taken,
    async close() {
      isClosed = true;
      await worker.close(true);
      await following;
    },
  };
}
