import { describe, expect, onTestFinished, test } from 'vitest';
import {
  inTransaction,
  isWritable,
  openDatabase,
  reading,
  statement,
  type Database,
} from '#src/persistence/database.ts';
import { pendingMigrations } from '#src/persistence/migrate.ts';
import { onDatabase } from '#test/environment/admin.ts';
import { freshDatabase } from '#test/environment/database.ts';

function open(url: string): Database {
  const database = openDatabase(url, { poolSize: 4 });
  onTestFinished(() => database.close());
  return database;
}

async function fresh(): Promise<{ readonly url: string; readonly name: string }> {
  const { url, drop } = await freshDatabase();
  onTestFinished(drop);
  return { url, name: new URL(url).pathname.slice(1) };
}

const writing = (database: Database) =>
  inTransaction(database, (tx) =>
    statement(
      tx,
      "insert into reseller (name, license_type) values ('northwind', 'retail') on conflict do nothing",
    ),
  );

test('what a session must have is the session’s, whatever the database says', async () => {
  const { url, name } = await fresh();
  for (const setting of [
    'datestyle = German',
    "timezone = 'Asia/Tokyo'",
    'search_path = elsewhere',
    'default_transaction_isolation = serializable',
    'statement_timeout = 400',
    'intervalstyle = iso_8601',
    'bytea_output = escape',
  ])
    await onDatabase(url, `alter database ${name} set ${setting}`);
  const database = open(url);
  expect(await pendingMigrations(database)).toEqual([]);
  const [row] = await statement(
    reading(database),
    `select date '2026-11-28' as date, timestamptz '2026-11-28 01:00+00' as instant, decode('5c00', 'hex') as bytes,
       interval '1 day' as span, current_setting('transaction_isolation') as isolation, pg_sleep(0.6) is null as slept`,
  );
  expect(row).toMatchObject({
    date: '2026-11-28',
    instant: '2026-11-28 01:00:00+00',
    bytes: Buffer.from([0x5c, 0]),
    isolation: 'read committed',
  });
  await writing(database);
});

test('a setting of the URL that the server does not know is told by whoever wants a connection', async () => {
  const { url } = await fresh();
  const database = open(`${url}?options=-c%20no_such_setting%3D1`);
  await expect(statement(reading(database), 'select 1')).rejects.toThrow('no_such_setting');
});

describe('after a switch of the primary', () => {
  test('connections that stay read-only for their life are given up, without a restart', async () => {
    const { url, name } = await fresh();
    const database = open(url);
    await onDatabase(url, `alter database ${name} set default_transaction_read_only = on`);
    // As many as the pool has, each opened while the server was read-only.
    await Promise.all(Array.from({ length: 4 }, () => statement(reading(database), 'select pg_sleep(0.1)')));
    expect(database.pool.totalCount).toBe(4);
    expect(await isWritable(database)).toBe(false);
    await expect(writing(database)).rejects.toMatchObject({ code: '25006' });
    await Promise.all(Array.from({ length: 4 }, () => statement(reading(database), 'select pg_sleep(0.1)')));
    const admin = new URL(url);
    admin.pathname = '/postgres';
    await onDatabase(admin.href, `alter database ${name} reset default_transaction_read_only`);
    // The first may still meet a connection of before; it takes all others with it.
    await writing(database).catch(() => {});
    await Promise.all(Array.from({ length: 4 }, () => writing(database)));
    expect(await isWritable(database)).toBe(true);
  });
});
