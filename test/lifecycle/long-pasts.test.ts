import { expect, test } from 'vitest';
import { decideHold } from '#src/fulfillment/batch/decide-hold.ts';
import { preview } from '#src/fulfillment/looking/preview.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { decideAll, existing, outcomeAfter, outcomeById } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { approval } from '#test/fulfillment/held.ts';
import { change, day, order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

const imported = {
  account: 'acme',
  activationCode: activationCode('OS', 1),
  seats: 50,
  validThrough: day(30),
};

async function begin(): Promise<Ledger> {
  const ledger = await openLedger();
  await givenHoldings(ledger.database, [{ id: 'acme' }], [imported]);
  return ledger;
}

const licenses = ({ query }: Ledger) =>
  query(
    'select seats, valid_through as "validThrough", status, edition from license order by activation_code',
  );

/** As grants are that were written before status, edition and keys were kept. */
function forget({ query }: Ledger) {
  return query(
    'update license_grant set license_status = null, license_edition = null, license_extended_by = null, license_anchor = null',
  );
}

test('a return that needs what old grants do not say asks a person, who lets the known figures go back', async () => {
  const ledger = await begin();
  await outcomeAfter(ledger.fulfillment, order());
  await forget(ledger);
  const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', order: 'PO-1' }));
  expect(returned).toMatchObject({
    status: 'held',
    reason: {
      code: 'LATER_CHANGES',
      details: { count: 1, different: [expect.stringMatching(/OS-…-.*no record of its status and edition/)] },
    },
  });
  await decideHold(ledger.fulfillment, existing(returned.hold), approval);
  expect(await outcomeById(ledger.fulfillment, existing(returned.id))).toMatchObject({ status: 'fulfilled' });
  expect(await licenses(ledger)).toEqual([
    { seats: 50, validThrough: day(30), status: 'active', edition: 'full' },
  ]);
});

test('a return that needs nothing of old grants does not ask', async () => {
  const ledger = await begin();
  await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'PO-1', seats: 60 }));
  await forget(ledger);
  await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'PO-2', seats: 70 }));
  await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'PO-3', seats: 80 }));
  const returned = await outcomeAfter(ledger.fulfillment, change({ kind: 'return', order: 'PO-3' }));
  expect(returned).toMatchObject({ status: 'fulfilled' });
  expect(await licenses(ledger)).toMatchObject([{ seats: 70 }]);
});

test('200 later messages are decided again at once; of one more a person is asked', async () => {
  const ledger = await begin();
  await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'PO-1' }));
  await outcomeAfter(ledger.fulfillment, order({ orderNumber: 'PO-2', term: 'P2Y' }));
  const changes = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) =>
      change({ kind: 'seats', requestNumber: `S${from + i}`, order: 'PO-1', seats: 200 + from + i }),
    );
  await decideAll(ledger.fulfillment, ...changes(0, 200));
  const asked = change({ kind: 'return', requestNumber: 'R', order: 'PO-2' });
  expect(await preview(ledger.fulfillment, asked, { kind: 'operator' })).toMatchObject({
    preview: { status: 'fulfilled' },
  });
  await decideAll(ledger.fulfillment, ...changes(200, 201));
  const returned = await outcomeAfter(ledger.fulfillment, asked);
  expect(returned).toMatchObject({
    status: 'held',
    reason: { code: 'LATER_CHANGES', details: { laterMessages: 201 } },
  });
  await decideHold(ledger.fulfillment, existing(returned.hold), approval);
  const done = await outcomeById(ledger.fulfillment, existing(returned.id));
  expect(done).toMatchObject({ status: 'fulfilled', seats: 400 });
  expect(done.notes).toHaveLength(201);
  expect(await brokenInvariants(ledger)).toEqual([]);
});
