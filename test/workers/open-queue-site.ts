import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Message } from '#jobs/message.ts';
import type { QueueName } from '#jobs/queues.ts';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { freshQueuePrefix } from '#test/environment/redis.ts';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';
import { createQueueBackend, type QueueBackend, type WorkerJob } from '#workers/queue-backend.ts';
import { openQueues, type Queues } from '#workers/queues.ts';

/** A ledger and its queues, with nobody listening to them. */
export interface QueueSite extends Ledger {
  readonly backend: QueueBackend;
  readonly queues: Queues;
  /** Records messages without putting them on a queue. @returns their ids */
  readonly accept: (...messages: readonly Message[]) => Promise<readonly string[]>;
  /** Works off so many jobs of the queue, and stops. */
  readonly workOff: (
    queue: QueueName,
    jobs: number,
    process: (job: WorkerJob) => Promise<unknown>,
  ) => Promise<void>;
}

export const silent = pino({ level: 'silent' });

/** With the account `acme`. @param redisUrl null: the queues live in PostgreSQL */
export async function openQueueSite(redisUrl: string | null): Promise<QueueSite> {
  const ledger = await openLedger();
  await givenHoldings(ledger.database, [{ id: 'acme' }]);
  const backend = createQueueBackend({
    redisUrl: redisUrl === null ? undefined : [redisUrl],
    databaseUrl: ledger.url,
    prefix: freshQueuePrefix(),
    onError: () => {},
  });
  const queues = openQueues(backend);
  onTestFinished(async () => {
    for (const queue of Object.values(queues.all)) await queue.obliterate({ force: true });
    await queues.close();
  });
  for (const queue of Object.values(queues.all)) await queue.waitUntilReady();
  return {
    ...ledger,
    backend,
    queues,
    async accept(...messages) {
      const accepted = await acceptMessages(ledger.fulfillment, messages, 'test');
      return accepted.flatMap((one) => ('id' in one ? [one.id] : []));
    },
    async workOff(queue, jobs, process) {
      const done = Promise.withResolvers<void>();
      let left = jobs;
      const ended = () => {
        left -= 1;
        if (left === 0) done.resolve();
      };
      const worker = backend.openWorker(queue, process, { concurrency: 1, backoff: () => 0 });
      worker.on('completed', ended);
      worker.on('failed', ended);
      void worker.run();
      await done.promise;
      await worker.close();
    },
  };
}
