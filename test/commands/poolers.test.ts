import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openPlace } from '#test/commands/run-chancery.ts';
import { onDatabase } from '#test/environment/admin.ts';
import { bareDatabase } from '#test/environment/database.ts';
import { pgbouncerAbsence, startPgBouncer } from '#test/environment/pgbouncer.ts';

const commandsMs = 600_000;

async function behind(poolMode: 'session' | 'transaction', more: readonly string[] = []) {
  const { url, drop } = await bareDatabase();
  onTestFinished(drop);
  const pooler = await startPgBouncer(url, poolMode, more);
  onTestFinished(() => pooler.stop());
  const place = await openPlace({ OPERATOR_API_KEY: 'operator-0123456789-0123456789' });
  onTestFinished(() => place.remove());
  return { direct: { DATABASE_URL: url }, pooled: { DATABASE_URL: pooler.url }, place };
}

const why = pgbouncerAbsence === null ? '' : ` (${pgbouncerAbsence})`;

describe.skipIf(pgbouncerAbsence !== null)(`behind PgBouncer${why}`, { timeout: commandsMs }, () => {
  test('in session mode, as it comes, migrate, doctor and worker work', async () => {
    const { pooled, place } = await behind('session');
    expect(await place.run(['migrate'], pooled)).toMatchObject({ code: 0 });
    const { stdout } = await place.run(['doctor'], pooled);
    expect(stdout).toMatch(/ok\s+Deciding/);
    expect(stdout).toMatch(/ok\s+Queues/);
    // A test's server goes without durability.
    expect(
      stdout.split('\n').filter((line) => /^problem\b/.test(line) && !line.includes('Durability')),
    ).toEqual([]);
    const worker = place.start(['worker'], pooled);
    await worker.said('"msg":"working"');
    worker.signal('SIGTERM');
    expect((await worker.ended).code).toBe(0);
  });

  test('in session mode, when it passes over the settings of connecting clients, orders are fulfilled', async () => {
    const { direct, pooled, place } = await behind('session', [
      'ignore_startup_parameters = options, extra_float_digits, idle_in_transaction_session_timeout, search_path',
    ]);
    // What the server's database says otherwise, the pooler would have dropped.
    const database = new URL(direct.DATABASE_URL).pathname.slice(1);
    await onDatabase(direct.DATABASE_URL, `alter database ${database} set datestyle = German`);
    await onDatabase(direct.DATABASE_URL, `alter database ${database} set search_path = elsewhere`);
    const url = `${pooled.DATABASE_URL}?options=-c%20search_path%3Dpublic%20-c%20work_mem%3D8MB`;
    const environment = { DATABASE_URL: url };
    expect(await place.run(['migrate'], environment)).toMatchObject({ code: 0 });
    expect((await place.run(['doctor'], environment)).stdout).toMatch(/ok\s+Deciding/);
    expect(await place.run(['reseller', 'add', 'northwind'], environment)).toMatchObject({ code: 0 });
    const worker = place.start(['worker'], environment);
    await worker.said('"msg":"working"');
    const feed = join(place.folder, 'orders.csv');
    await writeFile(
      feed,
      'orderNumber,placedAt,customer.company,customer.email,suite,seats,term\nPO-1,2026-11-25T09:00:00Z,Aurora Ltd,it@aurora.example,SPE,30,P1Y\n',
    );
    expect(await place.run(['feed', 'import', feed, '--reseller', 'northwind'], environment)).toMatchObject({
      code: 0,
    });
    await expect
      .poll(() => place.json(['order', 'show', 'PO-1', '--reseller', 'northwind', '--json'], environment), {
        timeout: commandsMs / 3,
      })
      .toMatchObject({ status: 'fulfilled' });
    worker.signal('SIGTERM');
    expect((await worker.ended).code).toBe(0);
  });

  test('in transaction mode doctor and every start say that it cannot work, and why', async () => {
    const { direct, pooled, place } = await behind('transaction');
    expect(await place.run(['migrate'], direct)).toMatchObject({ code: 0 });
    const { code, stdout } = await place.run(['doctor', '--json'], pooled);
    expect(code).toBe(1);
    expect(stdout).toContain('pool_mode = session');
    for (const command of ['worker', 'api', 'migrate']) {
      const refused = await place.run([command], pooled);
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('pool_mode = session') });
    }
  });
});
