import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { openPlace, type Place } from '#test/commands/run-chancery.ts';
import { onDatabase, urlOfDatabase } from '#test/environment/admin.ts';

const commandsMs = 600_000;
const suffix = randomBytes(4).toString('hex');
const owner = `chancery_owner_${suffix}`;
const app = `chancery_app_${suffix}`;
const name = `chancery_least_${suffix}`;
const admin = inject('adminDatabaseUrl');

function urlAs(user: string): string {
  const url = new URL(urlOfDatabase(admin, name));
  url.username = user;
  url.password = 'pw';
  return url.href;
}

const grants = (schema: string) => [
  `grant usage on schema ${schema} to ${app}`,
  `grant select, insert, update, delete on all tables in schema ${schema} to ${app}`,
  `grant usage, select, update on all sequences in schema ${schema} to ${app}`,
  `grant execute on all functions in schema ${schema} to ${app}`,
];

/** Those that doctor found, but for the durability that a test's server goes without. */
const problemsIn = (stdout: string) =>
  stdout.split('\n').filter((line) => /^problem\s/.test(line) && !/^problem\s+Durability/.test(line));

let place: Place;
beforeAll(async () => {
  place = await openPlace();
  for (const user of [owner, app]) await onDatabase(admin, `create role ${user} login password 'pw'`);
  await onDatabase(admin, `create database ${name} owner ${owner}`);
  // Its settings are another business's.
  await onDatabase(admin, `alter database ${name} set datestyle = 'SQL, DMY'`);
  await onDatabase(admin, `alter database ${name} set timezone = 'America/Lima'`);
}, commandsMs);
afterAll(async () => {
  await place.remove();
  await onDatabase(admin, `drop database if exists ${name} with (force)`);
  for (const user of [owner, app]) await onDatabase(admin, `drop role if exists ${user}`);
});

describe('a user that may read and write, and not create', { timeout: commandsMs }, () => {
  test('everything works after the owner has migrated, and doctor says which grant is missing', async () => {
    const asOwner = { DATABASE_URL: urlAs(owner) };
    const asApp = { DATABASE_URL: urlAs(app), OPERATOR_API_KEY: 'operator-0123456789-0123456789' };
    expect(await place.run(['migrate'], asOwner)).toMatchObject({ code: 0 });
    // Reading is not enough for any of it.
    await onDatabase(urlAs(owner), `grant select on all tables in schema public to ${app}`);
    const before = await place.run(['doctor'], asApp);
    expect(before).toMatchObject({ code: 1 });
    expect(before.stdout).toMatch(/problem\s+Deciding/);
    expect(before.stdout).toMatch(/problem\s+Queues/);
    expect(before.stdout).toMatch(/GRANT USAGE ON SCHEMA\s+bullmq/);
    for (const grant of [...grants('public'), ...grants('bullmq')]) await onDatabase(urlAs(owner), grant);
    const after = await place.run(['doctor'], asApp);
    expect(after.stdout).toMatch(/ok\s+Deciding\s+an order was decided \(fulfilled\)/);
    expect(problemsIn(after.stdout)).toEqual([]);
    const client = new Client({ connectionString: urlAs(owner) });
    await client.connect();
    onTestFinished(() => client.end());
    // What doctor tried is undone.
    expect((await client.query('select from reseller')).rowCount).toBe(0);
    expect((await client.query('select from message')).rowCount).toBe(0);
    expect((await client.query('select from bullmq.job')).rowCount).toBe(0);

    // Migrating where nothing is missing creates nothing.
    expect(await place.run(['migrate'], asApp)).toMatchObject({ code: 0 });
    const shown = await place.run(['reseller', 'add', 'northwind', '--json'], asApp);
    const { apiKey }: { apiKey: string } = JSON.parse(shown.stdout);
    const worker = place.start(['worker'], asApp);
    await worker.said('"msg":"working"');
    const api = place.start(['api'], asApp);
    const said = await api.said('"msg":"listening"');
    const url = /"url":"(http:[^"]+)"/.exec(said)?.[1] ?? '';
    const answer = await fetch(`${url}/v1/upgrade-orders`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        orderNumber: 'PO-1',
        placedAt: '2026-11-20T09:30:00Z',
        suite: 'SPC',
        seats: 250,
        term: 'P1Y',
        customer: { company: 'ACME GmbH', email: 'it@acme.example' },
      }),
    });
    expect(answer.status).toBe(202);
    const statuses = async () => (await client.query('select status from message')).rows;
    await vi.waitFor(async () => expect(await statuses()).toEqual([{ status: 'fulfilled' }]), {
      timeout: 60_000,
      interval: 200,
    });
    for (const running of [worker, api]) running.signal('SIGTERM');
    expect((await worker.ended).code).toBe(0);
    expect((await api.ended).code).toBe(0);
  });
});
