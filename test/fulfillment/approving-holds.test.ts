import { describe, expect, test } from 'vitest';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';
import { decideHold, type HoldDecision } from '#src/fulfillment/batch/decide-hold.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { decideAll, existing, outcomeAfter } from '#test/fulfillment/ending.ts';
import { activationCode, type GivenLicense } from '#test/fulfillment/given-holdings.ts';
import { after, approval, heldWith, ledgerWith, rejection } from '#test/fulfillment/held.ts';
import { day, order, registration, type OrderChanges } from '#test/fulfillment/messages-by-hand.ts';
import { normalisedLedger } from '#test/fulfillment/normalised-ledger.ts';

const officeScan = activationCode('OS', 1);
const spare = activationCode('OS', 2);
const manager = activationCode('CM', 3);

describe('approving a hold', () => {
  test.each<[string, OrderChanges, readonly Omit<GivenLicense, 'account'>[], Partial<HoldDecision>, object]>([
    [
      'SEATS_BELOW_HOLDING',
      { seats: 10 },
      [{ activationCode: officeScan, seats: 50 }],
      {},
      { activationCode: officeScan, seats: 10, previousSeats: 50 },
    ],
    [
      'AMBIGUOUS_PRODUCT_FAMILY',
      {},
      [{ activationCode: officeScan }, { activationCode: spare }],
      { keep: [spare] },
      { activationCode: spare, seats: 100 },
    ],
    [
      'LICENSE_NOT_USABLE',
      {},
      [{ activationCode: officeScan, status: 'suspended' }],
      {},
      { activationCode: officeScan, seats: 100 },
    ],
    [
      'ACCOUNT_OF_ANOTHER_RESELLER',
      { reseller: 'southwind' },
      [{ activationCode: officeScan }],
      {},
      { activationCode: officeScan, seats: 100 },
    ],
  ])('of %s fulfils the order against today’s state', async (code, changes, licenses, said, line) => {
    const ledger = await ledgerWith(licenses);
    const { fulfillment, query } = ledger;
    const held = await heldWith(fulfillment, order(changes), code);
    expect(await decideHold(fulfillment, held.hold, { ...approval, ...said })).toMatchObject({
      outcome: 'decided',
      hold: { decision: 'approved', decidedBy: 'maria', reason: 'as agreed' },
    });
    const outcome = await after(fulfillment, held);
    expect(outcome).toMatchObject({ status: 'fulfilled', certificate: { version: 1 } });
    expect(outcome.hold).toBeUndefined();
    expect(outcome.lines?.[0]).toMatchObject({ action: 'retained', ...line });
    expect(
      await query(
        "select status from license join license_grant on license.id = license and cause_kind = 'hold'",
      ),
    ).toEqual([{ status: 'active' }]);
    expect(await query('select reseller from account')).toEqual([{ reseller: 'northwind' }]);
    expect(
      await query(
        "select event->>'event' as event, event->>'by' as by from message, jsonb_array_elements(events) as event",
      ),
    ).toEqual([
      { event: 'accepted', by: expect.stringContaining('queue') },
      { event: 'held', by: 'worker' },
      { event: 'hold-approved', by: 'operator maria' },
      { event: 'fulfilled', by: 'operator maria' },
    ]);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('of KEPT_LATER_DATE keeps the later date', async () => {
    const shipped = await loadCatalog(shippedCatalog);
    const catalog = {
      ...shipped,
      policies: { ...shipped.policies, upgrade: { laterDate: 'hold' as const } },
    };
    const { fulfillment } = await ledgerWith([{ activationCode: officeScan, validThrough: day(900) }], {
      catalog,
    });
    const held = await heldWith(fulfillment, order(), 'KEPT_LATER_DATE');
    await decideHold(fulfillment, held.hold, approval);
    expect((await after(fulfillment, held)).lines?.[0]).toMatchObject({
      validThrough: day(900),
      notes: [{ code: 'KEPT_LATER_DATE' }],
    });
  });

  test('of a registration issues the codes', async () => {
    const { fulfillment } = await ledgerWith([{ activationCode: officeScan, status: 'suspended' }]);
    const { registrationKey } = await outcomeAfter(fulfillment, order({ customer: { account: undefined } }));
    const held = await heldWith(fulfillment, registration(existing(registrationKey)), 'LICENSE_NOT_USABLE');
    await decideHold(fulfillment, held.hold, approval);
    expect((await after(fulfillment, held)).lines?.map(({ action }) => action)).toEqual([
      'retained',
      ...Array<string>(6).fill('issued'),
    ]);
  });

  test('of LICENSE_NOT_USABLE leaves a revoked license revoked and rejects', async () => {
    const { fulfillment, query } = await ledgerWith([{ activationCode: officeScan, status: 'revoked' }]);
    const held = await heldWith(fulfillment, order(), 'LICENSE_NOT_USABLE');
    await decideHold(fulfillment, held.hold, approval);
    expect(await after(fulfillment, held)).toMatchObject({
      status: 'rejected',
      reason: { code: 'LICENSE_REVOKED' },
    });
    expect(await query('select status from license')).toEqual([{ status: 'revoked' }]);
  });

  test('is held again by another check, and approvals add up', async () => {
    const licenses = [
      { activationCode: officeScan, seats: 500 },
      { activationCode: spare },
      { activationCode: manager, pid: '100102EN01', status: 'suspended' as const },
    ];
    const ledger = await ledgerWith(licenses);
    const { fulfillment, query } = ledger;
    const held = await heldWith(fulfillment, order(), 'AMBIGUOUS_PRODUCT_FAMILY');
    await decideHold(fulfillment, held.hold, { ...approval, keep: [officeScan] });
    const second = await after(fulfillment, held);
    expect(second).toMatchObject({ status: 'held', reason: { code: 'SEATS_BELOW_HOLDING' } });
    await decideHold(fulfillment, existing(second.hold), approval);
    const third = await after(fulfillment, held);
    expect(third).toMatchObject({ status: 'held', reason: { code: 'LICENSE_NOT_USABLE' } });
    await decideHold(fulfillment, existing(third.hold), approval);
    expect(await after(fulfillment, held)).toMatchObject({
      status: 'fulfilled',
      lines: [{ activationCode: officeScan, seats: 100 }, { activationCode: manager }, {}, {}, {}, {}, {}],
    });
    expect(await query('select code, decision from hold order by held_at')).toMatchObject(
      Array.from({ length: 3 }, () => ({ decision: 'approved' })),
    );
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test.each([
    ['KEEP_NEEDED', []],
    ['KEEP_NOT_A_CANDIDATE', [activationCode('OS', 77)]],
    ['KEEP_NOT_A_CANDIDATE', [manager]],
  ])('of AMBIGUOUS_PRODUCT_FAMILY that does not say which leaves the hold open: %s', async (code, keep) => {
    const ledger = await ledgerWith([
      { activationCode: officeScan },
      { activationCode: spare },
      { activationCode: manager, pid: '100102EN01' },
    ]);
    const held = await heldWith(ledger.fulfillment, order(), 'AMBIGUOUS_PRODUCT_FAMILY');
    const before = await normalisedLedger(ledger);
    expect(await decideHold(ledger.fulfillment, held.hold, { ...approval, keep })).toMatchObject({
      outcome: 'unfit',
      code,
    });
    expect(await normalisedLedger(ledger)).toEqual(before);
  });

  test('that needs no `keep` takes none', async () => {
    const { fulfillment } = await ledgerWith([{ activationCode: officeScan, seats: 500 }]);
    const held = await heldWith(fulfillment, order(), 'SEATS_BELOW_HOLDING');
    expect(await decideHold(fulfillment, held.hold, { ...approval, keep: [officeScan] })).toMatchObject({
      outcome: 'unfit',
      code: 'KEEP_NOT_ASKED',
    });
  });

  test('finds what has changed since: the license was raised to no more than the order says', async () => {
    const { fulfillment } = await ledgerWith([{ activationCode: officeScan, seats: 500 }]);
    const held = await heldWith(fulfillment, order({ seats: 100 }), 'SEATS_BELOW_HOLDING');
    await decideAll(fulfillment, order({ orderNumber: 'PO-2', seats: 60, allowFewerSeats: true }));
    await decideHold(fulfillment, held.hold, { ...approval, despiteNewer: true });
    expect((await after(fulfillment, held)).lines?.[0]).toMatchObject({ previousSeats: 60, seats: 100 });
  });
});

describe('approving an old hold', () => {
  const stale = order({ seats: 10, startsOn: day(1) });
  const newer = order({ orderNumber: 'PO-2', seats: 300, term: 'P2Y', startsOn: day(1) });

  test('that would undo a newer order is refused, naming it, unless it says so', async () => {
    const { fulfillment, query } = await ledgerWith([{ activationCode: officeScan, seats: 50 }]);
    const held = await heldWith(fulfillment, stale, 'SEATS_BELOW_HOLDING');
    const later = await outcomeAfter(fulfillment, newer);
    expect(later).toMatchObject({ status: 'fulfilled' });
    expect(await decideHold(fulfillment, held.hold, approval)).toEqual({
      outcome: 'newer',
      newer: { id: later.id, number: 'PO-2' },
    });
    expect(await after(fulfillment, held)).toMatchObject({ status: 'held' });
    expect(await query('select seats from license')).toEqual([{ seats: 300 }]);
    expect(await decideHold(fulfillment, held.hold, { ...approval, despiteNewer: true })).toMatchObject({
      outcome: 'decided',
    });
    expect(await query('select seats from license')).toEqual([{ seats: 10 }]);
    expect(
      await query(
        `select event->'details'->'despiteNewer' as despite from message, jsonb_array_elements(events) as event where event->>'event' = 'hold-approved'`,
      ),
    ).toEqual([{ despite: true }]);
  });

  test('that would undo a newer order of the key alone is refused', async () => {
    const { fulfillment } = await ledgerWith([]);
    const first = order({ orderNumber: 'PO-0', reseller: 'southwind', seats: 10 });
    const held = await heldWith(fulfillment, first, 'ACCOUNT_OF_ANOTHER_RESELLER');
    const later = await outcomeAfter(fulfillment, newer);
    expect(await decideHold(fulfillment, held.hold, approval)).toMatchObject({
      outcome: 'newer',
      newer: { id: later.id },
    });
  });

  test('is refused as well when the newer order was held and approved itself', async () => {
    const { fulfillment } = await ledgerWith([{ activationCode: officeScan, seats: 50 }]);
    const held = await heldWith(fulfillment, stale, 'SEATS_BELOW_HOLDING');
    const second = await heldWith(
      fulfillment,
      order({ orderNumber: 'PO-2', seats: 20 }),
      'SEATS_BELOW_HOLDING',
    );
    expect(await decideHold(fulfillment, second.hold, approval)).toMatchObject({ outcome: 'decided' });
    expect(await decideHold(fulfillment, held.hold, approval)).toMatchObject({
      outcome: 'newer',
      newer: { number: 'PO-2' },
    });
  });

  test('passes when what came later is of another suite, was rejected, or was accepted before', async () => {
    const { fulfillment } = await ledgerWith([{ activationCode: officeScan, seats: 50 }]);
    await outcomeAfter(fulfillment, order({ orderNumber: 'PO-0', seats: 60 }));
    const held = await heldWith(fulfillment, stale, 'SEATS_BELOW_HOLDING');
    await outcomeAfter(fulfillment, order({ orderNumber: 'PO-2', suite: 'NONE' }));
    expect(await decideHold(fulfillment, held.hold, approval)).toMatchObject({ outcome: 'decided' });
  });

  test('that is to be rejected is never in the way', async () => {
    const { fulfillment } = await ledgerWith([{ activationCode: officeScan, seats: 50 }]);
    const held = await heldWith(fulfillment, stale, 'SEATS_BELOW_HOLDING');
    await outcomeAfter(fulfillment, newer);
    expect(await decideHold(fulfillment, held.hold, rejection)).toMatchObject({ outcome: 'decided' });
  });
});
