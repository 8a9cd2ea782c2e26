import { expect } from 'vitest';
import type { DeliverySite } from '#test/delivery/delivery-site.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { normalisedLedger } from '#test/fulfillment/normalised-ledger.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';
import { replay } from '#test/fulfillment/replay.ts';

/** Expects what an outside observer may: every job completed, the books balanced, and no deadlock on the server. */
export async function expectSoundEnding(site: DeliverySite): Promise<void> {
  for (const queue of Object.values(site.queues)) {
    const failed = await queue.getFailed();
    expect(failed.map(({ failedReason }) => failedReason)).toEqual([]);
  }
  expect(await brokenInvariants(site)).toEqual([]);
  expect(await site.query('select from rejected_message')).toEqual([]);
  // PostgreSQL counts what its log would say: deadlocks that it had to end.
  await site.query('select pg_stat_clear_snapshot()');
  expect(
    await site.query('select deadlocks::integer from pg_stat_database where datname = current_database()'),
  ).toEqual([{ deadlocks: 0 }]);
}

/**
 * Expects the state that a sequential replay of the recorded order yields.
 * @param begin gives another ledger the holdings that the site began with
 */
export async function expectSequentialState(
  site: Ledger,
  order: 'acceptance' | 'decision',
  begin: (ledger: Ledger) => Promise<unknown>,
): Promise<void> {
  const replayed = await openLedger({ catalog: site.fulfillment.catalog });
  await begin(replayed);
  await replay(site, replayed, order);
  const [actual, expected] = [await normalisedLedger(site), await normalisedLedger(replayed)];
  for (const table of Object.keys(expected)) expect(actual[table], table).toEqual(expected[table]);
}
