import { expect, test } from 'vitest';
import { auditBooks } from '#src/persistence/books.ts';
import { inTransaction, scanning, statement } from '#src/persistence/database.ts';
import { outcomeAfter } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { agreed, change, onPremisesMerge, order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger, type Ledger } from '#test/fulfillment/open-ledger.ts';

/** An imported license that orders, changes, a return and a new code have changed, and two that merged; two keys, one of them as it was issued. */
async function begin(): Promise<Ledger> {
  const ledger = await openLedger();
  const { database, fulfillment } = ledger;
  const premises = { account: 'acme', pid: '100501EN01', type: 'retail' } as const;
  await givenHoldings(
    database,
    [{ id: 'acme' }, { id: 'other' }],
    [
      { account: 'acme', activationCode: activationCode('OS', 1) },
      { ...premises, activationCode: activationCode('WF', 2) },
      { ...premises, activationCode: activationCode('WF', 3) },
    ],
  );
  const told = async (...messages: readonly Parameters<typeof outcomeAfter>[1][]) => {
    for (const message of messages)
      expect(await outcomeAfter(fulfillment, message)).toMatchObject({ status: 'fulfilled' });
  };
  const seats = { kind: 'seats', order: 'PO-1', allowFewerSeats: true };
  await told(
    order({ register: agreed }),
    order({ orderNumber: 'PO-2', customer: { account: 'other' } }),
    change({ ...seats, requestNumber: 'S1', seats: 300 }),
    change({ ...seats, requestNumber: 'S2', seats: 200 }),
    change({ kind: 'suspension', requestNumber: 'X', order: 'PO-1', because: 'unpaid' }),
    change({ kind: 'resumption', requestNumber: 'Y', order: 'PO-1', because: 'paid' }),
    change({ kind: 'code-replacement', requestNumber: 'C', order: 'PO-1', because: 'leaked' }),
    change({ kind: 'return', requestNumber: 'R', change: 'S2' }),
    onPremisesMerge('acme', activationCode('WF', 2), { reseller: 'northwind' }),
  );
  return ledger;
}

class Undone extends Error {}

/** What the audit says of a damage, which is undone again. */
async function saidOf(ledger: Ledger, damage: string): Promise<readonly string[]> {
  let said: readonly string[] = [];
  await inTransaction(ledger.database, async (tx) => {
    const damaged = await statement(tx, `${damage} returning 1 as one`);
    expect(damaged.length).toBeGreaterThan(0);
    said = (await auditBooks(tx)).contradictions.map(({ check }) => check);
    throw new Undone();
  }).catch((error: unknown) => {
    if (!(error instanceof Undone)) throw error;
  });
  return said;
}

const imported = `(select id from license where account = 'acme' and registration_key is null and left(pid, 6) = '100101')`;
const key = `(select id from registration_key where account = 'acme')`;
const differs = 'grants that say something else than the document of their message';

const damages: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'the seats of a license',
    `update license set seats = seats + 1 where id = ${imported}`,
    ['licenses whose seats or date are not those of their last grant'],
  ],
  [
    'the status of a license',
    `update license set status = 'suspended' where id = ${imported}`,
    ['licenses whose status, edition, keys or anchor are not those of their last grant'],
  ],
  [
    'the imported figures of a license',
    `update license_grant set seats = seats + 1 where license = ${imported} and number = 1`,
    [differs],
  ],
  [
    'the seats of a grant in the middle',
    `update license_grant set seats = seats + 1 where license = ${imported} and number = 3`,
    [differs],
  ],
  [
    'the end of a grant in the middle',
    `update license_grant set valid_through = valid_through + 1 where license = ${imported} and number = 3`,
    [differs],
  ],
  [
    'the status of a grant in the middle',
    `update license_grant set license_status = 'active' where license = ${imported} and license_status = 'suspended'`,
    [differs],
  ],
  [
    'a grant in the middle that is gone',
    `delete from license_grant where license = ${imported} and number = 3`,
    ['licenses whose grants have a gap'],
  ],
  [
    'the number of a grant in the middle',
    `update license_grant set number = 99 where license = ${imported} and number = 3`,
    ['licenses whose grants have a gap'],
  ],
  [
    'a license that was merged',
    `update license_grant set license_status = 'active' where license_status = 'merged'`,
    ['licenses whose status, edition, keys or anchor are not those of their last grant', differs],
  ],
  [
    'a key that was changed',
    `update registration_key set seats = seats + 1 where id = ${key}`,
    ['Registration Keys that are not what their last grant says'],
  ],
  [
    'a change of a key in the middle',
    `update registration_key_grant set seats = seats + 1 where registration_key = ${key} and number = 2`,
    ['changes of Registration Keys that are not what the certificate of their message says'],
  ],
  [
    'a change of a key that is gone',
    `delete from registration_key_grant where registration_key = ${key} and number = 2`,
    ['Registration Keys whose grants have a gap'],
  ],
  [
    'a key that nothing has changed',
    `update registration_key set seats = seats + 1 where account = 'other'`,
    ['Registration Keys that nothing has changed, and that are not what their certificates say'],
  ],
  [
    'the last change of a key that is gone',
    `delete from registration_key_grant where registration_key = ${key} and number = (select grants from registration_key where id = ${key})`,
    [
      'Registration Keys that are not what their last grant says',
      'Registration Keys whose grants have a gap',
    ],
  ],
];

test('the audit names what is no longer the fold of its grants', async () => {
  const ledger = await begin();
  expect((await scanning(ledger.database, auditBooks)).contradictions).toEqual([]);
  for (const [what, damage, checks] of damages)
    expect(await saidOf(ledger, damage), what).toEqual(expect.arrayContaining([...checks]));
  expect((await scanning(ledger.database, auditBooks)).contradictions).toEqual([]);
});
