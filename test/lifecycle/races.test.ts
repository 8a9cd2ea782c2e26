import { describe, expect, test } from 'vitest';
import type { Message } from '#jobs/message.ts';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { decideBatch, type BatchItem } from '#src/fulfillment/batch/decide-batch.ts';
import { expectSequentialState } from '#test/delivery/expected-state.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { decideAll, existing, outcomeAfter, outcomeById } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import {
  change,
  day,
  onPremisesMerge,
  order,
  serviceMerge,
  type ChangeChanges,
  type OrderChanges,
} from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';
import { atOnce } from '#test/lifecycle/at-once.ts';
import { mergingCatalog } from '#test/lifecycle/oracle/merging-catalog.ts';

const [service, lone, others] = [activationCode('WS', 1), activationCode('WS', 2), activationCode('WS', 3)];
const [retained, merged] = [activationCode('WF', 4), activationCode('WF', 5)];

const begin = ({ database }: Ledger) =>
  givenHoldings(
    database,
    [{ id: 'acme' }, { id: 'lone' }, { id: 'other' }],
    [
      { account: 'acme', activationCode: service, pid: '100502EN01', seats: 50, validThrough: day(300) },
      { account: 'lone', activationCode: lone, pid: '100502EN01', seats: 40, validThrough: day(90) },
      { account: 'other', activationCode: others, pid: '100502EN01', seats: 30, validThrough: day(200) },
      { account: 'acme', activationCode: retained, pid: '100501EN01', seats: 10, validThrough: day(100) },
      { account: 'acme', activationCode: merged, pid: '100501EN01', seats: 20, validThrough: day(50) },
    ],
  );

async function open(): Promise<Ledger> {
  const ledger = await openLedger({ catalog: await mergingCatalog() });
  await begin(ledger);
  return ledger;
}

const placed = (changes: OrderChanges = {}) => order({ suite: 'SBS', keep: [retained], ...changes });
const fresh = (message: Message): BatchItem => ({ message });
const of = (requestNumber: string, fields: ChangeChanges) => change({ requestNumber, ...fields });
const returnOf = (number: string, requestNumber = `R-${number}`) =>
  of(requestNumber, { kind: 'return', order: number });
const done = { status: 'fulfilled' };
const refused = (code: string, name = '') => ({
  status: 'rejected',
  reason: { code, message: expect.stringContaining(name) },
});

async function expectSound(ledger: Ledger): Promise<void> {
  expect(await brokenInvariants(ledger)).toEqual([]);
  await expectSequentialState(ledger, 'decision', begin);
}

describe('two returns of one order under different numbers', () => {
  const returns = [returnOf('PO-1', 'R1'), returnOf('PO-1', 'R2')] as const;

  test('at once on two workers: one wins, the other is told of it', async () => {
    const ledger = await open();
    await outcomeAfter(ledger.fulfillment, placed());
    const endings = await atOnce(ledger, fresh(returns[0]), fresh(returns[1]));
    expect(endings).toMatchObject([done, refused('ALREADY_RETURNED', 'R1')]);
    await expectSound(ledger);
  });

  test('in one batch, and each delivered twice', async () => {
    const ledger = await open();
    await outcomeAfter(ledger.fulfillment, placed());
    const endings = await decideAll(ledger.fulfillment, ...returns, ...returns);
    const [won, lost] = [
      { outcome: 'decided', status: 'fulfilled' },
      { outcome: 'decided', status: 'rejected', code: 'ALREADY_RETURNED' },
    ];
    expect(endings).toMatchObject([won, lost, won, lost]);
    await expectSound(ledger);
  });

  test('at once on eight workers, of an order that is held: it is withdrawn once', async () => {
    const ledger = await open();
    const held = await outcomeAfter(ledger.fulfillment, placed({ seats: 5 }));
    expect(held.status).toBe('held');
    const all = Array.from({ length: 8 }, (_, i) => returnOf('PO-1', `R${i}`));
    const endings = await Promise.all(all.map((message) => decideBatch(ledger.fulfillment, [{ message }])));
    const statuses = endings.flat().map((ending) => ('status' in ending ? ending.status : ''));
    expect(statuses.toSorted()).toEqual(['fulfilled', ...Array.from({ length: 7 }, () => 'rejected')]);
    expect(await outcomeById(ledger.fulfillment, existing(held.id))).toMatchObject(refused('WITHDRAWN'));
    await expectSound(ledger);
  });
});

