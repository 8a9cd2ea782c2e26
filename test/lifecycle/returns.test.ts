import { describe, expect, test } from 'vitest';
import { addDays, termEnd } from '#src/domain/calendar.ts';
import { accountView } from '#src/fulfillment/looking/account-view.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { existing, outcomeAfter, outcomeById } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings, type GivenLicense } from '#test/fulfillment/given-holdings.ts';
import { agreed, change, day, order, registration } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

const officeScan = activationCode('OS', 1);
const imported = { activationCode: officeScan, account: 'acme', seats: 200, validThrough: day(120) };

async function ledgerWithAcme(licenses: readonly GivenLicense[] = [imported]): Promise<Ledger> {
  const ledger = await openLedger();
  await givenHoldings(ledger.database, [{ id: 'acme' }], licenses);
  return ledger;
}

/** What `GET /licenses` says, grants and what a return revoked aside. */
async function licensesOf({ fulfillment }: Ledger) {
  const view = existing(await accountView(fulfillment, 'acme', { kind: 'operator' }));
  return {
    alignedEnd: view.alignedEnd,
    reseller: view.account.reseller,
    items: view.licenses
      .filter(({ status }) => status !== 'revoked')
      .map((license) => ({ ...license, grants: undefined })),
  };
}

describe('the examples of a return', () => {
  test('an order that extended an imported license: the same code, its seats and its date', async () => {
    const ledger = await ledgerWithAcme();
    const before = await licensesOf(ledger);
    const ordered = await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'PO-1', seats: 250 }));
    const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', order: 'PO-1' }));
    expect(returned).toMatchObject({
      status: 'fulfilled',
      kind: 'return',
      account: 'acme',
      registrationKey: ordered.registrationKey,
      certificate: { number: ordered.certificate?.number, version: 2 },
      lines: [{ action: 'reverted', activationCode: officeScan, seats: 200, validThrough: day(120) }],
    });
    expect(await licensesOf(ledger)).toEqual(before);
    const sum = (lines: typeof ordered.lines) => lines?.reduce((all, { seatDays }) => all + seatDays, 0);
    expect(sum(returned.lines)).toBe(-existing(sum(ordered.lines)));
    expect(await outcomeById(ledger.fulfillment, existing(ordered.id))).toMatchObject({
      status: 'fulfilled',
      returnedBy: { requestNumber: 'CR-1', id: returned.id },
    });
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('an order and its registration: what was issued is revoked, the key ended', async () => {
    const ledger = await ledgerWithAcme();
    const before = await licensesOf(ledger);
    const ordered = await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'PO-1', seats: 250 }));
    const key = existing(ordered.registrationKey);
    await outcomeAfter(ledger.fulfillment, registration(key));
    const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', order: 'PO-1' }));
    expect(returned).toMatchObject({ status: 'fulfilled', notes: [] });
    expect(returned.lines?.map(({ action }) => action).sort()).toEqual([
      'reverted',
      ...Array.from({ length: 6 }, () => 'revoked'),
    ]);
    expect(await licensesOf(ledger)).toEqual(before);
    const again = await outcomeAfter(ledger.fulfillment, registration(key, { select: ['OfficeScan'] }));
    expect(again).toMatchObject({ status: 'rejected', reason: { code: 'KEY_ENDED' } });
    const anew = await outcomeAfter(
      ledger.fulfillment,
      order({ orderNumber: 'PO-2', seats: 250, register: agreed }),
    );
    expect(anew.registrationKey).not.toBe(key);
    expect(anew.lines?.filter(({ action }) => action === 'issued')).toHaveLength(6);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('the second order of a key: the codes stay, with the figures of the first', async () => {
    const ledger = await ledgerWithAcme([]);
    const first = await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O1', seats: 200 }));
    await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O2', seats: 250, term: 'P2Y' }));
    const issued = await outcomeAfter(ledger.fulfillment, registration(existing(first.registrationKey)));
    expect(issued.lines?.[0]).toMatchObject({ action: 'issued', seats: 250 });
    const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', order: 'O2' }));
    expect(returned).toMatchObject({
      status: 'fulfilled',
      seats: 200,
      validThrough: first.validThrough,
      notes: [],
    });
    const { items } = await licensesOf(ledger);
    expect(items).toHaveLength(7);
    for (const [i, item] of items.entries())
      expect(item).toMatchObject({
        activationCode: expect.any(String),
        seats: 200,
        validThrough: first.validThrough,
        status: 'active',
        pid: issued.lines?.[i]?.pid,
      });
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('a total that was set since stands, on the end of the first order', async () => {
    const ledger = await ledgerWithAcme([]);
    const first = await outcomeAfter(
      ledger.fulfillment,
      order({ orderNumber: 'O1', seats: 200, register: agreed }),
    );
    await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O2', seats: 250, term: 'P2Y' }));
    await outcomeAfter(
      ledger.fulfillment,
      change({ requestNumber: 'CR-0', kind: 'seats', order: 'O2', seats: 300 }),
    );
    const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', order: 'O2' }));
    expect(returned).toMatchObject({
      status: 'fulfilled',
      seats: 300,
      validThrough: first.validThrough,
      notes: [{ code: 'REBASED', message: expect.stringContaining('CR-0') }],
    });
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('a renewal since counts from the end of the first order', async () => {
    const ledger = await ledgerWithAcme([]);
    const first = await outcomeAfter(
      ledger.fulfillment,
      order({ orderNumber: 'O1', seats: 200, term: 'P1M', register: agreed }),
    );
    await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O2', seats: 250, term: 'P2M' }));
    await outcomeAfter(
      ledger.fulfillment,
      change({ requestNumber: 'CR-0', kind: 'renewal', order: 'O2', term: 'P1Y' }),
    );
    const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', order: 'O2' }));
    expect(returned).toMatchObject({
      status: 'fulfilled',
      seats: 200,
      validThrough: termEnd(day(), 'P13M'),
      notes: [{ code: 'REBASED' }],
    });
    expect(first.validThrough).toBe(termEnd(day(), 'P1M'));
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('an order that would be held without it holds the return, and its own figures stand when it is approved', async () => {
    const ledger = await ledgerWithAcme();
    await outcomeAfter(
      ledger.fulfillment,
      order({ orderNumber: 'O2', seats: 100, allowFewerSeats: true, term: 'P2Y' }),
    );
    await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'O3', seats: 150 }));
    const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', order: 'O2' }));
    expect(returned).toMatchObject({
      status: 'held',
      reason: { code: 'LATER_CHANGES', message: expect.stringContaining('O3') },
    });
    expect(await brokenInvariants(ledger)).toEqual([]);
  });
});

test('a return right after a change restores what was there', async () => {
  const ledger = await ledgerWithAcme();
  await outcomeAfter(ledger.fulfillment, order({ seats: 250, register: agreed }));
  const before = await licensesOf(ledger);
  const changes: readonly (readonly [string, object])[] = [
    ['seats', { seats: 300 }],
    ['renewal', { validThrough: addDays(day(), 900) }],
    ['cancellation', { endsOn: day(10) }],
    ['suspension', { because: 'unpaid' }],
  ];
  for (const [i, [kind, fields]] of changes.entries()) {
    const number = `CR-${i}`;
    let changed = await outcomeAfter(
      ledger.fulfillment,
      change({ kind, requestNumber: number, order: 'PO-1', ...fields }),
    );
    if (changed.status === 'held') continue;
    expect([kind, changed.status]).toEqual([kind, 'fulfilled']);
    changed = await outcomeAfter(
      ledger.fulfillment,
      change({ kind: 'return', requestNumber: `R-${i}`, change: number }),
    );
    expect(changed).toMatchObject({ status: 'fulfilled' });
    expect(await licensesOf(ledger)).toEqual(before);
  }
  expect(await brokenInvariants(ledger)).toEqual([]);
});
