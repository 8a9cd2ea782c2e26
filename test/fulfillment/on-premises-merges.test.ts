import { describe, expect, test } from 'vitest';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { decideAll, outcomeAfter } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { agreed, day, onPremisesMerge, order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

const ws = (n: number) => activationCode('WS', n);
const wf = (n: number) => activationCode('WF', n);
const ownOfficeScan = activationCode('OS', 1);

/** Accounts `a0`, `a1`, … of northwind's with a WFBS-SVC license of 10, 20, … seats each. */
async function branches(count: number): Promise<Ledger> {
  const ledger = await openLedger();
  const ids = Array.from({ length: count }, (_, i) => `a${i}`);
  await givenHoldings(
    ledger.database,
    ids.map((id) => ({ id, reseller: 'northwind' })),
    ids.map((account, i) => ({ account, activationCode: ws(i), pid: '100502EN01', seats: 10 * (i + 1) })),
  );
  return ledger;
}

describe('an on-premises merge', () => {
  async function holder(count: number): Promise<Ledger> {
    const ledger = await openLedger();
    const licenses = Array.from({ length: count }, (_, i) => ({
      account: 'acme',
      activationCode: wf(i),
      pid: '100501EN01',
      seats: 10,
      validThrough: day(10 * (i + 1)),
    }));
    await givenHoldings(ledger.database, [{ id: 'acme' }], licenses);
    return ledger;
  }

  test('of two takes the other one by itself, and weighs the dates by seats', async () => {
    const { fulfillment } = await holder(2);
    const outcome = await outcomeAfter(fulfillment, onPremisesMerge('acme', wf(0)));
    expect(outcome).toMatchObject({
      status: 'fulfilled',
      survivor: { activationCode: wf(0), seats: 20, validThrough: day(15) },
      merged: [{ activationCode: wf(1) }],
    });
  });

  test('of three merges those that it names in one step', async () => {
    const ledger = await holder(3);
    const unclear = await outcomeAfter(ledger.fulfillment, onPremisesMerge('acme', wf(0)));
    expect(unclear).toMatchObject({ status: 'rejected', reason: { code: 'MERGE_CHOOSE_LICENSES' } });
    const outcome = await outcomeAfter(
      ledger.fulfillment,
      onPremisesMerge('acme', wf(0), { requestNumber: 'MR-2', merge: [wf(1), wf(2)] }),
    );
    expect(outcome).toMatchObject({
      status: 'fulfilled',
      survivor: { seats: 30, validThrough: day(20) },
      merged: [{}, {}],
    });
    const grants = await ledger.query(
      "select license_status as status, count(*)::integer as count from license_grant where cause_kind = 'merge' group by 1 order by 1",
    );
    expect(grants).toEqual([
      { status: 'active', count: 1 },
      { status: 'merged', count: 2 },
    ]);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('tells a mistyped code from an unknown one', async () => {
    const { fulfillment } = await holder(2);
    const mistyped = `${wf(0).slice(0, -1)}${wf(0).endsWith('2') ? '3' : '2'}`;
    expect(await outcomeAfter(fulfillment, onPremisesMerge('acme', mistyped))).toMatchObject({
      reason: { code: 'MISTYPED_CODE' },
    });
    expect(
      await outcomeAfter(fulfillment, onPremisesMerge('acme', wf(9), { requestNumber: 'MR-2' })),
    ).toMatchObject({ reason: { code: 'UNKNOWN_LICENSE' } });
  });

  test('leaves upgrades to the survivor: an order that comes later extends it', async () => {
    const ledger = await branches(1);
    await givenHoldings(ledger.database, [], [{ account: 'a0', activationCode: ownOfficeScan }]);
    const outcome = await outcomeAfter(
      ledger.fulfillment,
      order({ customer: { account: 'a0' }, register: agreed }),
    );
    expect(outcome.lines?.[0]).toMatchObject({ action: 'retained', activationCode: ownOfficeScan });
  });

  test('passes `keep` of a merged code on to its survivor', async () => {
    const ledger = await openLedger();
    const { database, fulfillment } = ledger;
    const { catalog } = fulfillment;
    await givenHoldings(
      database,
      [{ id: 'acme' }],
      [1, 2, 3].map((n) => ({ account: 'acme', activationCode: wf(n), pid: '100501EN01' })),
    );
    await decideAll(fulfillment, onPremisesMerge('acme', wf(1), { merge: [wf(2)] }));
    const component = { name: 'WFBS', pid: '100501EN01', acPrefix: 'WF' };
    const business = {
      ...fulfillment,
      catalog: { ...catalog, suites: catalog.suites.map((suite) => ({ ...suite, components: [component] })) },
    };
    const outcome = await outcomeAfter(business, order({ keep: [wf(2)] }));
    expect(outcome).toMatchObject({
      status: 'fulfilled',
      notes: [{ code: 'ACCOUNT_REDIRECTED' }, { code: 'TERM_OVERLAPS' }],
      lines: [{ activationCode: wf(1) }],
    });
  });
});
