import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction, openDatabase, reading, statement } from '#src/persistence/database.ts';
import { recordSystemEvents } from '#src/persistence/events.ts';
import { openPlace, type Place } from '#test/commands/run-chancery.ts';
import { freshDatabase, type FreshDatabase } from '#test/environment/database.ts';

/** A command takes a second or two; on a busy machine, several. */
const commandsMs = 600_000;

let database: FreshDatabase;
let place: Place;
beforeAll(async () => {
  database = await freshDatabase();
  place = await openPlace({ DATABASE_URL: database.url, PUBLIC_URL: 'https://licenses.example' });
  const opened = openDatabase(database.url);
  try {
    await inTransaction(opened, (tx) =>
      recordSystemEvents(
        tx,
        [1, 2, 3].map((i) => ({
          type: 'license.expiring',
          reseller: i === 3 ? null : 'northwind',
          data: { account: `account-${i}` },
          path: `/v1/accounts/account-${i}`,
        })),
      ),
    );
    // As if they had been put on the queue.
    await statement(
      reading(opened),
      'update event set position = sequence - (select min(sequence) from event) + 1; ',
    );
    await statement(reading(opened), "select setval('event_position', 3)");
    await statement(reading(opened), 'update event_relay set position = 3, settled = 3');
  } finally {
    await opened.close();
  }
});
afterAll(async () => {
  await place.remove();
  await database.drop();
});

interface Listed {
  readonly items: readonly { readonly data: Readonly<Record<string, unknown>> }[];
  readonly next: string;
}

async function listed(...args: readonly string[]): Promise<Listed> {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- what is compared below
  return (await place.json(['events', 'list', ...args, '--json'])) as Listed;
}

describe('events', { timeout: commandsMs }, () => {
  test('are listed from a cursor, also for people', async () => {
    const first = await listed('--limit', '2');
    expect(first.items.map(({ data }) => data)).toEqual([
      { account: 'account-1', url: 'https://licenses.example/v1/accounts/account-1' },
      { account: 'account-2', url: 'https://licenses.example/v1/accounts/account-2' },
    ]);
    const second = await listed('--after', first.next);
    expect(second.items).toHaveLength(1);
    expect((await listed('--after', second.next)).items).toEqual([]);
    expect((await listed('--reseller', 'northwind')).items).toHaveLength(2);
    const { stdout, stderr } = await place.run(['events', 'list']);
    expect(stdout).toContain('license.expiring');
    expect(stdout).toContain('account-3');
    expect(stderr).toContain('--after ');
  });

  test('are put on the queue of outcomes again', async () => {
    const set = { OUTCOMES_QUEUE: 'outcomes' };
    const all = ['events', 'requeue', '--since', '2020-01-01T00:00:00+01:00'];
    expect(await place.json([...all, '--json'], set)).toEqual({ queue: 'outcomes', events: 3 });
    const opened = openDatabase(database.url);
    const relay = await statement(reading(opened), 'select position, settled from event_relay');
    await opened.close();
    expect(relay).toEqual([{ position: '0', settled: '0' }]);
    const late = await place.run(['events', 'requeue', '--since', '2120-01-01T00:00:00Z'], set);
    expect([late.code, late.stdout]).toEqual([0, expect.stringContaining('No event was written since')]);
  });

  test.each([
    [['list', '--limit', '0'], 2, '--limit must be'],
    [['list', '--after', 'nonsense'], 2, '--after takes a cursor'],
    [
      ['list', '--after', Buffer.from('00000000-0000-7000-8000-000000000000 1').toString('base64url')],
      1,
      'another installation',
    ],
    [['requeue', '--since', 'yesterday'], 2, '--since must be a date and time'],
    [['requeue', '--since', '2026-11-20T09:30:00Z'], 1, 'set OUTCOMES_QUEUE'],
  ])('%j is refused with a sentence', async (argv, code, sentence) => {
    const refused = await place.run(['events', ...argv]);
    expect([refused.code, refused.stdout]).toEqual([code, '']);
    expect(refused.stderr.replaceAll(/\s+/g, ' ')).toContain(sentence);
  });

  test('go on no queue of ours', async () => {
    const refused = await place.run(['events', 'requeue', '--since', '2026-11-20T09:30:00Z'], {
      OUTCOMES_QUEUE: 'upgrade-orders',
    });
    expect(refused.code).toBe(1);
    expect(refused.stderr.replaceAll(/\s+/g, ' ')).toContain(
      'OUTCOMES_QUEUE must not be one of our own queues',
    );
  });
});
