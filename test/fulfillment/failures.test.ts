import { describe, expect, test } from 'vitest';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import { decideHold } from '#src/fulfillment/batch/decide-hold.ts';
import { decideIsolated } from '#src/fulfillment/batch/decide-isolated.ts';
import type { Breakpoint } from '#src/fulfillment/fulfillment.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { decideAll, existing, outcomeAfter } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { agreed, order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';
import { rawLedger } from '#test/fulfillment/raw-ledger.ts';

describe('a transaction that fails', () => {
  test.each<Breakpoint>(['before-claim', 'after-locks', 'before-commit'])(
    '%s leaves nothing, and the same again succeeds',
    async (where) => {
      let failing = true;
      const ledger = await openLedger({
        at: (breakpoint) => {
          if (failing && breakpoint === where) throw new Error('the machine is on fire');
        },
      });
      await givenHoldings(
        ledger.database,
        [{ id: 'acme' }],
        [{ account: 'acme', activationCode: activationCode('OS', 1) }],
      );
      const before = await rawLedger(ledger);
      await expect(decideAll(ledger.fulfillment, order({ register: agreed }))).rejects.toThrow('on fire');
      expect(await rawLedger(ledger)).toEqual(before);
      failing = false;
      expect(await decideAll(ledger.fulfillment, order({ register: agreed }))).toMatchObject([
        { status: 'fulfilled', repeat: false },
      ]);
      expect(await brokenInvariants(ledger)).toEqual([]);
    },
  );

  test('after the commit has happened all the same: the same again is a repeat', async () => {
    const ledger = await openLedger({
      at: (breakpoint) => {
        if (breakpoint === 'after-commit') throw new Error('the process died');
      },
    });
    await givenHoldings(ledger.database, [{ id: 'acme' }]);
    await expect(decideAll(ledger.fulfillment, order())).rejects.toThrow('died');
    const calm = { ...ledger.fulfillment, at: () => {} };
    expect(await decideAll(calm, order())).toMatchObject([{ status: 'fulfilled', repeat: true }]);
  });
});

describe('a code that is drawn a second time', () => {
  test.each([
    ['license', 'activation_code', order({ orderNumber: 'PO-2', suite: 'SPC', register: agreed })],
    ['registration_key', 'code', order({ orderNumber: 'PO-2', suite: 'SPC' })],
  ])('in %s is drawn again', async (table, column, message) => {
    const ledger = await openLedger();
    await givenHoldings(ledger.database, [{ id: 'acme' }]);
    await decideAll(ledger.fulfillment, order({ register: agreed }));
    // The next code that is drawn is one that exists; the one after it is not touched: sequences do not roll back.
    await ledger.query('create sequence draws');
    await ledger.query(`create function clash() returns trigger language plpgsql as $$ begin
      if nextval('draws') = 1 then select ${column} into new.${column} from ${table} limit 1; end if; return new; end $$`);
    await ledger.query(
      `create trigger clash before insert on ${table} for each row execute function clash()`,
    );
    expect(await outcomeAfter(ledger.fulfillment, message)).toMatchObject({ status: 'fulfilled' });
    expect(await ledger.query('select last_value > 1 as again from draws')).toEqual([{ again: true }]);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });
});

/** A fault that nobody foresaw, in the work on orders with these numbers: only PostgreSQL refuses what they lead to. */
async function poison({ query }: Ledger, numbers: readonly string[]): Promise<void> {
  const list = numbers.map((number) => `'${number}'`).join(', ');
  await query(
    `alter table certificate add constraint poisonous check (facts->>'orderNumber' not in (${list}))`,
  );
}

