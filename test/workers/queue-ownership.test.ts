import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { migrate } from '#src/persistence/migrate.ts';
import { openPlace, type Place } from '#test/commands/run-chancery.ts';
import { bareDatabase, type FreshDatabase } from '#test/environment/database.ts';
import { adminOf, redisForTest, testFolder } from '#test/environment/redis-places.ts';
import { hasRedisServer } from '#test/environment/redis-program.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';

const longMs = 600_000;

let ledger: FreshDatabase;
let another: FreshDatabase;
let place: Place;
beforeAll(async () => {
  [ledger, another, place] = await Promise.all([bareDatabase(), bareDatabase(), openPlace()]);
  await Promise.all([migrate(ledger.url), migrate(another.url)]);
});
afterAll(async () => {
  await place.remove();
  await Promise.all([ledger.drop(), another.drop()]);
});

describe.runIf(hasRedisServer)(
  'queues in Redis (need a redis-server on the PATH)',
  { timeout: longMs },
  () => {
    test('are the ledger’s that worked on them first: no other takes their jobs, an embedded one neither', async () => {
      const redis = await redisForTest(await testFolder());
      const environment = { DATABASE_URL: ledger.url, REDIS_URL: redis.url };
      for (const name of ['worker', 'worker']) {
        const owner = place.start([name], environment);
        await owner.said('"msg":"working"');
        owner.signal('SIGTERM');
        expect((await owner.ended).code).toBe(0);
      }
      const queue = new Queue('upgrade-orders', { connection: { url: redis.url }, prefix: 'chancery' });
      onTestFinished(() => queue.close());
      await queue.add('upgrade-order.v1', order());

      for (const [name, environmentOfIt] of [
        ['worker', { DATABASE_URL: another.url, REDIS_URL: redis.url }],
        ['api', { DATABASE_URL: another.url, REDIS_URL: redis.url }],
        ['start', { REDIS_URL: redis.url }],
      ] as const) {
        const { code, stderr } = await place.run([name], environmentOfIt);
        expect({ name, code }).toEqual({ name, code: 1 });
        expect(stderr).toContain('The queues in this Redis belong to the ledger in PostgreSQL at');
        expect(stderr).toContain('Correct DATABASE_URL');
      }
      expect(await queue.getJobCounts('wait', 'failed', 'completed')).toEqual({
        wait: 1,
        failed: 0,
        completed: 0,
      });
      const doctor = await place.run(['doctor', '--json'], {
        DATABASE_URL: another.url,
        REDIS_URL: redis.url,
      });
      expect(doctor).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('The queues in this Redis belong to'),
      });
    });

    test('that were worked on before owners were written down are not a new ledger’s', async () => {
      const redis = await redisForTest(await testFolder());
      await adminOf(redis).zadd('chancery:upgrade-orders:completed', 1, 'earlier');
      const { code, stderr } = await place.run(['worker'], {
        DATABASE_URL: another.url,
        REDIS_URL: redis.url,
      });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining('belong to a ledger that holds orders'),
      });
    });
  },
);
