import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { defaultChangeWindows, type ChangeWindows } from '#src/domain/lifecycle/windows.ts';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';
import { openPlace } from '#test/commands/run-chancery.ts';
import { outcomeAfter } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { change, day, onPremisesMerge, order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

async function catalogWith(changes: unknown) {
  const place = await openPlace();
  onTestFinished(() => place.remove());
  const file = join(place.folder, 'catalog.json');
  const { policies, ...others } = JSON.parse(await readFile(shippedCatalog, 'utf8'));
  const { changes: _, ...rest } = policies;
  await writeFile(
    file,
    JSON.stringify({ ...others, policies: { ...rest, ...(changes !== undefined && { changes }) } }),
  );
  return loadCatalog(file);
}

describe('the windows of a catalog', () => {
  test.each([
    ['absent', undefined, defaultChangeWindows],
    ['empty', {}, defaultChangeWindows],
    ['in part', { returnDays: 0 }, { ...defaultChangeWindows, returnDays: 0 }],
    [
      'all 0',
      { returnDays: 0, undoMergeDays: 0, renewEarlyDays: 0, renewLateDays: 0 },
      { returnDays: 0, undoMergeDays: 0, renewEarlyDays: 0, renewLateDays: 0 },
    ],
  ])('%s', async (_, changes, expected) => {
    expect((await catalogWith(changes)).policies.changes).toEqual(expected);
  });

  test.each([{ returnDays: -1 }, { returnDays: 1.5 }, { renewLateDays: '14' }, { days: 14 }, null])(
    'that are none are refused: %j',
    async (changes) => {
      await expect(catalogWith(changes)).rejects.toThrow(/changes/);
    },
  );
});

const license = { account: 'acme', activationCode: activationCode('OS', 1) } as const;

async function ledgerWith(windows: ChangeWindows): Promise<Ledger> {
  const catalog = await loadCatalog(shippedCatalog);
  const ledger = await openLedger({
    catalog: { ...catalog, policies: { ...catalog.policies, changes: windows } },
  });
  await givenHoldings(ledger.database, [{ id: 'acme' }], []);
  return ledger;
}

/** As if everything had been decided so many days ago. */
function backdate(ledger: Ledger, days: number) {
  return ledger.query('update message set decided_at = decided_at - make_interval(days => $1)', [days]);
}

describe.each([
  ['absent: the defaults', defaultChangeWindows],
  ['0', { returnDays: 0, undoMergeDays: 0, renewEarlyDays: 0, renewLateDays: 0 }],
])('windows of %s', (_, windows) => {
  test('let a return pass on their last day, and hold it after', async () => {
    const ledger = await ledgerWith(windows);
    await outcomeAfter(ledger.fulfillment, order());
    await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'PO-2' }));
    await backdate(ledger, windows.returnDays);
    expect(
      await outcomeAfter(ledger.fulfillment, change({ kind: 'return', requestNumber: 'A', order: 'PO-2' })),
    ).toMatchObject({ status: 'fulfilled' });
    await backdate(ledger, 1);
    expect(
      await outcomeAfter(ledger.fulfillment, change({ kind: 'return', requestNumber: 'B', order: 'PO-1' })),
    ).toMatchObject({
      status: 'held',
      reason: {
        code: 'RETURN_WINDOW_OVER',
        details: { days: windows.returnDays + 1, returnDays: windows.returnDays },
      },
    });
  });

  test.each([0, 1])('let a merge be undone on their last day, and hold it %i day after', async (late) => {
    const ledger = await ledgerWith(windows);
    const premises = { account: 'acme', pid: '100501EN01', type: 'retail' } as const;
    await givenHoldings(
      ledger.database,
      [],
      [
        { ...premises, activationCode: activationCode('WF', 2) },
        { ...premises, activationCode: activationCode('WF', 3) },
      ],
    );
    await outcomeAfter(
      ledger.fulfillment,
      onPremisesMerge('acme', activationCode('WF', 2), { reseller: 'northwind' }),
    );
    await backdate(ledger, windows.undoMergeDays + late);
    expect(
      await outcomeAfter(ledger.fulfillment, change({ kind: 'undo-merge', mergeRequest: 'MR-1' })),
    ).toMatchObject(
      late === 0
        ? { status: 'fulfilled' }
        : {
            status: 'held',
            reason: { code: 'UNDO_WINDOW_OVER', details: { undoMergeDays: windows.undoMergeDays } },
          },
    );
  });

  test.each([
    ['on the first day before the end', windows.renewEarlyDays, undefined],
    ['a day earlier', windows.renewEarlyDays + 1, 'RENEWAL_TOO_EARLY'],
    ['on the last day after the end', -windows.renewLateDays, undefined],
    ['a day later', -windows.renewLateDays - 1, 'RENEWAL_TOO_LATE'],
  ])('let a renewal pass or hold it: %s', async (_when, daysLeft, code) => {
    const ledger = await ledgerWith(windows);
    await givenHoldings(ledger.database, [], [{ ...license, validThrough: day(daysLeft) }]);
    const renewal = { kind: 'renewal', activationCode: license.activationCode, validThrough: day(700) };
    expect(await outcomeAfter(ledger.fulfillment, change(renewal))).toMatchObject(
      code === undefined ? { status: 'fulfilled' } : { status: 'held', reason: { code } },
    );
  });
});
