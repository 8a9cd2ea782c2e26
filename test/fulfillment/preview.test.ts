import { describe, expect, test } from 'vitest';
import type { Message } from '#jobs/message.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { preview } from '#src/fulfillment/looking/preview.ts';
import type { Viewer } from '#src/fulfillment/looking/visibility.ts';
import { existing, outcomeAfter } from '#test/fulfillment/ending.ts';
import { foreseeable } from '#test/fulfillment/foreseeable.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import {
  agreed,
  day,
  newAccountData,
  onPremisesMerge,
  order,
  registration,
  serviceMerge,
} from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';
import { rawLedger } from '#test/fulfillment/raw-ledger.ts';

const operator: Viewer = { kind: 'operator' };
const northwind: Viewer = { kind: 'reseller', name: 'northwind' };
const officeScan = activationCode('OS', 1);
const wf = (n: number) => activationCode('WF', n);
const ws = (n: number) => activationCode('WS', n);

/** `acme` of northwind, `free` of nobody, `theirs` of southwind; each with something to retain and to merge. */
async function filledLedger(): Promise<Ledger & { readonly unboundKey: string }> {
  const ledger = await openLedger();
  await givenHoldings(
    ledger.database,
    [{ id: 'acme', reseller: 'northwind' }, { id: 'free' }, { id: 'theirs', reseller: 'southwind' }],
    [
      { account: 'acme', activationCode: officeScan, validThrough: day(1000) },
      { account: 'acme', activationCode: wf(1), pid: '100501EN01', seats: 10 },
      { account: 'acme', activationCode: wf(2), pid: '100501EN01', seats: 20 },
      { account: 'acme', activationCode: ws(1), pid: '100502EN01' },
      { account: 'free', activationCode: ws(2), pid: '100502EN01' },
      { account: 'free', activationCode: activationCode('OS', 2), edition: 'trial' },
      { account: 'theirs', activationCode: ws(3), pid: '100502EN01', type: 'protectlink' },
    ],
  );
  const unbound = await outcomeAfter(
    ledger.fulfillment,
    order({ orderNumber: 'PO-0', customer: { account: undefined } }),
  );
  return { ...ledger, unboundKey: existing(unbound.registrationKey) };
}

async function previewed(ledger: Ledger, message: Message, viewer: Viewer): Promise<Outcome> {
  const result = await preview(ledger.fulfillment, message, viewer);
  if (result.outcome !== 'preview') throw new Error('The preview found the message invalid.');
  return result.preview;
}

describe('a preview', () => {
  const cases: readonly [string, (key: string) => Message][] = [
    ['an order', () => order()],
    ['an order that registers', () => order({ register: agreed, suite: 'SPC' })],
    ['an order without an account', () => order({ customer: { account: undefined } })],
    ['an order for a suite that has a key', () => order({ seats: 60 })],
    ['an order that is held', () => order({ seats: 5 })],
    ['an order that is rejected', () => order({ suite: 'NONE' })],
    ['a registration', (key) => registration(key)],
    [
      'a registration by a first-time user',
      (key) => registration(key, { newAccount: newAccountData('nordlys') }),
    ],
    ['a registration that is rejected', (key) => registration(key, { account: 'theirs' })],
    ['a service merge', () => serviceMerge('acme', 'free')],
    ['an on-premises merge', () => onPremisesMerge('acme', wf(1))],
    ['a merge that is rejected', () => serviceMerge('acme', 'theirs')],
  ];
  test.each(cases)('of %s agrees with what then happens, and has no effect at all', async (_, message) => {
    const ledger = await filledLedger();
    const before = await rawLedger(ledger);
    const foreseen = await previewed(ledger, message(ledger.unboundKey), operator);
    expect(await rawLedger(ledger)).toEqual(before);
    const real = await outcomeAfter(ledger.fulfillment, message(ledger.unboundKey));
    const known = JSON.stringify(before);
    expect(foreseeable(foreseen, known)).toEqual(foreseeable(real, known));
    expect(foreseen.id).toBeUndefined();
  });

  test('shows codes of the viewer’s own accounts, masks those of an account that is nobody’s', async () => {
    const ledger = await filledLedger();
    expect((await previewed(ledger, order(), northwind)).lines?.[0]?.activationCode).toBe(officeScan);
    const free = await previewed(ledger, order({ customer: { account: 'free' } }), northwind);
    expect(free.lines?.[0]?.activationCode).toMatch(/^OS-…-.{4}$/);
  });

  test('does not reveal another reseller’s account', async () => {
    const ledger = await filledLedger();
    const foreseen = await previewed(ledger, order({ customer: { account: 'theirs' } }), northwind);
    const unknown = await previewed(ledger, order({ customer: { account: 'nobody' } }), northwind);
    expect(foreseen).toMatchObject({
      status: 'rejected',
      reason: { code: 'UNKNOWN_ACCOUNT', details: { account: 'theirs' } },
    });
    expect(JSON.stringify(foreseen).replaceAll('theirs', 'nobody')).toBe(JSON.stringify(unknown));
  });

  test('shows no key or code that does not exist yet', async () => {
    const ledger = await filledLedger();
    const foreseen = await previewed(ledger, order({ register: agreed }), northwind);
    expect(foreseen.registrationKey).toBeUndefined();
    expect(
      foreseen.lines?.filter(({ action }) => action === 'issued').map((line) => line.activationCode),
    ).toEqual(Array(6).fill(undefined));
  });

  test('of an order more than a day ahead says what is wrong with it', async () => {
    const { fulfillment } = await openLedger();
    expect(await preview(fulfillment, order({ placedAt: `${day(3)}T00:00:00Z` }), operator)).toMatchObject({
      outcome: 'invalid',
      errors: [{ path: 'placedAt' }],
    });
  });
});