describe('a message that breaks the work', () => {
  const accounts = Array.from({ length: 100 }, (_, i) => `account-${i}`);
  const orders = accounts.map((account) => order({ orderNumber: `PO-${account}`, customer: { account } }));

  test('costs the other 99 of its batch nothing, and is recorded and open', async () => {
    const ledger = await openLedger();
    await givenHoldings(
      ledger.database,
      accounts.map((id) => ({ id })),
    );
    await poison(ledger, ['PO-account-41']);
    const endings = await decideIsolated(
      ledger.fulfillment,
      orders.map((message) => ({ message })),
    );
    expect(endings.flatMap(({ outcome }, i) => (outcome === 'broken' ? [i] : []))).toEqual([41]);
    expect(
      endings.filter((ending) => ending.outcome === 'decided' && ending.status === 'fulfilled'),
    ).toHaveLength(99);
    expect(await ledger.query("select number from message where status = 'accepted'")).toEqual([
      { number: 'PO-account-41' },
    ]);
    await ledger.query('alter table certificate drop constraint poisonous');
    expect(
      await decideIsolated(
        ledger.fulfillment,
        orders.map((message) => ({ message })),
      ),
    ).toMatchObject(Array.from({ length: 100 }, () => ({ outcome: 'decided', status: 'fulfilled' })));
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('that is recorded already costs the others nothing either', async () => {
    const ledger = await openLedger();
    await givenHoldings(
      ledger.database,
      accounts.map((id) => ({ id })),
    );
    const accepted = await acceptMessages(ledger.fulfillment, orders, 'test');
    await poison(ledger, ['PO-account-7', 'PO-account-8']);
    const items = accepted.flatMap((one) => ('id' in one ? [{ recorded: one.id }] : []));
    const endings = await decideIsolated(ledger.fulfillment, items);
    expect(endings.filter(({ outcome }) => outcome === 'decided')).toHaveLength(98);
    expect(endings.slice(7, 9)).toMatchObject([{ outcome: 'broken' }, { outcome: 'broken' }]);
  });

  test('and cannot even be recorded has failed alone, to be tried again', async () => {
    const ledger = await openLedger();
    await givenHoldings(
      ledger.database,
      accounts.map((id) => ({ id })),
    );
    await ledger.query("alter table message add constraint refused check (number <> 'PO-account-3')");
    const some = orders.slice(0, 10).map((message) => ({ message }));
    const endings = await decideIsolated(ledger.fulfillment, some);
    expect(endings.map(({ outcome }) => outcome)).toEqual(
      some.map((_, i) => (i === 3 ? 'failed' : 'decided')),
    );
    expect(
      await ledger.query('select status, count(*)::integer as count from message group by status'),
    ).toEqual([{ status: 'fulfilled', count: 9 }]);
    await ledger.query('alter table message drop constraint refused');
    expect(await decideIsolated(ledger.fulfillment, some.slice(3, 4))).toMatchObject([
      { outcome: 'decided', repeat: false },
    ]);
  });

  test('leaves the hold open that was approved for it', async () => {
    const ledger = await openLedger();
    await givenHoldings(
      ledger.database,
      [{ id: 'acme' }],
      [{ account: 'acme', activationCode: activationCode('OS', 1), seats: 900 }],
    );
    const held = await outcomeAfter(ledger.fulfillment, order());
    await poison(ledger, ['PO-1']);
    const before = await rawLedger(ledger);
    const approval = { decision: 'approved', by: 'maria', reason: 'fine', keep: [] } as const;
    await expect(decideHold(ledger.fulfillment, existing(held.hold), approval)).rejects.toThrow('poisonous');
    expect(await rawLedger(ledger)).toEqual(before);
  });
});

test('an id that nobody recorded is unknown, and its neighbours are decided', async () => {
  const { database, fulfillment } = await openLedger();
  await givenHoldings(database, [{ id: 'acme' }]);
  const endings = await decideBatch(fulfillment, [
    { recorded: '00000000-0000-7000-8000-000000000000' },
    { message: order() },
  ]);
  expect(endings).toMatchObject([{ outcome: 'unknown' }, { outcome: 'decided', status: 'fulfilled' }]);
});

describe('accepting', () => {
  test('records without deciding, tells repeats and conflicts, within a list and against what is there', async () => {
    const { database, fulfillment, query } = await openLedger();
    await givenHoldings(database, [{ id: 'acme' }]);
    const [first, repeat, conflict] = await acceptMessages(
      fulfillment,
      [order(), order(), order({ seats: 1 })],
      'reseller northwind',
    );
    expect(first).toMatchObject({ outcome: 'accepted' });
    expect(repeat).toEqual({ ...first, outcome: 'repeat' });
    expect(conflict).toMatchObject({ outcome: 'conflict', code: 'ORDER_CONFLICT' });
    expect(await acceptMessages(fulfillment, [order()], 'reseller northwind')).toEqual([repeat]);
    expect(await query("select status, events->0->>'by' as by from message")).toEqual([
      { status: 'accepted', by: 'reseller northwind' },
    ]);
  });

  test('of the same orders by many at once, in any order, records each once', async () => {
    const ledger = await openLedger();
    const { database, fulfillment, query } = ledger;
    await givenHoldings(database, [{ id: 'acme' }]);
    const orders = Array.from({ length: 30 }, (_, i) =>
      order({ orderNumber: `PO-${i}`, customer: { account: i % 2 ? 'acme' : undefined } }),
    );
    const lists = Array.from({ length: 6 }, (_, i) => [...orders.slice(i * 5), ...orders.slice(0, i * 5)]);
    const all = await Promise.all(
      lists.map((list, i) =>
        i % 2
          ? acceptMessages(fulfillment, list, 'test')
          : decideBatch(
              fulfillment,
              list.map((message) => ({ message })),
            ),
      ),
    );
    const ids = all.flat().flatMap((one) => ('id' in one ? [one.id] : []));
    expect([ids.length, new Set(ids).size]).toEqual([180, 30]);
    expect(await query('select count(*)::integer as count from message')).toEqual([{ count: 30 }]);
    await decideBatch(
      fulfillment,
      ids.map((recorded) => ({ recorded })),
    );
    expect(await brokenInvariants(ledger)).toEqual([]);
    expect(
      await query('select deadlocks::integer from pg_stat_database where datname = current_database()'),
    ).toEqual([{ deadlocks: 0 }]);
  });
});
