import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { expect, onTestFinished, test } from 'vitest';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import { migrateAll } from '#src/process/migrate-all.ts';
import { openPlace, type Running } from '#test/commands/run-chancery.ts';
import { feedOf, orderRow } from '#test/files/feed-orders.ts';
import { openWorkspace } from '#test/files/feed-workspace.ts';

/** Watchers look every five seconds, and take one that died for dead after twenty: on a slow machine all of it takes its time. */
const patienceMs = 900_000;

test.each([
  { signal: 'SIGKILL', what: 'killed', rows: 10_000 },
  { signal: 'SIGSTOP', what: 'frozen until another has done it all', rows: 4000 },
] as const)(
  'two watchers, one $what, in the middle of a file of $rows rows: every row once, all files complete',
  { timeout: patienceMs },
  async ({ signal, rows }) => {
    const workspace = await openWorkspace();
    const place = await openPlace({ DATABASE_URL: workspace.url });
    onTestFinished(async () => {
      await place.remove();
      await workspace.close();
    });
    // The queues' tables.
    await migrateAll(workspace.url, { redisUrl: undefined });
    await workspace.query(
      `insert into account (id, company, email, country, region, reseller)
       select 'a' || n, 'ACME', 'it@acme.example', 'DE', 'emea', 'northwind' from generate_series(0, 499) as n`,
    );
    // Some are decided before the file is taken up again, and rejected: they must not be accepted anew.
    const content = feedOf(
      Array.from({ length: rows }, (_, i) => {
        // The last of each eight says the same as the one before.
        const base = i % 8 === 7 ? i - 1 : i;
        return orderRow({
          orderNumber: `PO-${base}`,
          'customer.account': base % 10 === 2 ? 'nobody' : `a${base % 500}`,
          'customer.country': 'DE',
          seats: i % 8 === 3 ? 'many' : '10',
        });
      }),
    );
    const folder = join(place.folder, 'feeds');
    const northwind = (...path: readonly string[]) => join(folder, 'northwind', ...path);
    await mkdir(folder);
    const watchers = new Map<string, Running>();
    for (let i = 0; i < 2; i += 1) {
      const running = place.start(['feed', 'watch', folder]);
      const said = await running.said('watching the drop folder');
      watchers.set(/"watcher":"([^"]+)"/.exec(said)?.[1] ?? '', running);
    }
    const count = async (sql: string) =>
      (await workspace.query<{ readonly n: number }>(`select count(*)::integer as n from ${sql}`))[0]?.n ?? 0;
    const until = async (isSo: () => Promise<boolean>) => {
      while (!(await isSo())) await delay(20);
    };
    const names = async (...path: readonly string[]) =>
      (await readdir(northwind(...path)).catch(() => [])).filter((name) => !name.startsWith('.'));
    await until(async () => (await names()).length === 5);
    await writeFile(northwind('in', 'orders.csv'), content);
    await writeFile(northwind('in', 'orders.csv.done'), '');

    await until(async () => (await count('feed_file_row')) >= 500);
    const [{ holder } = { holder: '' }] = await workspace.query<{ readonly holder: string }>(
      'select holder from feed_file',
    );
    const victim = watchers.get(holder);
    victim?.signal(signal);
    if (signal === 'SIGKILL') await victim?.ended;
    const recorded = await count('feed_file_row');
    expect(recorded).toBeLessThan(rows);
    expect(await names('work')).toEqual(['orders.csv']);
    const decideOpen = async () => {
      const open = await workspace.query<{ readonly id: string }>(
        "select id from message where status = 'accepted' order by accepted_number",
      );
      for (let at = 0; at < open.length; at += 200)
        await decideBatch(
          workspace.fulfillment,
          open.slice(at, at + 200).map(({ id }) => ({ recorded: id })),
        );
    };
    await decideOpen();
    expect(await count("message where status = 'rejected'")).toBeGreaterThan(0);

    await until(async () => (await names('done')).length > 0);
    expect(await names('done')).toEqual(['orders.csv']);
    expect(await readFile(northwind('done', 'orders.csv'), 'utf8')).toBe(content);
    await decideOpen();
    await until(async () => (await names('out')).includes('orders.outcomes.csv'));
    expect([await names('in'), await names('work'), await names('failed')]).toEqual([[], [], []]);
    expect((await names('out')).toSorted()).toEqual(['orders.outcomes.csv', 'orders.result.csv']);

    if (signal === 'SIGSTOP') {
      // It goes on where it was, and finds that nothing of it is its own any more.
      victim?.signal('SIGCONT');
      await writeFile(northwind('in', 'orders.csv'), content);
      await writeFile(northwind('in', 'orders.csv.done'), '');
      await until(async () => (await names('out')).length === 4);
      expect(await names('done')).toHaveLength(2);
    }

    const read = async (name: string) =>
      parse<Record<string, string>>(await readFile(northwind('out', name)), { columns: true });
    const expected = Array.from({ length: rows }, (_, i) =>
      i % 8 === 3 ? 'invalid' : i % 8 === 7 ? 'repeat' : 'accepted',
    );
    const results = await read('orders.result.csv');
    expect(results.map(({ row }) => row)).toEqual(expected.map((_, i) => String(i + 1)));
    expect(results.map(({ result }) => result)).toEqual(expected);
    const outcomes = await read('orders.outcomes.csv');
    expect(outcomes.map(({ result }) => result)).toEqual(expected);
    expect(
      outcomes.filter(({ result = '', status = '' }) =>
        ['accepted', 'repeat'].includes(result) ? !['fulfilled', 'rejected'].includes(status) : status !== '',
      ),
    ).toEqual([]);
    const accepted = expected.filter((result) => result === 'accepted').length;
    expect(await count('message')).toBe(accepted);
    expect(await count('(select distinct number from message) as numbers')).toBe(accepted);
  },
);