describe('a return of an order that is still open', () => {
  test('in the same batch comes after it, also when the order stands behind it', async () => {
    for (const [recorded, first] of [
      [false, 'order'],
      [true, 'order'],
      [true, 'return'],
    ] as const) {
      const ledger = await open();
      const ordered = placed();
      if (recorded) await acceptMessages(ledger.fulfillment, [ordered], 'reseller northwind');
      const both = first === 'order' ? [ordered, returnOf('PO-1')] : [returnOf('PO-1'), ordered];
      const endings = await decideAll(ledger.fulfillment, ...both);
      expect(endings, `${recorded} ${first}`).toMatchObject([done, done]);
      await expectSound(ledger);
    }
  });

  test('that was accepted before the order, and decided with it, comes after it', async () => {
    const ledger = await open();
    const { fulfillment } = ledger;
    const changed = of('CR', { kind: 'seats', order: 'PO-1', seats: 300 });
    const all = [changed, returnOf('PO-1'), placed()];
    const items: BatchItem[] = [];
    for (const message of all) {
      const [accepted] = await acceptMessages(fulfillment, [message], 'reseller northwind');
      if (accepted && 'id' in accepted) items.push({ recorded: accepted.id });
    }
    expect(await decideBatch(fulfillment, items)).toMatchObject([done, done, done]);
    await expectSound(ledger);
  });

  test('two returns that name each other, and one that names itself, are decided all the same', async () => {
    const ledger = await open();
    const all = [
      of('A', { kind: 'return', change: 'B' }),
      of('B', { kind: 'return', change: 'A' }),
      of('C', { kind: 'return', change: 'C' }),
    ];
    const accepted = await acceptMessages(ledger.fulfillment, all, 'reseller northwind');
    const items = accepted.flatMap((one) => ('id' in one ? [{ recorded: one.id }] : []));
    const endings = await decideBatch(ledger.fulfillment, items);
    expect(endings.map((ending) => 'status' in ending && ending.status)).toEqual([
      'rejected',
      'rejected',
      'rejected',
    ]);
  });

  test.each([
    ['the order was recorded before', true],
    ['the order is new', false],
  ])('that another worker decides at that moment waits for it (%s)', async (_, recorded) => {
    const ledger = await open();
    const ordered = placed();
    if (recorded) await acceptMessages(ledger.fulfillment, [ordered], 'reseller northwind');
    const [accepted] = await acceptMessages(ledger.fulfillment, [returnOf('PO-1')], 'reseller northwind');
    const item = accepted && 'id' in accepted ? { recorded: accepted.id } : fresh(returnOf('PO-1'));
    const endings = await atOnce(ledger, fresh(ordered), item);
    expect(endings).toMatchObject([done, done]);
    await expectSound(ledger);
  });
});

describe('a change of an order without an account that another worker decides at that moment', () => {
  const unbound = placed({ customer: { account: undefined }, keep: [] });

  test.each([
    ['seats', true],
    ['seats', false],
    ['suspension', false],
    ['code-replacement', false],
    ['cancellation', false],
    ['return', false],
  ])('%s: finds the key that it made (the order was recorded before: %s)', async (kind, recorded) => {
    const ledger = await open();
    if (recorded) await acceptMessages(ledger.fulfillment, [unbound], 'reseller northwind');
    const fields = kind === 'seats' ? { seats: 200 } : { because: 'leaked' };
    const changed = of('CR', {
      kind,
      order: 'PO-1',
      ...(kind !== 'return' && kind !== 'cancellation' && fields),
    });
    expect(await atOnce(ledger, fresh(unbound), fresh(changed))).toMatchObject([done, done]);
    await expectSound(ledger);
  });
});

