import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import type { Breakpoint } from '#src/fulfillment/fulfillment.ts';
import { expectSequentialState } from '#test/delivery/expected-state.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { existing, outcomeAfter, outcomeById } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { agreed, change, onPremisesMerge, order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';
import { rawLedger } from '#test/fulfillment/raw-ledger.ts';
import { mergingCatalog } from '#test/lifecycle/oracle/merging-catalog.ts';

const child = fileURLToPath(new URL('killed-child.ts', import.meta.url));
const [retained, merged] = [activationCode('WF', 1), activationCode('WF', 2)];

const begin = ({ database }: Ledger) =>
  givenHoldings(
    database,
    [{ id: 'acme' }],
    [retained, merged].map((code) => ({ account: 'acme', activationCode: code, pid: '100501EN01' })),
  );

const requests = [
  { kind: 'seats', order: 'PO-1', seats: 300 },
  { kind: 'code-replacement', order: 'PO-1', because: 'leaked' },
  { kind: 'undo-merge', mergeRequest: 'MR' },
  { kind: 'return', order: 'PO-1' },
];

const boundaries: readonly Breakpoint[] = ['before-claim', 'after-locks', 'before-commit', 'after-commit'];

describe.each(boundaries)('a worker killed at the boundary %s', (boundary) => {
  test('of a change request leaves all of it or nothing, and whoever takes it next ends it once', async () => {
    const ledger = await openLedger({ catalog: await mergingCatalog() });
    await begin(ledger);
    const { fulfillment, query, url } = ledger;
    const merge = { merge: [merged], requestNumber: 'MR', reseller: 'northwind' };
    for (const message of [order({ register: agreed }), onPremisesMerge('acme', retained, merge)])
      expect(await outcomeAfter(fulfillment, message)).toMatchObject({ status: 'fulfilled' });
    for (const [i, request] of requests.entries()) {
      const message = change({ requestNumber: `CR-${i}`, ...request });
      const [accepted] = await acceptMessages(fulfillment, [message], 'reseller northwind');
      const recorded = accepted && 'id' in accepted ? accepted.id : '';
      const before = await rawLedger({ query });
      const process_ = spawn(process.execPath, [child, url, boundary, recorded], { stdio: 'inherit' });
      expect(await once(process_, 'exit')).toEqual([null, 'SIGKILL']);
      const after = await rawLedger({ query });
      if (boundary === 'after-commit') {
        expect(await outcomeById(fulfillment, recorded)).toMatchObject({ status: 'fulfilled' });
        await decideBatch(fulfillment, [{ recorded }, { message }]);
        expect(await rawLedger({ query })).toEqual(after);
      } else expect(after).toEqual(before);
      expect(await decideBatch(fulfillment, [{ message }, { recorded }])).toMatchObject(
        Array.from({ length: 2 }, () => ({ outcome: 'decided', status: 'fulfilled' })),
      );
    }
    expect(existing(await query('select from reversal')).length).toBeGreaterThan(1);
    expect(await brokenInvariants(ledger)).toEqual([]);
    await expectSequentialState(ledger, 'decision', begin);
  });
});
