import { describe, expect, onTestFinished, test } from 'vitest';
import { openPlace } from '#test/commands/run-chancery.ts';
import { bareDatabase } from '#test/environment/database.ts';
import { pgbouncerAbsence, startPgBouncer } from '#test/environment/pgbouncer.ts';

const commandsMs = 600_000;

async function behind(poolMode: 'session' | 'transaction') {
  const { url, drop } = await bareDatabase();
  onTestFinished(drop);
  const pooler = await startPgBouncer(url, poolMode);
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