describe('a return at the moment of a merge', () => {
  const premises = onPremisesMerge('acme', retained, { merge: [merged], requestNumber: 'MR' });
  const services = serviceMerge('other', 'lone', { requestNumber: 'MR' });
  const forLone = { customer: { account: 'lone' }, keep: [] };

  test.each([
    ['of the licenses that the order extended', {}, premises],
    ['of its account into another', forLone, services],
  ])('%s: what came first stands', async (_, changes, merge) => {
    const [before, after] = [await open(), await open()];
    for (const ledger of [before, after])
      expect(await outcomeAfter(ledger.fulfillment, placed(changes))).toMatchObject(done);
    const returned = fresh(returnOf('PO-1'));
    expect(await atOnce(before, returned, fresh(merge))).toMatchObject([done, done]);
    expect(await atOnce(after, fresh(merge), returned)).toMatchObject([
      done,
      refused('UNDO_MERGE_FIRST', 'MR'),
    ]);
    for (const ledger of [before, after]) await expectSound(ledger);
  });

  test.each(['seats', 'suspension', 'code-replacement', 'cancellation'])(
    'a %s of an order whose account is merged away finds its key where it is then',
    async (kind) => {
      const ledger = await open();
      await outcomeAfter(ledger.fulfillment, placed(forLone));
      const fields = kind === 'seats' ? { seats: 200 } : kind === 'cancellation' ? {} : { because: 'leaked' };
      const [merge, changed] = await atOnce(
        ledger,
        fresh(services),
        fresh(of('CR', { kind, order: 'PO-1', ...fields })),
      );
      expect([merge, changed]).toMatchObject([done, { ...done, account: 'other' }]);
      await expectSound(ledger);
    },
  );
});

describe('an undone merge at the moment of a return', () => {
  const undo = fresh(
    change({ reseller: undefined, requestNumber: 'U', kind: 'undo-merge', mergeRequest: 'MR' }),
  );
  const merge = onPremisesMerge('acme', retained, { merge: [merged], requestNumber: 'MR' });

  test('of an order before it: the return comes to pass when the merge is gone', async () => {
    const [first, last] = [await open(), await open()];
    for (const { fulfillment } of [first, last])
      for (const message of [placed(), merge])
        expect(await outcomeAfter(fulfillment, message)).toMatchObject(done);
    const returned = fresh(returnOf('PO-1'));
    expect(await atOnce(first, undo, returned)).toMatchObject([done, done]);
    expect(await atOnce(last, returned, undo)).toMatchObject([refused('UNDO_MERGE_FIRST', 'MR'), done]);
    for (const ledger of [first, last]) await expectSound(ledger);
  });

  test('of an order after it: the merge is undone when the order is gone', async () => {
    const [first, last] = [await open(), await open()];
    for (const { fulfillment } of [first, last])
      for (const message of [merge, placed({ keep: [] })])
        expect(await outcomeAfter(fulfillment, message)).toMatchObject(done);
    const returned = fresh(returnOf('PO-1'));
    expect(await atOnce(first, undo, returned)).toMatchObject([refused('MERGE_BUILT_UPON', 'PO-1'), done]);
    expect(await atOnce(last, returned, undo)).toMatchObject([done, done]);
    for (const ledger of [first, last]) await expectSound(ledger);
  });

  test('two of one merge: one wins, the other is told of it', async () => {
    const ledger = await open();
    await outcomeAfter(ledger.fulfillment, merge);
    const other = fresh(
      change({ reseller: undefined, requestNumber: 'V', kind: 'undo-merge', mergeRequest: 'MR' }),
    );
    expect(await atOnce(ledger, undo, other)).toMatchObject([done, refused('ALREADY_UNDONE', 'U')]);
    await expectSound(ledger);
  });
});
