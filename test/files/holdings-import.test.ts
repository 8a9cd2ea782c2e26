import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openWorkspace, resultRows, type Workspace } from '#test/files/feed-workspace.ts';
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

test('the example holdings are all accepted, each with an account, a license and its first grant', async () => {
  const example = await readFile(new URL('../../examples/holdings.csv', import.meta.url));
  const result = await ledger.run(example);
  expect(result).toMatchObject({ rows: 14, accepted: 14, exitCode: 0 });
  expect(await ledger.license('OS-9K2M-4T7XW-Q8H3C-ZP5VN-6RJDA-BE2GY')).toEqual({
    pid: '100101DE02',
    type: 'reseller',
    edition: 'full',
    status: 'active',
    seats: 200,
    validThrough: '2027-03-31',
    grantCount: 1,
    grants: [{ seats: 200, validThrough: '2027-03-31', causeKind: 'import' }],
  });
  expect(await ledger.account('hikari')).toMatchObject({
    company: '株式会社ひかり電機',
    country: 'JP',
    reseller: null,
  });
  const rows = await resultRows(result.resultFile);
  expect(rows[0]).toMatchObject({
    row: '1',
    activationCode: 'OS-…-E2GY',
    result: 'accepted',
    message: '',
  });
  const before = await ledger.everything();
  expect(await ledger.run(example)).toMatchObject({ rows: 14, accepted: 0, repeats: 14, exitCode: 0 });
  expect(await ledger.everything()).toEqual(before);
});

test('a code is known again however it is written', async () => {
  await ledger.run([holdingRow()]);
  const typed = code(0).toLowerCase().replaceAll('-', ' ');
  expect(await ledger.run([holdingRow({ activationCode: typed })])).toMatchObject({ repeats: 1 });
});

test('NDJSON says the same as CSV', async () => {
  await ledger.run([holdingRow()]);
  const line = JSON.stringify({ ...holdingRow(), seats: 200 });
  expect(await ledger.run(line, 'holdings.ndjson')).toMatchObject({ rows: 1, repeats: 1, exitCode: 0 });
});

describe('a row that cannot be imported', () => {
  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'a product family that the catalog lacks',
      { pid: '999999EN01' },
      /^pid is of a product family that the catalog does not have$/,
    ],
    ['a PID that is none', { pid: '1001' }, /^pid must be six digits/],
    [
      'a merged license',
      { status: 'merged' },
      /^status must be active, expired, suspended or revoked; merged/,
    ],
    ['an unknown type', { type: 'gift' }, /^type must be reseller, retail, oem or protectlink$/],
    ['an unknown edition', { edition: 'lite' }, /^edition must be full or trial$/],
    ['no seats', { seats: '0' }, /^seats must be at least 1$/],
    [
      'a date that does not exist',
      { validThrough: '2027-02-29' },
      /^validThrough must be a date that exists/,
    ],
    ['a code of another shape', { activationCode: 'OS-1234' }, /^activationCode must be an Activation Code/],
    ['an account id with capitals', { account: 'ACME' }, /^account must be/],
    ['no company', { company: '' }, /^company is missing$/],
    ['several faults', { email: 'nobody', seats: '-1' }, /^email must be .*; seats must be/],
    [
      'an unknown reseller',
      { reseller: 'nobody' },
      /^reseller nobody does not exist; "chancery reseller add NAME"/,
    ],
  ])('%s', async (_, changed, message) => {
    const result = await ledger.run(
      [holdingRow(changed), holdingRow({ activationCode: code(1) })].map(withReseller),
    );
    expect(result).toMatchObject({ rows: 2, accepted: 1, invalid: 1, exitCode: 3 });
    expect(result.problems[0]?.message).toMatch(message);
    expect(await ledger.everything()).toHaveLength(1);
  });

  test('an unknown or missing column refuses the file', async () => {
    expect(await ledger.run('account,colour\n')).toMatchObject({
      exitCode: 1,
      refusal: expect.stringMatching(
        /unknown columns: "colour", and lacks required columns: "company", "email"/,
      ),
    });
  });
});

function withReseller(row: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { reseller: '', ...row };
}

test('two imports of the same rows at the same time import each row once', async () => {
  const rows = Array.from({ length: 700 }, (_, n) =>
    holdingRow({ account: `customer-${n % 50}`, activationCode: code(n) }),
  );
  const results = await Promise.all([ledger.run(rows), ledger.run(rows.toReversed())]);
  expect(results.map(({ accepted, repeats }) => accepted + repeats)).toEqual([700, 700]);
  expect(results.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(700);
  expect(await workspace.query('select 1 from license where grants <> 1')).toEqual([]);
});
