import { UnrecoverableError } from 'bullmq';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import type { ToldEvent } from '#src/fulfillment/looking/event-feed.ts';
import { inTransaction } from '#src/persistence/database.ts';
import { recordSystemEvents } from '#src/persistence/events.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { describeWithRedis } from '#test/environment/redis.ts';
import { decideAll } from '#test/fulfillment/ending.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import { openQueueSite, silent, type QueueSite } from '#test/workers/open-queue-site.ts';
import { openOutcomesRelay } from '#workers/outcomes-relay.ts';
import type { OpenQueue, QueueBackend, WorkerJob } from '#workers/queue-backend.ts';
import { requeueOutcomes } from '#workers/requeue-outcomes.ts';

const name = 'outcomes (ours)';

interface Outcomes {
  readonly site: QueueSite;
  readonly queue: OpenQueue;
  /** Opens a relay more; closed when the test has finished. */
  readonly relay: (mostWaiting?: number, backend?: QueueBackend) => void;
  /** Takes jobs until the test has finished; what it got, in its order. */
  readonly consume: (failing?: (job: WorkerJob) => boolean) => readonly ToldEvent[];
}

async function openOutcomes(redisUrl: string | null): Promise<Outcomes> {
  const site = await openQueueSite(redisUrl);
  const { backend, fulfillment } = site;
  const queue = backend.openQueue(name);
  await queue.waitUntilReady();
  const closing: (() => Promise<unknown>)[] = [];
  onTestFinished(async () => {
    for (const close of closing.toReversed()) await close();
    await queue.obliterate({ force: true });
    await queue.close();
  });
  return {
    site,
    queue,
    relay(mostWaiting, through = backend) {
      const outcomes = { queue: name, publicUrl: 'https://licenses.example' };
      const relay = openOutcomesRelay({
        fulfillment,
        backend: through,
        outcomes,
        log: silent,
        ...(mostWaiting !== undefined && { mostWaiting }),
      });
      closing.push(() => relay.close());
    },
    consume(failing = () => false) {
      const got: ToldEvent[] = [];
      const process = async (job: WorkerJob) => {
        if (failing(job)) throw new Error('not now');
        // oxlint-disable-next-line typescript/consistent-type-assertions -- what is compared below
        got.push(job.data as ToldEvent);
      };
      const worker = backend.openWorker(name, process, { concurrency: 1, backoff: () => 0 });
      void worker.run();
      closing.push(() => worker.close(true));
      return got;
    },
  };
}

/** Events about nothing. */
function happen({ site }: Outcomes, count: number): Promise<void> {
  return inTransaction(site.database, (tx) =>
    recordSystemEvents(
      tx,
      Array.from({ length: count }, (_, i) => ({
        type: 'endpoint.disabled',
        reseller: null,
        data: { i },
        path: '/',
      })),
    ),
  );
}

async function idsOf({ site }: Outcomes): Promise<readonly string[]> {
  const rows = await site.query<{ id: string }>('select id from event order by sequence');
  return rows.map(({ id }) => id);
}

const patience = { timeout: 120_000, interval: 50 };

