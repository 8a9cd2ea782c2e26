import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlace, type Place } from '#test/commands/run-chancery.ts';
import { bareDatabase, freshDatabase, type FreshDatabase } from '#test/environment/database.ts';

/** Those in the folder, in their order. */
const migrations = readdirSync(new URL('../../migrations', import.meta.url))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''))
  .sort();

/** A command takes a second or two; on a busy machine, several. */
const commandsMs = 600_000;

let bare: FreshDatabase;
let fresh: FreshDatabase;
let place: Place;
beforeAll(async () => {
  [bare, fresh, place] = await Promise.all([bareDatabase(), freshDatabase(), openPlace()]);
});
afterAll(async () => {
  await place.remove();
  await Promise.all([bare.drop(), fresh.drop()]);
});

describe('api and worker', { timeout: commandsMs }, () => {
  test.each(['api', 'worker'])(
    '%s refuses a schema that is not current and says which command helps',
    async (name) => {
      const { code, stdout, stderr } = await place.run([name], { DATABASE_URL: bare.url });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr.trim()).toBe(
        `The schema of the database is not current: it lacks ${migrations.join(', ')}. Run "chancery migrate" first.`,
      );
    },
  );

  test('migrate says what it did, and that there is nothing to do the second time', async () => {
    const database = await bareDatabase();
    const environment = { DATABASE_URL: database.url };
    expect(await place.json(['migrate', '--json'], environment)).toEqual({
      migrations,
      queues: 'postgres',
    });
    const again = await place.run(['migrate'], environment);
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The schema was current already.'),
    });
    await database.drop();
  });

  test.each([
    { name: 'api', word: 'listening' },
    { name: 'worker', word: 'working' },
  ])('$name answers its probes, drains on SIGTERM and ends with 0', async ({ name, word }) => {
    const running = place.start([name], { DATABASE_URL: fresh.url });
    const said = await running.said(`"msg":"${word}"`);
    const url = /"(?:url|probes)":"(http:[^"]+)"/.exec(said)?.[1] ?? '';
    const ready = await fetch(`${url}/health/ready`);
    expect({ status: ready.status, body: await ready.json() }).toMatchObject({
      status: 200,
      body: { ready: true },
    });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('chancery_');
    running.signal('SIGTERM');
    const { code, stderr } = await running.ended;
    expect(stderr).toContain('"msg":"stopped"');
    expect(code).toBe(0);
  });

  test('a second signal ends the process at once', async () => {
    const running = place.start(['worker'], { DATABASE_URL: fresh.url });
    await running.said('"msg":"working"');
    running.signal('SIGTERM');
    running.signal('SIGINT');
    const { code } = await running.ended;
    // Which of the two the kernel delivers first is not ours to say.
    expect([130, 143]).toContain(code);
  });

  test('a server that is away is one sentence, not a stack trace', async () => {
    const { code, stderr } = await place.run(['api'], {
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    });
    expect(code).toBe(1);
    expect(stderr).toContain('A server cannot be reached');
    expect(stderr).not.toContain('    at ');
  });

  test('all faults of the configuration are told at once', async () => {
    const { code, stderr } = await place.run(['worker'], {
      HTTP_PORT: 'x',
      BATCH_SIZE: '0',
      DATABASE_URL: 'mysql://x/y',
    });
    expect(code).toBe(1);
    for (const variable of ['HTTP_PORT', 'BATCH_SIZE', 'DATABASE_URL']) expect(stderr).toContain(variable);
  });
});
