import { describe, expect, test } from 'vitest';
import { decideHold } from '#src/fulfillment/batch/decide-hold.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { existing } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { after, approval, heldWith } from '#test/fulfillment/held.ts';
import { onPremisesMerge, serviceMerge } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';

describe('approving the hold of a merge', () => {
  test.each(['MERGE_REGION_MISMATCH', 'MERGE_RESELLER_WITH_RESELLER'] as const)(
    'of %s skips that check and no other',
    async (code) => {
      const ledger = await openLedger();
      const { database, fulfillment } = ledger;
      const far = code === 'MERGE_REGION_MISMATCH' ? 'apac' : 'emea';
      const type = code === 'MERGE_REGION_MISMATCH' ? ('retail' as const) : ('reseller' as const);
      const [into, from] = [activationCode('WS', 1), activationCode('WS', 2)];
      const license = { pid: '100502EN01', type };
      await givenHoldings(
        database,
        [{ id: 'acme' }, { id: 'branch', region: far }],
        [
          { ...license, account: 'acme', activationCode: into, seats: 10 },
          { ...license, account: 'branch', activationCode: from, seats: 5 },
        ],
      );
      const held = await heldWith(fulfillment, serviceMerge('acme', 'branch'), code);
      await decideHold(fulfillment, held.hold, approval);
      expect(await after(fulfillment, held)).toMatchObject({
        status: 'fulfilled',
        survivor: { activationCode: into, seats: 15 },
        merged: [{ activationCode: from }],
      });
      expect(await brokenInvariants(ledger)).toEqual([]);
    },
  );

  test('of one merge check is held again by the other', async () => {
    const ledger = await openLedger();
    const { database, fulfillment } = ledger;
    const license = { pid: '100502EN01', type: 'reseller' as const };
    await givenHoldings(
      database,
      [{ id: 'acme' }, { id: 'branch', region: 'apac' }],
      [
        { ...license, account: 'acme', activationCode: activationCode('WS', 1) },
        { ...license, account: 'branch', activationCode: activationCode('WS', 2) },
      ],
    );
    const held = await heldWith(fulfillment, serviceMerge('acme', 'branch'), 'MERGE_REGION_MISMATCH');
    await decideHold(fulfillment, held.hold, approval);
    const again = await after(fulfillment, held);
    expect(again).toMatchObject({ status: 'held', reason: { code: 'MERGE_RESELLER_WITH_RESELLER' } });
    await decideHold(fulfillment, existing(again.hold), approval);
    expect(await after(fulfillment, held)).toMatchObject({ status: 'fulfilled' });
  });

  test('of a merge whose license was merged meanwhile rejects it', async () => {
    const { database, fulfillment } = await openLedger();
    const license = { account: 'acme', pid: '100501EN01', type: 'reseller' as const };
    const [one, other] = [activationCode('WF', 1), activationCode('WF', 2)];
    await givenHoldings(
      database,
      [{ id: 'acme' }],
      [
        { ...license, activationCode: one },
        { ...license, activationCode: other },
      ],
    );
    const first = await heldWith(fulfillment, onPremisesMerge('acme', one), 'MERGE_RESELLER_WITH_RESELLER');
    const second = await heldWith(
      fulfillment,
      onPremisesMerge('acme', other, { requestNumber: 'MR-2' }),
      'MERGE_RESELLER_WITH_RESELLER',
    );
    await decideHold(fulfillment, first.hold, approval);
    await decideHold(fulfillment, second.hold, approval);
    expect(await after(fulfillment, second)).toMatchObject({
      status: 'rejected',
      reason: { code: 'MERGE_ALREADY_MERGED' },
    });
  });
});
