import { execFile, spawnSync } from 'node:child_process';
import { chown, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmbeddedPostgres } from '#src/embedded-postgres/embedded-postgres.ts';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { auditBooks } from '#src/persistence/books.ts';
import { openDatabase, reading, type Database } from '#src/persistence/database.ts';
import { migrate } from '#src/persistence/migrate.ts';
import { openFleet } from '#test/chaos/stage/fleet.ts';
import { eventually } from '#test/chaos/stage/processes.ts';
import { urlOfDatabase } from '#test/environment/admin.ts';
import { freshDatabase } from '#test/environment/database.ts';
import { hasRedisServer } from '#test/environment/redis-program.ts';
import { startRedisServer } from '#test/environment/redis-server.ts';
import { decideAll } from '#test/fulfillment/ending.ts';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { order, orderData, parsed } from '#test/fulfillment/messages-by-hand.ts';

const run = promisify(execFile);

async function folderForTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-restore-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Ten orders fulfilled, ten accepted and open, no certificate rendered: a backup taken in the middle of the work. */
async function inTheMiddle(url: string): Promise<void> {
  await migrate(url);
  const database = openDatabase(url);
  try {
    const fulfillment = await openFulfillment(database, await loadCatalog(shippedCatalog));
    await query(url, "insert into reseller (name, license_type) values ('northwind', 'reseller')");
    await givenHoldings(database, [{ id: 'acme' }]);
    const numbered = (from: number) =>
      Array.from({ length: 10 }, (_, i) => order({ orderNumber: `PO-${from + i}` }));
    await decideAll(fulfillment, ...numbered(1));
    await acceptMessages(fulfillment, numbered(11), 'reseller northwind');
  } finally {
    await database.close();
  }
}

/** A worker on the restored database and a Redis that knows nothing. */
async function workOn(folder: string, url: string): Promise<Database> {
  const redis = await startRedisServer(join(folder, 'redis'));
  const fleet = openFleet(folder, {
    DATABASE_URL: url,
    REDIS_URL: redis?.url ?? '',
    RECONCILE_INTERVAL_SECONDS: '5',
  });
  const database = openDatabase(url);
  onTestFinished(async () => {
    await database.close();
    await fleet.stop();
    await redis?.stop();
  });
  await fleet.start({ role: 'worker' });
  return database;
}

async function expectAllEnded(database: Database): Promise<void> {
  await eventually('everything to end', 300_000, async () => {
    const books = await auditBooks(reading(database));
    return books.open === 0 && books.certificatesWithoutPdf === 0;
  });
  expect(await auditBooks(reading(database))).toMatchObject({
    accepted: 20,
    fulfilled: 20,
    contradictions: [],
  });
  // A reseller that does not know what the backup still knew sends again: it is a repeat.
  const fulfillment = await openFulfillment(database, await loadCatalog(shippedCatalog));
  const again = [parsed('upgrade-order', orderData({ orderNumber: 'PO-3' }))];
  expect(await acceptMessages(fulfillment, again, 'reseller northwind')).toMatchObject([
    { outcome: 'repeat' },
  ]);
}

describe.runIf(hasRedisServer)('with an empty Redis, everything that a backup knows ends', () => {
  test('when the copy of the data folder of a running server is restored', async () => {
    const folder = await folderForTest();
    const first = await startEmbeddedPostgres({ directory: join(folder, 'first'), log: () => {} });
    onTestFinished(() => first.stop());
    await inTheMiddle(first.url);
    await copyRunningServer(first.url, join(folder, 'first'), join(folder, 'second'));
    await query(first.url, 'drop table certificate_pdf, certificate cascade');
    await first.stop();

    const second = await startEmbeddedPostgres({ directory: join(folder, 'second'), log: () => {} });
    onTestFinished(() => second.stop());
    await expectAllEnded(await workOn(folder, second.url));
  }, 150_000);

  const dumper = spawnSync('pg_dump', ['--version']).stdout?.toString() ?? '';
  const dumperMajor = Number(/(\d+)\.\d+/.exec(dumper)?.[1] ?? 0);
  test.skipIf(dumperMajor < 18)(
    'when a pg_dump is restored (needs pg_dump 18 on the PATH)',
    async () => {
      const folder = await folderForTest();
      const first = await freshDatabase();
      onTestFinished(first.drop);
      await inTheMiddle(first.url);
      const file = join(folder, 'chancery.dump');
      await run('pg_dump', ['--format=custom', `--file=${file}`, first.url]);

      const second = await freshDatabase();
      onTestFinished(second.drop);
      await run('pg_restore', ['--clean', '--if-exists', '--exit-on-error', `--dbname=${second.url}`, file]);
      await expectAllEnded(await workOn(folder, second.url));
    },
    150_000,
  );
});

/** What pg_basebackup does, by hand: the folder while the server works in it, then the label and the log that was written meanwhile. */
async function copyRunningServer(url: string, from: string, to: string): Promise<void> {
  const client = new Client({ connectionString: urlOfDatabase(url, 'postgres') });
  await client.connect();
  try {
    await client.query("select pg_backup_start('restore test', fast => true)");
    await mkdir(to);
    await run('cp', ['-a', join(from, 'cluster'), join(from, 'password'), to]);
    await query(url, "insert into reseller (name, license_type) values ('written-meanwhile', 'oem')");
    const { rows } = await client.query<{ readonly label: string }>(
      'select labelfile as label from pg_backup_stop(wait_for_archive => false)',
    );
    await cp(join(from, 'cluster', 'pg_wal'), join(to, 'cluster', 'pg_wal'), { recursive: true });
    await run('chown', ['-R', `--reference=${join(from, 'cluster')}`, join(to, 'cluster')]);
    await rm(join(to, 'cluster', 'postmaster.pid'), { force: true });
    const label = join(to, 'cluster', 'backup_label');
    await writeFile(label, rows[0]?.label ?? '');
    const { uid, gid } = await stat(join(from, 'cluster'));
    await chown(label, uid, gid);
    expect(await readFile(label, 'utf8')).toContain('START WAL LOCATION');
  } finally {
    await client.end();
  }
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
