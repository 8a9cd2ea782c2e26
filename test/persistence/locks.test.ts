import { describe, expect, test } from 'vitest';
import { inTransaction, statement } from '#src/persistence/database.ts';
import { findSurvivors, lock, LocksOutdatedError } from '#src/persistence/locks.ts';
import { openFresh, type OpenedDatabase } from '#test/persistence/open-fresh.ts';

/** `a` was merged into `b`, which was merged into `c`; `d` stands alone. */
async function chain(): Promise<OpenedDatabase> {
  const opened = await openFresh();
  for (const [id, into] of Object.entries({ c: null, b: 'c', a: 'b', d: null })) {
    await opened.query(
      `insert into account (id, company, email, country, region, merged_into) values ($1, 'x', 'x', 'DE', 'emea', $2)`,
      [id, into],
    );
  }
  return opened;
}

/** Resolves when some transaction waits for an advisory lock. */
async function someoneWaits({ query }: OpenedDatabase): Promise<void> {
  await expect
    .poll(() => query("select from pg_locks where locktype = 'advisory' and not granted"), {
      timeout: 120_000,
      interval: 20,
    })
    .not.toHaveLength(0);
}

describe('survivors', () => {
  test('follow chains of merges to their end; an unknown account has none', async () => {
    const { database } = await chain();
    const survivors = await inTransaction(database, (tx) => findSurvivors(tx, ['a', 'b', 'c', 'd', 'e']));
    expect(Object.fromEntries(survivors)).toEqual({ a: 'c', b: 'c', c: 'c', d: 'd' });
  });
});

describe('locks', () => {
  test('of a merged account are those of its survivor too', async () => {
    const opened = await chain();
    const { database } = opened;
    const order: string[] = [];
    const first = inTransaction(database, async (tx) => {
      expect(Object.fromEntries(await lock(tx, { accounts: ['a'] }))).toEqual({ a: 'c' });
      const second = inTransaction(database, async (other) => {
        await lock(other, { accounts: ['c'] });
        order.push('second');
      });
      await someoneWaits(opened);
      order.push('first');
      return { second };
    });
    await (
      await first
    ).second;
    expect(order).toEqual(['first', 'second']);
  });

  test('that turn out not to cover what the names stand for are refused', async () => {
    const opened = await chain();
    const { database } = opened;
    const merging = inTransaction(database, async (tx) => {
      await lock(tx, { accounts: ['c', 'd'] });
      const late = inTransaction(database, (other) => lock(other, { accounts: ['d'] }));
      late.catch(() => {});
      await someoneWaits(opened);
      await statement(tx, "update account set merged_into = 'c' where id = 'd'");
      return { late };
    });
    await expect((await merging).late).rejects.toThrow(LocksOutdatedError);
  });

  test('taken for crossing sets by many at once neither deadlock nor let two in', async () => {
    const { database, query } = await chain();
    const names = Array.from({ length: 12 }, (_, i) => `account-${i}`);
    let inside = new Set<string>();
    const overlaps: string[] = [];
    const work = Array.from({ length: 80 }, (_, i) => {
      const mine = [names[i % 12], names[(i * 5 + 3) % 12], names[(i * 7 + 1) % 12]].flatMap(
        (name) => name ?? [],
      );
      return inTransaction(database, async (tx) => {
        await lock(tx, { accounts: i % 2 ? mine : mine.toReversed(), identities: [`message ${i % 5}`] });
        overlaps.push(...mine.filter((name) => inside.has(name)));
        inside = inside.union(new Set(mine));
        await statement(tx, 'select 1');
        inside = inside.difference(new Set(mine));
      });
    });
    await Promise.all(work);
    expect(overlaps).toEqual([]);
    expect(
      await query('select deadlocks::integer from pg_stat_database where datname = current_database()'),
    ).toEqual([{ deadlocks: 0 }]);
  });
});
