import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { expect, onTestFinished, test, vi } from 'vitest';
import { deliveriesQueue } from '#jobs/queues.ts';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { makeEndpoint } from '#src/fulfillment/batch/webhook-endpoints.ts';
import { createSealing } from '#src/webhooks/sealing.ts';
import { untilSoOrStill } from '#test/chaos/load/patience.ts';
import { seededRandom } from '#test/chaos/random.ts';
import { forget, openDeliverySite, type DeliverySite } from '#test/delivery/delivery-site.ts';
import { describeOnBothBackends, loadOf } from '#test/delivery/on-both-backends.ts';
import { accountNames, givenRandomHoldings } from '#test/delivery/random-holdings.ts';
import { randomMerge, randomOrder, randomRegistration } from '#test/delivery/random-messages.ts';
import type { WorkerSite } from '#test/delivery/worker-site.ts';
import { existing, outcomeAfter } from '#test/fulfillment/ending.ts';
import { order, parsed } from '#test/fulfillment/messages-by-hand.ts';
import { openReceiver } from '#test/webhooks/receiver.ts';
import { tellOtherwise } from '#test/webhooks/told-otherwise.ts';
import { createQueueBackend } from '#workers/queue-backend.ts';

/** A short history in `npm test`; `TELLING_MESSAGES=10000 npx vitest run test/webhooks/through-queues.test.ts` is the long one. */
const wanted = Number(process.env['TELLING_MESSAGES'] ?? 240);
const seed = 16_002;
const accounts = accountNames(30);
const patience = { timeout: 120_000, interval: 50 };

describeOnBothBackends('Telling a mixed history', (redisUrl) => {
  test(
    'tells every event by each way, whoever is killed, whatever the queues lose, and though a third of webhooks fails',
    { timeout: 3_600_000 },
    async () => {
      const random = seededRandom(seed);
      const site = await openDeliverySite(redisUrl);
      const mergeable = await givenRandomHoldings(site.database, accounts, seededRandom(seed + 1));
      const keys: string[] = [];
      for (let i = 0; i < 8; i += 1) {
        const unbound = order({ orderNumber: `KEY-${i}`, suite: 'SPE', customer: { account: undefined } });
        keys.push(existing((await outcomeAfter(site.fulfillment, unbound)).registrationKey));
      }
      const sealingKey = randomBytes(32);
      const failing = seededRandom(seed + 2);
      const receiver = await openReceiver({
        answer: (_, response) => response.writeHead(failing.chance(1 / 3) ? 500 : 204).end(),
      });
      onTestFinished(() => receiver.close());
      const made = existing(
        await makeEndpoint(
          site.database,
          createSealing([sealingKey]),
          { reseller: null, url: receiver.url, types: [] },
          { by: 'operator maria' },
        ),
      );
      const workerSite: WorkerSite = {
        ...site.worker,
        reconcileSeconds: 1,
        sealingKey: sealingKey.toString('hex'),
        outcomesQueue: 'outcomes',
      };
      const otherwise = await tellOtherwise(site.fulfillment, workerSite);
      onTestFinished(() => otherwise.close());
      const workers = openWorkerProcesses(workerSite);
      workers.start();
      workers.start();
      const count = loadOf(wanted, redisUrl);
      const chosen = (i: number) => {
        const which = i % 20;
        if (which < 12) return parsed('upgrade-order', randomOrder(`PO-${i}`, accounts, random));
        if (which < 16) return parsed('registration', randomRegistration(keys, accounts, random));
        return parsed('merge-request', randomMerge(`MR-${i}`, accounts, mergeable, random));
      };
      const breaks = new Set([1, 2, 3, 4].map((part) => Math.floor((count * part) / 5 / 20) * 20));
      for (let i = 0; i < count; i += 20) {
        await acceptMessages(
          site.fulfillment,
          Array.from({ length: 20 }, (_, n) => chosen(i + n)),
          'test',
        );
        if (!breaks.has(i)) continue;
        await workers.killOne();
        await emptyQueues(site, redisUrl);
        workers.start();
      }
      const waiting = async () => {
        // What is to be tried again in minutes is due now: the schedule has tests of its own.
        await site.query(
          `update delivery set next_attempt_at = now() where state = 'pending' and next_attempt_at > now()`,
        );
        const [left] = await site.query<{
          readonly open: number;
          readonly untold: number;
          readonly events: number;
        }>(
          `select (select count(*)::integer from message where status = 'accepted') as open,
             (select count(*)::integer from event where not exists (
               select from delivery where delivery.event = event.id and state = 'delivered')
               and made_at >= (select hears_since from webhook_endpoint)) as untold,
             (select count(*)::integer from event) as events`,
        );
        const untaken = (left?.events ?? 0) - new Set(otherwise.taken.map(({ id }) => id)).size;
        return (left?.open ?? 0) + (left?.untold ?? 0) + untaken;
      };
      expect(await untilSoOrStill(async () => (await waiting()) === 0, waiting)).toBe(true);
      const events = await site.query<{ readonly id: string }>(
        'select id from event where made_at >= (select hears_since from webhook_endpoint)',
      );
      expect(events.length).toBeGreaterThan(count * 0.9);
      const told = new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
      expect(events.filter(({ id }) => !told.has(id))).toEqual([]);
      expect(receiver.received.length).toBeGreaterThan(events.length);
      const inOrder = (
        await site.query<{ readonly id: string }>(
          'select id from event where position is not null order by position',
        )
      ).map(({ id }) => id);
      await vi.waitFor(() => expect(otherwise.fed.length).toBeGreaterThanOrEqual(inOrder.length), patience);
      // What commits late comes behind what was shown, and an account's events by their sequence all the same.
      const fed = otherwise.fed.map(({ id }) => id);
      expect(fed.slice(0, inOrder.length)).toEqual(inOrder);
      expect(new Set(fed).size).toBe(fed.length);
      for (const [, own] of Map.groupBy(otherwise.fed, ({ data }) => data['account']))
        if (own[0]?.data['account'] !== undefined)
          expect(own.map(({ sequence }) => sequence)).toEqual(
            own.map(({ sequence }) => sequence).toSorted((a, b) => a - b),
          );
      // Certificates may still be rendered, and told of.
      const taken = [...new Set(otherwise.taken.map(({ id }) => id))].filter((id) => inOrder.includes(id));
      expect(taken.toSorted()).toEqual(inOrder.toSorted());
      // An emptied Redis is seen by what is put there next, which comes first then.
      if (redisUrl === null) expect(taken).toEqual(inOrder);
      const codes = await site.query<{ readonly code: string }>(
        'select activation_code as code from license union select code from registration_key',
      );
      const verifier = new Webhook(made.secret);
      // The library refuses what is older than five minutes: the last are enough for the signature, all for the codes.
      for (const { body, headers } of receiver.received.slice(-50)) verifier.verify(body, { ...headers });
      const bodies = [
        ...receiver.received.map(({ body }) => body),
        ...[...otherwise.fed, ...otherwise.taken].map((event) => JSON.stringify(event)),
      ].join('\n');
      expect(codes.filter(({ code }) => bodies.includes(code))).toEqual([]);
      // One endpoint was told all of it, so that none was made a delivery twice.
      const twice = await site.query('select event from delivery group by event having count(*) > 1');
      expect(twice).toEqual([]);
      await workers.end();
      if (count >= 1000)
        console.log(
          `${count} messages, ${inOrder.length} events: ${receiver.received.length} webhooks, ${otherwise.fed.length} by the feed, ${otherwise.taken.length} jobs`,
        );
    },
  );
});

