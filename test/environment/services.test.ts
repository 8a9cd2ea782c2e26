import { Redis } from 'ioredis';
import { Client } from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';
import { openDatabase } from '#src/persistence/database.ts';
import { pendingMigrations } from '#src/persistence/migrate.ts';
import { bareDatabase, freshDatabase } from '#test/environment/database.ts';
import { describeWithRedis, freshQueuePrefix } from '#test/environment/redis.ts';

async function tablesOf(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query("select from pg_tables where schemaname = 'public'");
  await client.end();
  return rowCount ?? 0;
}

test('a fresh database has the current schema and is nobody else’s', async () => {
  const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
  onTestFinished(() => one.drop());
  onTestFinished(() => other.drop());
  expect(one.url).not.toBe(other.url);
  const database = openDatabase(one.url);
  onTestFinished(() => database.close());
  expect(await pendingMigrations(database)).toEqual([]);
});

test('a bare database has no table', async () => {
  const bare = await bareDatabase();
  onTestFinished(() => bare.drop());
  expect(await tablesOf(bare.url)).toBe(0);
});

test('a dropped database is gone, whoever is still connected', async () => {
  const fresh = await freshDatabase();
  const client = new Client({ connectionString: fresh.url });
  client.on('error', () => {});
  await client.connect();
  await fresh.drop();
  await expect(tablesOf(fresh.url)).rejects.toThrow('does not exist');
  await client.end();
});

test('there is a Redis, or a reason why not', () => {
  expect(inject('redisUrl') === null).toBe(inject('redisAbsence') !== null);
});

describeWithRedis('the Redis of the tests', (redisUrl) => {
  test('keeps what it is given: it evicts nothing and writes an append-only file', async () => {
    const redis = new Redis(redisUrl);
    onTestFinished(() => redis.disconnect());
    expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    expect(await redis.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
  });

  test('is divided by prefixes with a hash tag', () => {
    expect(freshQueuePrefix()).toMatch(/^\{test-[0-9a-f]{12}\}$/);
    expect(freshQueuePrefix()).not.toBe(freshQueuePrefix());
  });
});
