import { describe, expect, onTestFinished, test } from 'vitest';
import { inTransaction, openDatabase, reading, statement, type Database } from '#src/persistence/database.ts';
import { freshDatabase } from '#test/environment/database.ts';

/** A database with two connections at most: a third that is lost and not given back would show. */
async function small(): Promise<{ readonly database: Database; readonly url: string }> {
  const { url, drop } = await freshDatabase();
  const database = openDatabase(url, { poolSize: 2, applicationName: 'victim' });
  onTestFinished(async () => {
    await database.close();
    await drop();
  });
  return { database, url };
}

/** Ends the server's side of all connections of the pool. */
async function terminate(url: string): Promise<void> {
  const other = openDatabase(url, { poolSize: 1 });
  await statement(
    reading(other),
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'victim' and datname = current_database()",
  );
  await other.close();
}

describe('a connection that the server drops', () => {
  test('inside a transaction is an error of it, and the pool has its place back', async () => {
    const { database, url } = await small();
    for (let time = 0; time < 5; time += 1) {
      const work = inTransaction(database, async (tx) => {
        await statement(tx, 'select 1');
        await terminate(url);
        await statement(tx, 'select 1');
      });
      await expect(work).rejects.toThrow();
    }
    expect(await inTransaction(database, (tx) => statement(tx, 'select 1 as one'))).toEqual([{ one: 1 }]);
  });

  test('before the commit is an error of the commit, and the pool has its place back', async () => {
    const { database, url } = await small();
    for (let time = 0; time < 5; time += 1) {
      const work = inTransaction(database, async (tx) => {
        await statement(tx, 'select 1');
        await terminate(url);
      });
      await expect(work).rejects.toThrow();
    }
    expect(await inTransaction(database, (tx) => statement(tx, 'select 1 as one'))).toEqual([{ one: 1 }]);
  });
});

test('what a transaction did is undone when its work throws, and the error is the work’s own', async () => {
  const { database } = await small();
  const work = inTransaction(database, async (tx) => {
    await statement(tx, "insert into reseller (name, license_type) values ('northwind', 'retail')");
    throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(await statement(reading(database), 'select from reseller')).toEqual([]);
});
