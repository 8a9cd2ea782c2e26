import { describe, expect, test } from 'vitest';
import { acceptMessages } from '#src/fulfillment/batch/accept-messages.ts';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import { retryMessage } from '#src/fulfillment/batch/retry-message.ts';
import { preview } from '#src/fulfillment/looking/preview.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { decideAll, existing, outcomeAfter, outcomeById, statusesOf } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { order, serviceMerge } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

const misspelt = order({ suite: 'spe' });
const corrected = order();
const misspeltAgain = order({ suite: 'SPEE' });

async function ledgerOfAcme(): Promise<Ledger> {
  const ledger = await openLedger();
  await givenHoldings(ledger.database, [{ id: 'acme' }]);
  return ledger;
}

describe('the number of a rejected order', () => {
  test('is free for a new try, and each names the other', async () => {
    const { fulfillment } = await ledgerOfAcme();
    const first = await outcomeAfter(fulfillment, misspelt);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'UNKNOWN_SUITE' } });
    const second = await outcomeAfter(fulfillment, corrected);
    expect(second).toMatchObject({ status: 'fulfilled', replaces: first.id });
    expect(second.id).not.toBe(first.id);
    const firstNow = await outcomeById(fulfillment, existing(first.id));
    expect(firstNow).toEqual({ ...first, replacedBy: second.id });
  });

  test('goes to the new try whether it is accepted first or comes by a queue', async () => {
    const ledger = await ledgerOfAcme();
    const { fulfillment, query } = ledger;
    const first = await outcomeAfter(fulfillment, misspelt);
    const [accepted] = await acceptMessages(fulfillment, [misspeltAgain], 'test');
    expect(accepted).toMatchObject({ outcome: 'accepted', replaces: first.id });
    // While the second is open, a third is a conflict.
    expect(await acceptMessages(fulfillment, [corrected], 'test')).toMatchObject([{ outcome: 'conflict' }]);
    // A worker decides the open one first, as the older; then the number is free again.
    expect(await decideAll(fulfillment, corrected)).toMatchObject([{ status: 'fulfilled' }]);
    expect(
      await query(
        'select attempt, status, replaced_by is not null as replaced from message order by attempt',
      ),
    ).toEqual([
      { attempt: 1, status: 'rejected', replaced: true },
      { attempt: 2, status: 'rejected', replaced: true },
      { attempt: 3, status: 'fulfilled', replaced: false },
    ]);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('stays the first outcome for the same content, also when another try was fulfilled', async () => {
    const { fulfillment, query } = await ledgerOfAcme();
    const first = await outcomeAfter(fulfillment, misspelt);
    expect(await decideAll(fulfillment, misspelt)).toMatchObject([
      { outcome: 'decided', id: first.id, status: 'rejected', repeat: true },
    ]);
    await outcomeAfter(fulfillment, corrected);
    expect(await acceptMessages(fulfillment, [misspelt], 'test')).toEqual([
      { outcome: 'repeat', id: first.id },
    ]);
    expect(await decideAll(fulfillment, misspelt)).toMatchObject([
      { id: first.id, status: 'rejected', repeat: true },
    ]);
    expect(await decideAll(fulfillment, order({ seats: 7 }))).toMatchObject([{ outcome: 'conflict' }]);
    expect(await query('select count(*)::integer as count from message')).toEqual([{ count: 2 }]);
  });

  test('is not free while the order is held', async () => {
    const { database, fulfillment } = await openLedger();
    await givenHoldings(
      database,
      [{ id: 'acme' }],
      [{ account: 'acme', activationCode: activationCode('OS', 1), seats: 500 }],
    );
    expect(await outcomeAfter(fulfillment, corrected)).toMatchObject({ status: 'held' });
    expect(await decideAll(fulfillment, misspelt)).toMatchObject([{ outcome: 'conflict' }]);
  });

  test('is taken by one of several tries in one batch, in their order; what comes after is a conflict', async () => {
    const ledger = await ledgerOfAcme();
    const endings = await decideAll(
      ledger.fulfillment,
      misspelt,
      misspeltAgain,
      misspelt,
      corrected,
      order({ seats: 7 }),
      corrected,
    );
    expect(endings.map((ending) => ('status' in ending ? ending.status : ending.outcome))).toEqual([
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
      'conflict',
      'fulfilled',
    ]);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('goes to one of many tries that come at once', async () => {
    const ledger = await ledgerOfAcme();
    const { fulfillment, query } = ledger;
    await outcomeAfter(fulfillment, misspelt);
    // Of other accounts than the first: nothing but the number makes them wait for each other.
    const tries = Array.from({ length: 8 }, (_, i) =>
      order({ customer: { account: undefined, company: `Try ${i}` } }),
    );
    const endings = await Promise.all(tries.map((one) => decideAll(fulfillment, one)));
    expect(statusesOf(endings.flat())).toEqual([...Array<string>(7).fill('conflict'), 'fulfilled']);
    expect(await query('select attempt, status from message order by attempt')).toEqual([
      { attempt: 1, status: 'rejected' },
      { attempt: 2, status: 'fulfilled' },
    ]);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('is told by a preview, which changes nothing', async () => {
    const { fulfillment, query } = await ledgerOfAcme();
    const first = await outcomeAfter(fulfillment, misspelt);
    const operator = { kind: 'operator' } as const;
    expect(await preview(fulfillment, corrected, operator)).toMatchObject({
      outcome: 'preview',
      preview: { status: 'fulfilled' },
    });
    expect(await preview(fulfillment, misspelt, operator)).toEqual({ outcome: 'repeat', id: first.id });
    expect(await query('select replaced_by from message')).toEqual([{ replaced_by: null }]);
  });

  test('of another reseller has nothing to do with it', async () => {
    const { fulfillment } = await ledgerOfAcme();
    await outcomeAfter(fulfillment, misspelt);
    const other = await outcomeAfter(fulfillment, order({ reseller: 'southwind' }));
    expect(other).not.toHaveProperty('replaces');
  });

  test('is free for merge requests likewise', async () => {
    const { fulfillment } = await ledgerOfAcme();
    const first = await outcomeAfter(fulfillment, serviceMerge('acme', 'nobody'));
    expect(first).toMatchObject({ status: 'rejected' });
    expect(await outcomeAfter(fulfillment, serviceMerge('acme', 'acme'))).toMatchObject({
      status: 'rejected',
      reason: { code: 'MERGE_SAME_LICENSE' },
      replaces: first.id,
    });
  });
});

describe('retrying', () => {
  test('decides a rejected order anew, as it is, and its history tells of it', async () => {
    const ledger = await openLedger();
    const { database, fulfillment, query } = ledger;
    const first = await outcomeAfter(fulfillment, corrected);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'UNKNOWN_ACCOUNT' } });
    await givenHoldings(database, [{ id: 'acme' }]);
    // The same content again is still what it was.
    expect(await decideAll(fulfillment, corrected)).toMatchObject([{ status: 'rejected', repeat: true }]);
    const id = existing(first.id);
    expect(await retryMessage(fulfillment, id, 'operator maria')).toEqual({
      outcome: 'opened',
      kind: 'upgrade-order',
      id,
    });
    expect(await decideBatch(fulfillment, [{ recorded: id }])).toMatchObject([{ status: 'fulfilled' }]);
    expect(await outcomeById(fulfillment, id)).toMatchObject({ status: 'fulfilled' });
    expect(
      await query(
        `select event->>'event' as event, event->>'by' as by from message, jsonb_array_elements(events) as event`,
      ),
    ).toEqual([
      { event: 'accepted', by: 'queue, reseller northwind' },
      { event: 'rejected', by: 'worker' },
      { event: 'retried', by: 'operator maria' },
      { event: 'fulfilled', by: 'worker' },
    ]);
    expect(await brokenInvariants(ledger)).toEqual([]);
  });

  test('opens nothing that is not rejected, or has been replaced', async () => {
    const { fulfillment } = await ledgerOfAcme();
    const first = await outcomeAfter(fulfillment, misspelt);
    const second = await outcomeAfter(fulfillment, corrected);
    const retry = (id: string | undefined) => retryMessage(fulfillment, existing(id), 'operator maria');
    expect(await retry(first.id)).toEqual({
      outcome: 'not-rejected',
      status: 'rejected',
      replacedBy: second.id,
    });
    expect(await retry(second.id)).toEqual({
      outcome: 'not-rejected',
      status: 'fulfilled',
      replacedBy: null,
    });
    expect(await retry('00000000-0000-7000-8000-000000000000')).toEqual({ outcome: 'unknown' });
  });

  test('opens it once of several calls at once', async () => {
    const { fulfillment, query } = await ledgerOfAcme();
    const { id } = await outcomeAfter(fulfillment, misspelt);
    const retries = await Promise.all(
      Array.from({ length: 5 }, () => retryMessage(fulfillment, existing(id), 'operator maria')),
    );
    expect(retries.filter(({ outcome }) => outcome === 'opened')).toHaveLength(1);
    // While it is open again, another content is a conflict.
    expect(await acceptMessages(fulfillment, [corrected], 'test')).toMatchObject([{ outcome: 'conflict' }]);
    expect(await query('select status from message')).toEqual([{ status: 'accepted' }]);
  });
});
