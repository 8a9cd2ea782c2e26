import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '#test/files/feed-workspace.ts';
import { holdingsLedger } from '#test/files/holdings-ledger.ts';
import { code, holdingRow } from '#test/files/holdings-rows.ts';

let workspace: Workspace;
let ledger: ReturnType<typeof holdingsLedger>;

beforeAll(async () => {
  workspace = await openWorkspace();
  ledger = holdingsLedger(workspace);
});
afterAll(() => workspace.close());
beforeEach(() => workspace.query('truncate account, imported_holding cascade'));

describe('a row that says something else than the last import', () => {
  test('is a change while nobody else has changed the license, and each change is a grant', async () => {
    await ledger.run([holdingRow()]);
    expect(
      await ledger.run([holdingRow({ seats: '150', status: 'suspended', pid: '100101EN09' })]),
    ).toMatchObject({
      accepted: 1,
    });
    expect(await ledger.license()).toMatchObject({
      seats: 150,
      status: 'suspended',
      pid: '100101EN09',
      grantCount: 2,
      grants: [{ seats: 200 }, { seats: 150, causeKind: 'import' }],
    });
    expect(await ledger.run([holdingRow()])).toMatchObject({ accepted: 1 });
    expect(await ledger.license()).toMatchObject({ seats: 200, status: 'active', grantCount: 3 });
  });

  test('corrects the account without granting anything', async () => {
    await ledger.run([holdingRow(), holdingRow({ activationCode: code(1) })]);
    const corrected = {
      company: 'ACME SE',
      contact: 'IT',
      email: 'new@acme.example',
      country: 'AT',
      region: 'dach',
    };
    expect(
      await ledger.run([0, 1].map((n) => holdingRow({ activationCode: code(n), ...corrected }))),
    ).toMatchObject({
      accepted: 2,
    });
    expect(await ledger.account()).toEqual({ ...corrected, reseller: null });
    expect(await ledger.license()).toMatchObject({ grantCount: 1 });
  });

  test('is a conflict once an order has changed the license, while the same row is a repeat', async () => {
    await ledger.run([holdingRow()]);
    await ledger.extendByOrder(code(0));
    const before = await ledger.everything();
    expect(await ledger.run([holdingRow(), holdingRow({ seats: '300' })])).toMatchObject({
      repeats: 1,
      conflicts: 1,
      exitCode: 3,
    });
    expect(await ledger.everything()).toEqual(before);
  });

  test('is a conflict once the license was merged', async () => {
    await ledger.run([holdingRow(), holdingRow({ activationCode: code(1) })]);
    await workspace.query(
      `update license set status = 'merged', merged_into = (select id from license where activation_code = $2) where activation_code = $1`,
      [code(0), code(1)],
    );
    expect((await ledger.run([holdingRow({ seats: '300' })])).problems[0]).toMatchObject({
      result: 'conflict',
      message: 'the license has been merged since it was imported',
    });
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['another account', { account: 'other' }, 'the Activation Code belongs to another account'],
    ['another product', { pid: '100201DE01' }, 'the Activation Code is of another product family'],
  ])('is a conflict when it moves the code to %s', async (_, changed, message) => {
    await ledger.run([holdingRow()]);
    expect((await ledger.run([holdingRow(changed)])).problems[0]).toMatchObject({
      result: 'conflict',
      message,
    });
  });
});

test('a code that was issued here is not imported', async () => {
  await ledger.run([holdingRow()]);
  await workspace.query('delete from imported_holding');
  expect((await ledger.run([holdingRow()])).problems[0]).toMatchObject({
    result: 'conflict',
    message: 'the Activation Code was issued here and is not to be imported',
  });
});

describe('one file that contradicts itself', () => {
  test('the same row again is a repeat, another one of the same code a conflict, near or far', async () => {
    const far = Array.from({ length: 1000 }, (_, n) => holdingRow({ activationCode: code(n + 1) }));
    const result = await ledger.run([
      holdingRow(),
      holdingRow(),
      holdingRow({ seats: '1' }),
      ...far,
      holdingRow(),
      holdingRow({ seats: '2' }),
    ]);
    expect(result).toMatchObject({ rows: 1005, accepted: 1001, repeats: 2, conflicts: 2 });
    expect(result.problems.map(({ row }) => row)).toEqual([3, 1005]);
    expect(await ledger.license()).toMatchObject({ seats: 200, grantCount: 1 });
  });

  test('a second code of an account with other data of the account is a conflict', async () => {
    const result = await ledger.run([
      holdingRow(),
      holdingRow({ activationCode: code(1), company: 'Acme Ltd', country: 'GB' }),
    ]);
    expect(result.problems[0]).toMatchObject({
      row: 2,
      result: 'conflict',
      message: 'the account is known with another company, country',
    });
    expect(await ledger.account()).toMatchObject({ company: 'ACME GmbH' });
  });
});

describe('the reseller of an account', () => {
  test('is set by the row that names one, and stays', async () => {
    await ledger.run([holdingRow()]);
    await ledger.run([holdingRow({ activationCode: code(1), reseller: 'northwind' })]);
    expect(await ledger.account()).toMatchObject({ reseller: 'northwind' });
    await ledger.run([holdingRow({ activationCode: code(2) })]);
    expect(await ledger.account()).toMatchObject({ reseller: 'northwind' });
  });

  test('cannot be changed by a row', async () => {
    await ledger.run([holdingRow({ reseller: 'northwind' })]);
    const result = await ledger.run([
      holdingRow({ reseller: 'southwind' }),
      holdingRow({ reseller: 'southwind', activationCode: code(1) }),
    ]);
    expect(result.problems.map(({ message }) => message)).toEqual(
      Array(2).fill('the account belongs to another reseller'),
    );
  });
});

test('a merged account gets no further codes', async () => {
  await ledger.run([holdingRow(), holdingRow({ account: 'other', activationCode: code(1) })]);
  await workspace.query("update account set merged_into = 'other' where id = 'acme'");
  expect((await ledger.run([holdingRow({ activationCode: code(2) })])).problems[0]).toMatchObject({
    result: 'conflict',
    message: 'the account has been merged into the account other',
  });
});
