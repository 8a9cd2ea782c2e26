import { describe, expect, test } from 'vitest';
import { decideHold } from '#src/fulfillment/batch/decide-hold.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { decideAll } from '#test/fulfillment/ending.ts';
import { activationCode } from '#test/fulfillment/given-holdings.ts';
import { after, approval, heldWith, ledgerWith, rejection } from '#test/fulfillment/held.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';

const officeScan = activationCode('OS', 1);

describe('a hold', () => {
  test('that is rejected ends its order with the reason, without effect', async () => {
    const ledger = await ledgerWith([{ activationCode: officeScan, seats: 500 }]);
    const { fulfillment, query } = ledger;
    const held = await heldWith(fulfillment, order(), 'SEATS_BELOW_HOLDING');
    expect(await decideHold(fulfillment, held.hold, rejection)).toMatchObject({
      outcome: 'decided',
      hold: { decision: 'rejected' },
    });
    expect(await after(fulfillment, held)).toMatchObject({
      status: 'rejected',
      reason: { code: 'SEATS_BELOW_HOLDING', message: expect.stringContaining('a mistake') },
    });
    expect(await query('select from certificate union all select from registration_key')).toEqual([]);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('that was decided stays decided', async () => {
    const { fulfillment } = await ledgerWith([{ activationCode: officeScan, seats: 500 }]);
    const held = await heldWith(fulfillment, order(), 'SEATS_BELOW_HOLDING');
    await decideHold(fulfillment, held.hold, rejection);
    expect(await decideHold(fulfillment, held.hold, approval)).toMatchObject({
      outcome: 'already-decided',
      hold: { decision: 'rejected' },
    });
    expect(await after(fulfillment, held)).toMatchObject({ status: 'rejected' });
  });

  test('that many decide at once is decided once', async () => {
    const ledger = await ledgerWith([{ activationCode: officeScan, seats: 500 }]);
    const { fulfillment, query } = ledger;
    const held = await heldWith(fulfillment, order(), 'SEATS_BELOW_HOLDING');
    const endings = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        decideHold(fulfillment, held.hold, { ...(i % 2 ? approval : rejection), by: `operator ${i}` }),
      ),
    );
    expect(endings.filter(({ outcome }) => outcome === 'decided')).toHaveLength(1);
    expect(endings.filter(({ outcome }) => outcome === 'already-decided')).toHaveLength(7);
    const [decision] = await query<{ decision: string }>('select decision from hold');
    expect(await after(fulfillment, held)).toMatchObject({
      status: decision?.decision === 'approved' ? 'fulfilled' : 'rejected',
    });
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('of an unknown id is unknown', async () => {
    const { fulfillment } = await openLedger();
    expect(await decideHold(fulfillment, '00000000-0000-7000-8000-000000000000', approval)).toEqual({
      outcome: 'unknown',
    });
  });

  test('leaves the order a repeat: it stays held when it is delivered again', async () => {
    const { fulfillment, query } = await ledgerWith([{ activationCode: officeScan, seats: 500 }]);
    await heldWith(fulfillment, order(), 'SEATS_BELOW_HOLDING');
    expect(await decideAll(fulfillment, order())).toMatchObject([
      { outcome: 'decided', status: 'held', repeat: true },
    ]);
    expect(await query('select count(*)::integer as count from hold')).toEqual([{ count: 1 }]);
  });
});
