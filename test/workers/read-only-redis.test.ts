import { describe, expect, onTestFinished, test } from 'vitest';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { openTcpProxy } from '#test/chaos/stage/tcp-proxy.ts';
import { openPlace } from '#test/commands/run-chancery.ts';
import { adminOf, redisForTest, testFolder } from '#test/environment/redis-places.ts';
import { hasRedisServer } from '#test/environment/redis-program.ts';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';

const longMs = 600_000;

describe.runIf(hasRedisServer)(
  'a Redis that has become a replica (needs a redis-server on the PATH)',
  { timeout: longMs },
  () => {
    test('is left for the one that its name leads to now, without a restart; until then readiness says it', async () => {
      const folder = await testFolder();
      const [one, two] = [await redisForTest(`${folder}/one`), await redisForTest(`${folder}/two`)];
      await adminOf(two).replicaof('127.0.0.1', one.port);
      const name = await openTcpProxy({ port: one.port });
      onTestFinished(() => name.close());
      const ledger = await openLedger();
      await givenHoldings(ledger.database, [{ id: 'acme' }]);
      const place = await openPlace({
        DATABASE_URL: ledger.url,
        REDIS_URL: `redis://127.0.0.1:${name.port}`,
        RECONCILE_INTERVAL_SECONDS: '2',
      });
      onTestFinished(() => place.remove());
      const worker = place.start(['worker']);
      const url = /"probes":"(http:[^"]+)"/.exec(await worker.said('"msg":"working"'))?.[1] ?? '';
      const ready = async () => {
        const response = await fetch(`${url}/health/ready`);
        return { status: response.status, body: await response.text() };
      };
      await expect.poll(async () => (await ready()).status, { timeout: longMs / 4 }).toBe(200);

      // The switch: nobody ends the connections to the server that is a replica now.
      await adminOf(two).replicaof('NO', 'ONE');
      await adminOf(one).replicaof('127.0.0.1', two.port);
      expect(await ready()).toEqual({ status: 503, body: expect.stringContaining('READONLY') });
      name.lead({ port: two.port });
      await acceptMessages(ledger.fulfillment, [order()], 'test');
      await expect
        .poll(() => ledger.query('select status from message'), { timeout: longMs / 4 })
        .toEqual([{ status: 'fulfilled' }]);
      await expect.poll(ready, { timeout: longMs / 4 }).toEqual({ status: 200, body: expect.anything() });
      worker.signal('SIGTERM');
      expect((await worker.ended).code).toBe(0);
    });
  },
);
