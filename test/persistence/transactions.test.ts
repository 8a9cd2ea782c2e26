import { describe, expect, test } from 'vitest';
import { inTransaction, reading, statement } from '#src/persistence/database.ts';
import { openFresh } from '#test/persistence/open-fresh.ts';

const insertReseller = "insert into reseller (name, license_type) values ($1, 'reseller')";

describe('statements of a transaction that are called together', () => {
  test('run in the order of their calls', async () => {
    const { database } = await openFresh();
    const found = await inTransaction(database, async (tx) => {
      const [, between] = await Promise.all([
        statement(tx, insertReseller, ['first']),
        statement(tx, 'select name from reseller'),
        statement(tx, insertReseller, ['second']),
      ]);
      return between;
    });
    expect(found).toEqual([{ name: 'first' }]);
    expect(await statement(reading(database), 'select count(*)::int from reseller')).toEqual([{ count: 2 }]);
  });

  test('fail with the error of the one that failed first, whichever is heard of first', async () => {
    const { database } = await openFresh();
    const layersDeep = async (work: Promise<unknown>, layers: number): Promise<unknown> =>
      layers === 0 ? work : layersDeep(work, layers - 1);
    const work = inTransaction(database, async (tx) => {
      await statement(tx, insertReseller, ['taken']);
      await Promise.all([
        layersDeep(statement(tx, insertReseller, ['taken']), 5),
        statement(tx, 'select 1'),
        statement(tx, insertReseller, ['other']),
      ]);
    });
    await expect(work).rejects.toMatchObject({ code: '23505', constraint: 'reseller_pkey' });
    expect(await statement(reading(database), 'select from reseller')).toEqual([]);
  });

  test('are not committed when one of them failed, even if nobody minded', async () => {
    const { database } = await openFresh();
    const work = inTransaction(database, async (tx) => {
      await statement(tx, insertReseller, ['first']);
      await statement(tx, insertReseller, ['first']).catch(() => {});
    });
    await expect(work).rejects.toThrow('rolled back');
    expect(await statement(reading(database), 'select from reseller')).toEqual([]);
    expect(database.pool.idleCount).toBe(database.pool.totalCount);
  });
});