describeOnBothBackends('the outcomes queue', (redisUrl) => {
  test('gets each event once, in order, from any number of processes, as the feed tells it', async () => {
    const all = await openOutcomes(redisUrl);
    const got = all.consume();
    for (let i = 0; i < 3; i += 1) all.relay();
    await decideAll(all.site.fulfillment, order({ orderNumber: 'PO-1' }), order({ orderNumber: 'PO-2' }));
    await happen(all, 2500);
    await expect.poll(() => got.length, patience).toBe(2502);
    expect(got.map(({ id }) => id)).toEqual(await idsOf(all));
    expect(got[0]).toMatchObject({
      type: 'upgrade_order.fulfilled',
      data: {
        orderNumber: 'PO-1',
        url: expect.stringMatching(/^https:\/\/licenses\.example\/v1\/upgrade-orders\//),
      },
    });
    expect(String(got[0]?.data['registrationKey'])).toMatch(/^[A-Z]{2}-…-[0-9A-Z]{4}$/);
    await expect
      .poll(() => all.site.query('select from event_relay where settled < position'), patience)
      .toEqual([]);
  });

  test('never holds more than it may, and loses nothing by that', async () => {
    const all = await openOutcomes(redisUrl);
    await happen(all, 130);
    all.relay(50);
    await expect.poll(() => all.queue.getWaitingCount(), patience).toBe(50);
    await happen(all, 5);
    await all.site.query('select pg_sleep(1.5)');
    expect(await all.queue.getWaitingCount()).toBe(50);
    const got = all.consume();
    await expect.poll(() => got.length, patience).toBe(135);
    expect(got.map(({ id }) => id)).toEqual(await idsOf(all));
  });

  test('gets events again when somebody asks for it, those of failed jobs, too', async () => {
    const all = await openOutcomes(redisUrl);
    all.relay();
    let isBroken = true;
    const got = all.consume(({ data }) => {
      if (JSON.stringify(data).includes('"i":1,') || JSON.stringify(data).includes('"i":1}'))
        if (isBroken) throw new UnrecoverableError('never');
      return false;
    });
    await happen(all, 3);
    await expect.poll(() => all.queue.getFailedCount(), patience).toBe(1);
    // Ended, not only begun: a job that is still in hand makes no room for another.
    await expect.poll(() => all.queue.getCompletedCount(), patience).toBe(2);
    expect(got).toHaveLength(2);
    isBroken = false;
    const { backend, database } = all.site;
    expect(await requeueOutcomes({ backend, database }, name, '2020-01-01T00:00:00Z')).toBe(3);
    await expect.poll(() => got.length, patience).toBe(5);
    expect(new Set(got.map(({ id }) => id)).size).toBe(3);
  });

  test('gets no second job of an event that was taken, where a turn is repeated that was not committed', async () => {
    const all = await openOutcomes(redisUrl);
    all.relay();
    const got = all.consume();
    await happen(all, 300);
    await expect.poll(() => got.length, patience).toBe(300);
    await all.site.query('update event_relay set position = 0, settled = 0');
    await happen(all, 5);
    await expect.poll(() => new Set(got.map(({ id }) => id)).size, patience).toBe(305);
    expect(got.map(({ id }) => id)).toEqual(await idsOf(all));
  });

  test('has jobs that say how every BullMQ worker is to try them again', async () => {
    const all = await openOutcomes(redisUrl);
    await happen(all, 3);
    all.relay();
    await expect.poll(() => all.queue.getWaitingCount(), patience).toBe(3);
    const [job] = await all.queue.getWaiting(0, 0);
    expect(job).toMatchObject({
      name: 'outcome.v1',
      opts: { attempts: 12, backoff: { type: 'exponential' } },
    });
  });
});

describeWithRedis('the outcomes queue in a Redis that is emptied', (redisUrl) => {
  test('has put on it again what nobody had taken, and each event is got at least once', async () => {
    const all = await openOutcomes(redisUrl);
    all.relay();
    await happen(all, 400);
    await expect.poll(() => all.queue.getWaitingCount(), patience).toBe(400);
    const redis = new Redis(redisUrl);
    const emptied = async () => {
      const keys = await redis.keys(`${all.queue.opts.prefix}:*`);
      await redis.del(keys);
    };
    await emptied();
    const got = all.consume();
    await happen(all, 10);
    await expect.poll(() => new Set(got.map(({ id }) => id)).size, patience).toBe(410);
    await emptied();
    redis.disconnect();
    await happen(all, 10);
    await expect.poll(() => new Set(got.map(({ id }) => id)).size, patience).toBe(420);
  });

  test('in the middle of the very first turn has lost nothing', async () => {
    const all = await openOutcomes(redisUrl);
    const redis = new Redis(redisUrl);
    onTestFinished(() => redis.disconnect());
    const { backend } = all.site;
    let turns = 0;
    all.relay(undefined, {
      ...backend,
      async exchangeMark(queue, mark) {
        turns += 1;
        // What the first turn put on the queue is there, and not marked yet.
        if ((await all.queue.getWaitingCount()) > 0 && turns <= 2)
          await redis.del(await redis.keys(`${all.queue.opts.prefix}:*`));
        return backend.exchangeMark(queue, mark);
      },
    });
    await happen(all, 20);
    const got = all.consume();
    await expect.poll(() => new Set(got.map(({ id }) => id)).size, patience).toBe(20);
    expect(turns).toBeGreaterThan(1);
  });
});
