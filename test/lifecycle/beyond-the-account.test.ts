import { describe, expect, test } from 'vitest';
import type { Message } from '#jobs/message.ts';
import type { BatchItem } from '#src/fulfillment/batch/decide-batch.ts';
import { decideHold } from '#src/fulfillment/batch/decide-hold.ts';
import { expectSequentialState } from '#test/delivery/expected-state.ts';
import { brokenInvariants } from '#test/fulfillment/broken-invariants.ts';
import { decideAll, existing, outcomeAfter, outcomeById } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import {
  change,
  day,
  order,
  registration,
  serviceMerge,
  type ChangeChanges,
} from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';
import { atOnce } from '#test/lifecycle/at-once.ts';
import { mergingCatalog } from '#test/lifecycle/oracle/merging-catalog.ts';

// What a message leads to is not always in the account that it names.

const [service, others, lone, idle] = [
  activationCode('WS', 1),
  activationCode('WS', 2),
  activationCode('WS', 3),
  activationCode('OS', 4),
];

const begin = ({ database }: Ledger) =>
  givenHoldings(
    database,
    [{ id: 'acme' }, { id: 'other' }, { id: 'lone' }],
    [
      { account: 'acme', activationCode: service, pid: '100502EN01', type: 'oem', validThrough: day(100) },
      { account: 'acme', activationCode: activationCode('OS', 5), validThrough: day(100) },
      { account: 'other', activationCode: others, pid: '100502EN01', seats: 30, validThrough: day(200) },
      { account: 'lone', activationCode: lone, pid: '100502EN01', type: 'oem', validThrough: day(100) },
      { account: 'lone', activationCode: idle, validThrough: day(100) },
    ],
  );

async function open(...messages: readonly Message[]): Promise<Ledger> {
  const ledger = await openLedger({ catalog: await mergingCatalog() });
  await begin(ledger);
  for (const message of messages)
    expect(await outcomeAfter(ledger.fulfillment, message)).toMatchObject({ status: 'fulfilled' });
  return ledger;
}

async function keyCode({ query }: Ledger): Promise<string> {
  const [key] = await query<{ readonly code: string }>('select code from registration_key order by id');
  return existing(key?.code);
}

const fresh = (message: Message): BatchItem => ({ message });
const of = (requestNumber: string, fields: ChangeChanges) => fresh(change({ requestNumber, ...fields }));
const suspension = (requestNumber: string, fields: { readonly activationCode: string }) =>
  change({ requestNumber, kind: 'suspension', because: 'unpaid', ...fields });

async function expectSound(ledger: Ledger): Promise<void> {
  expect(await brokenInvariants(ledger)).toEqual([]);
  await expectSequentialState(ledger, 'decision', begin);
}

describe('a license that a merge has put into another account', () => {
  /** The key of PO-1 serves the survivor in `other`. */
  const merged = [
    order({ suite: 'SBS', seats: 100 }),
    serviceMerge('other', 'acme', { requestNumber: 'MR' }),
  ];
  const suspended = fresh(suspension('S', { activationCode: others }));

  test('is not changed by another worker while a change of its key looks at it', async () => {
    const ledger = await open(...merged);
    const seats = of('C', { kind: 'seats', order: 'PO-1', seats: 130, allowFewerSeats: true });
    const [changed, hold] = await atOnce(ledger, seats, suspended, 'after-locks');
    expect(hold).toMatchObject({ status: 'fulfilled' });
    expect(changed).toMatchObject({ status: 'held', reason: { code: 'LICENSE_NOT_USABLE' } });
    await expectSound(ledger);
  });

  test('is looked at under its lock by an approval, too', async () => {
    const ledger = await open(...merged);
    const asked = { kind: 'seats', order: 'PO-1', seats: 300 };
    await decideAll(ledger.fulfillment, suspension('S', { activationCode: others }));
    const held = await outcomeAfter(ledger.fulfillment, change({ requestNumber: 'C', ...asked }));
    const decision = { decision: 'approved', by: 'maria', reason: 'agreed', keep: [] } as const;
    const ending = await decideHold(ledger.fulfillment, existing(held.hold), decision);
    expect(ending.outcome).toBe('decided');
    const approved = await outcomeById(ledger.fulfillment, existing(held.id));
    expect(approved.lines).toContainEqual(expect.objectContaining({ activationCode: others, seats: 300 }));
  });
});

describe('a license that stayed in an account that was merged into another', () => {
  // `idle` is suspended, so that the merge of the one that is not empties `lone`.
  const first = [
    order({ suite: 'SBS', customer: { account: 'lone' }, seats: 100 }),
    suspension('S', { activationCode: idle }),
    serviceMerge('other', 'lone', { requestNumber: 'MR' }),
  ];

  test.each([
    ['by itself', []],
    ['among messages of that account', [order({ orderNumber: 'PO-2', customer: { account: 'lone' } })]],
  ])('is served by its key as before, when a change of it is decided %s', async (_, before) => {
    const ledger = await open(...first);
    expect(await ledger.query("select merged_into from account where id = 'lone'")).toEqual([
      { merged_into: 'other' },
    ]);
    const asked = { kind: 'resumption', registrationKey: await keyCode(ledger), because: 'paid' };
    await decideAll(ledger.fulfillment, ...before, change({ requestNumber: 'C', ...asked }));
    expect(await ledger.query('select status from license where activation_code = $1', [idle])).toEqual([
      { status: 'active' },
    ]);
    await expectSound(ledger);
  });
});

test('a key that is registered by its code and by a replaced one at once is locked as one', async () => {
  const ledger = await open(order({ customer: { account: undefined } }));
  const old = await keyCode(ledger);
  const leaked = { kind: 'code-replacement', order: 'PO-1', because: 'leaked', oldCodeUntil: day(5) };
  const replaced = await outcomeAfter(ledger.fulfillment, change({ requestNumber: 'C', ...leaked }));
  const newest = existing(replaced.registrationKey);
  const [refused, done] = await atOnce(
    ledger,
    fresh(registration(old, { account: 'other', select: ['WFBS'] })),
    fresh(registration(newest, { account: 'acme' })),
    'after-locks',
  );
  expect([refused, done]).toMatchObject([
    { status: 'rejected', reason: { code: 'NOT_IN_SUITE' } },
    { status: 'fulfilled' },
  ]);
  await expectSound(ledger);
});
