import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openPlace, type Place } from '#test/commands/run-chancery.ts';
import { bareDatabase, type FreshDatabase } from '#test/environment/database.ts';

/** A command takes a second or two; on a busy machine, several. */
const commandsMs = 600_000;

let database: FreshDatabase;
let place: Place;
beforeAll(async () => {
  database = await bareDatabase();
  place = await openPlace();
});
afterAll(async () => {
  await place.remove();
  await database.drop();
});

describe('doctor', { timeout: commandsMs }, () => {
  test('finds several faults at once, each with what to do', async () => {
    const faulty = {
      DATABASE_URL: database.url,
      REDIS_URL: 'redis://127.0.0.1:1',
      CATALOG_PATH: 'nowhere.json',
      HTTP_PORT: 'eighty',
      LOG_LEVEL: 'loud',
    };
    const { code, stdout } = await place.run(['doctor'], faulty);
    expect(code).toBe(1);
    expect(stdout).toMatch(/problem\s+HTTP_PORT\s+must be a whole number/);
    expect(stdout).toMatch(/problem\s+LOG_LEVEL/);
    expect(stdout).toMatch(/problem\s+Catalog\s+nowhere\.json cannot be used/);
    expect(stdout).toMatch(/problem\s+Redis\s+127\.0\.0\.1:1 cannot be reached/);
    expect(stdout).toMatch(/problem\s+Schema\s+not current: it lacks 0001-ledger/);
    expect(stdout).toContain('→ Run "chancery migrate".');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  test.skipIf(process.platform === 'win32')('remarks a .env that others may read', async () => {
    const file = join(place.folder, '.env');
    await writeFile(file, 'ENVIRONMENT_NAME=mine\n');
    onTestFinished(() => rm(file));
    await chmod(file, 0o644);
    const { stdout } = await place.run(['doctor'], { DATABASE_URL: database.url });
    expect(stdout).toMatch(/warning\s+\.env\s+everybody on this machine may read it/);
    expect(stdout).toContain('chmod 600 .env');
    await chmod(file, 0o600);
    expect((await place.run(['doctor'], { DATABASE_URL: database.url })).stdout).not.toContain('chmod 600');
  });

  test('says the same as one JSON value', async () => {
    const found = await place.json(['doctor', '--json'], {
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    });
    expect(found).toMatchObject({
      ok: false,
      findings: expect.arrayContaining([
        expect.objectContaining({ check: 'PostgreSQL', verdict: 'problem', advice: expect.any(String) }),
      ]),
    });
  });

  test('never shows a password', async () => {
    const { stdout, stderr } = await place.run(['doctor'], {
      DATABASE_URL: 'postgresql://chancery:hunter2secret@127.0.0.1:1/none',
      REDIS_URL: 'redis://:hunter2secret@127.0.0.1:1',
    });
    expect(stdout + stderr).not.toContain('hunter2secret');
  });

  test('is content with nothing configured', async () => {
    const { code, stdout } = await place.run(['doctor']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ok\s+PostgreSQL\s+not configured: the first start makes an embedded one/);
  });

  test("says with an embedded PostgreSQL, too, which of the drop folder's folders is nobody's", async () => {
    await place.run(['reseller', 'add', 'northwind']);
    const feeds = join(place.folder, 'feeds');
    for (const name of ['northwind', 'nobody']) await mkdir(join(feeds, name, 'in'), { recursive: true });
    const { stdout } = await place.run(['doctor'], { FEED_DIRECTORY: feeds });
    expect(stdout).toMatch(/warning\s+Drop folder\s+"nobody" is a folder that has the name of no/);
    expect(stdout).not.toContain('"northwind"');
  });
});