interface WorkerProcesses {
  start(): void;
  /** By SIGKILL. */
  killOne(): Promise<void>;
  end(): Promise<void>;
}

function openWorkerProcesses(site: WorkerSite): WorkerProcesses {
  const program = fileURLToPath(new URL('../delivery/worker-child.ts', import.meta.url));
  const running: ReturnType<typeof spawn>[] = [];
  const kill = async (signal: 'SIGKILL' | 'SIGTERM') => {
    const child = running.shift();
    if (!child) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  onTestFinished(async () => {
    while (running.length > 0) await kill('SIGKILL');
  });
  return {
    start: () =>
      void running.push(
        spawn(process.execPath, [program, JSON.stringify(site)], {
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        }),
      ),
    async killOne() {
      // Not before it works.
      await delay(1000);
      await kill('SIGKILL');
    },
    async end() {
      while (running.length > 0) await kill('SIGTERM');
    },
  };
}

/** All is gone, as when the Redis was emptied; of the queues in PostgreSQL, which loses nothing alone, the jobs of deliveries. */
async function emptyQueues({ worker }: DeliverySite, redisUrl: string | null): Promise<void> {
  if (redisUrl !== null) {
    await forget(redisUrl, worker.prefix);
    return;
  }
  const backend = createQueueBackend({
    redisUrl: undefined,
    databaseUrl: worker.queueDatabaseUrl,
    prefix: worker.prefix,
    onError: () => {},
  });
  const queue = backend.openQueue(deliveriesQueue.queue);
  await queue.drain(true);
  await queue.close();
  await backend.close();
}
