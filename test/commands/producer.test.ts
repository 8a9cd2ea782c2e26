import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { openPlace } from '#test/commands/run-chancery.ts';
import { startRedisServer } from '#test/environment/redis-server.ts';

const producer = fileURLToPath(new URL('../../examples/producer.mjs', import.meta.url));

/** Starting everything takes some seconds; on a busy machine, many. */
const startMs = 180_000;

async function produce(cwd: string, environment: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, [producer], {
    cwd,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  return Number(code);
}

test(
  'the README’s producer adds an order to what `npm start` runs, and ends',
  { timeout: startMs },
  async () => {
    const place = await openPlace();
    onTestFinished(() => place.remove());
    const running = place.start(['start']);
    await running.said('Chancery is running.');
    await place.run(['reseller', 'add', 'northwind']);
    expect(await produce(place.folder, {})).toBe(0);
    await expect
      .poll(async () => (await place.run(['order', 'show', 'PO-2026-00124'])).stdout, {
        timeout: startMs,
        interval: 500,
      })
      .toContain('fulfilled');
    running.signal('SIGTERM');
    await running.ended;
  },
);

test('and to queues in Redis (needs redis-server on the PATH)', { timeout: startMs }, async ({ skip }) => {
  const place = await openPlace();
  onTestFinished(() => place.remove());
  const server = await startRedisServer(join(place.folder, 'redis'));
  if (!server) return skip('no redis-server on the PATH');
  onTestFinished(() => server.stop());
  expect(await produce(place.folder, { REDIS_URL: server.url })).toBe(0);
  const redis = new Redis(server.url);
  expect(await redis.llen('chancery:upgrade-orders:wait')).toBe(1);
  redis.disconnect();
});
