import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';
import { importFeed } from '#src/files/feed-import.ts';
import { importHoldings } from '#src/files/holdings-import.ts';
import { importSummary } from '#src/files/summary.ts';
import { feedOf, orderRow } from '#test/files/feed-orders.ts';
import { openWorkspace, resultRows, type Workspace } from '#test/files/feed-workspace.ts';
import { holdingRow, holdingsOf } from '#test/files/holdings-rows.ts';

let workspace: Workspace;
let folder: string;

beforeAll(async () => {
  workspace = await openWorkspace();
  folder = await mkdtemp(join(tmpdir(), 'chancery-cases-'));
});
afterAll(async () => {
  await workspace.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => workspace.query('truncate message, account, imported_holding cascade'));

/** A file as some program saved it. */
async function saved(name: string): Promise<string> {
  const file = join(folder, name);
  await copyFile(new URL(`cases/${name}`, import.meta.url), file);
  return file;
}

async function feed(file: string) {
  const result = await importFeed({ fulfillment: workspace.fulfillment, file, reseller: 'northwind' });
  return { ...result, outcomes: result.resultFile ? await resultRows(result.resultFile) : [] };
}

const put = async (content: string | Uint8Array, name = 'orders.csv') =>
  feed(await workspace.put(name, content));

async function holdings(file: string) {
  const { database, fulfillment } = workspace;
  const result = await importHoldings({ database, catalog: fulfillment.catalog, file });
  return { ...result, outcomes: result.resultFile ? await resultRows(result.resultFile) : [] };
}

const numbers = () =>
  workspace
    .query<{ readonly number: string }>('select number from message order by accepted_number')
    .then((rows) => rows.map(({ number }) => number));

describe('a file as PowerShell exports it', () => {
  test('has a byte order mark before a quoted header', async () => {
    expect(await feed(await saved('powershell-bom-quoted.csv'))).toMatchObject({ accepted: 2, exitCode: 0 });
    expect(await holdings(await saved('powershell-bom-quoted-holdings.csv'))).toMatchObject({ accepted: 1 });
  });

  test('with a #TYPE line is refused with a sentence about it', async () => {
    const result = await feed(await saved('powershell-type-line.csv'));
    expect(result).toMatchObject({ exitCode: 1, rows: 0 });
    expect(result.refusal).toMatch(/#TYPE line, which Windows PowerShell writes.*-NoTypeInformation/);
  });

  test.each([
    ['UTF-16 with a mark', Buffer.from(`\uFEFF${feedOf([orderRow()])}`, 'utf16le'), /UTF-16.*CSV UTF-8/],
    ['UTF-16 without one', Buffer.from(feedOf([orderRow()]), 'utf16le'), /UTF-16/],
    ['UTF-16, the other way', Buffer.from(`\uFEFF${feedOf([orderRow()])}`, 'utf16le').swap16(), /UTF-16/],
    [
      'UTF-16, the other way, without a mark',
      Buffer.from(feedOf([orderRow()]), 'utf16le').swap16(),
      /UTF-16/,
    ],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x6f, 0, 0, 0]), /UTF-32/],
    ['UTF-32, the other way', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x6f]), /UTF-32/],
  ])('in %s is refused with what to do', async (_, bytes, refusal) => {
    expect((await put(bytes)).refusal).toMatch(refusal);
  });
});

describe('a file as Excel and LibreOffice save it', () => {
  test('lacks the empty cells at the end of rows; a field that is needed is missed all the same', async () => {
    const { outcomes } = await feed(await saved('excel-short-rows.csv'));
    expect(outcomes.map(({ result }) => result)).toEqual(['accepted', 'accepted', 'accepted', 'invalid']);
    expect(outcomes[3]?.['message']).toMatch(/^term name exactly one of/);
  });

  test('has rows of commas at its end, which are passed over', async () => {
    const { rows, accepted, exitCode } = await feed(await saved('excel-trailing-rows.csv'));
    expect({ rows, accepted, exitCode }).toEqual({ rows: 1, accepted: 1, exitCode: 0 });
  });

  test('has empty columns without a name, which are passed over', async () => {
    expect(await feed(await saved('excel-trailing-columns.csv'))).toMatchObject({ accepted: 1, exitCode: 0 });
    const row = Object.values(orderRow()).join(',');
    const header = Object.keys(orderRow()).join(',');
    const more = await put(`${header},,\n${row},,\n${row.replace('PO-1', 'PO-2')},,see mail\n`);
    expect(more.outcomes[1]).toMatchObject({
      result: 'invalid',
      message: expect.stringContaining('there is text in column 10, which has no name'),
    });
    expect(await put(`${header}\n${row},,,\n`)).toMatchObject({ repeats: 1, exitCode: 0 });
  });

  test('says which separator it uses: a comma is skipped, another is refused with what to do', async () => {
    expect(await feed(await saved('excel-sep-comma.csv'))).toMatchObject({ rows: 1, accepted: 1 });
    expect((await feed(await saved('excel-sep-semicolon.csv'))).refusal).toMatch(
      /says "sep=;".*not separated by commas.*LibreOffice.*import that/,
    );
  });

  test('has blanks around the names of columns', async () => {
    expect(await feed(await saved('header-spaces.csv'))).toMatchObject({ rows: 1, accepted: 1, exitCode: 0 });
  });

  test.each([
    [
      'header-case.csv',
      /"OrderNumber" \(did you mean orderNumber\?\), "PlacedAt" \(did you mean placedAt\?\)/,
    ],
    ['header-case.csv', /"Customer\.Company" \(did you mean customer\.company\?\)/],
  ])('whose columns are spelled otherwise is refused with what was meant: %s', async (name, refusal) => {
    const result = await feed(await saved(name));
    expect(result.refusal).toMatch(refusal);
    expect(result.refusal).not.toMatch(/lacks required/);
  });

  test('names a column without its group, and is told which was meant', async () => {
    const { company: _, ...row } = { ...orderRow(), company: '' };
    const text = feedOf([row]).replace('customer.email', 'E-Mail').replace('term', 'period');
    expect((await put(text)).refusal).toMatch(
      /"E-Mail" \(did you mean customer\.email\?\), "period", and lacks required columns: "term"/,
    );
  });

  test('has whole numbers in digits alone; separators for thousands are invalid, and the cell is named', async () => {
    const { outcomes } = await feed(await saved('thousands-dot.csv'));
    expect(outcomes.map(({ result }) => result)).toEqual([
      'invalid',
      'invalid',
      'invalid',
      'accepted',
      'invalid',
    ]);
    for (const { message } of outcomes.filter(({ result }) => result === 'invalid'))
      expect(message).toBe('seats must be a whole number in digits alone, without separators for thousands');
    expect(await workspace.query("select content->'seats' as seats from message")).toEqual([{ seats: 250 }]);
    expect((await holdings(await saved('thousands-dot-holdings.csv'))).outcomes).toMatchObject([
      { result: 'invalid', message: expect.stringMatching(/^seats must be a whole number in digits alone/) },
    ]);
  });

  test.each([
    '1 000',
    '1\u00A0000',
    '1\u202F000',
    "1'000",
    '1.000.000',
    '2,5',
    '250,0',
    '250-',
    '2.5E2',
    '0x10',
    '٢٥٠',
    '２５０',
  ])('shows a number as %j, which is invalid', async (seats) => {
    const { outcomes } = await put(feedOf([orderRow({ seats })]));
    expect(outcomes).toMatchObject([
      { result: 'invalid', message: expect.stringMatching(/^seats must be a whole number/) },
    ]);
  });

  test('has blanks around a number, and capital letters in a truth value', async () => {
    const { outcomes } = await put(feedOf([orderRow({ seats: ' 250 ', allowFewerSeats: ' TRUE' })]));
    expect(outcomes).toMatchObject([{ result: 'accepted' }]);
  });

  test.each(['1.23E+11', '1,23457E+11', '4.5E+15', '-1E+12'])(
    'has shortened a long order number to %s: its digits are lost, and the cell is named',
    async (orderNumber) => {
      const { outcomes } = await put(feedOf([orderRow({ orderNumber })]));
      expect(outcomes).toMatchObject([
        {
          row: '1',
          result: 'invalid',
          message: expect.stringMatching(
            /^orderNumber is a number that a spreadsheet shortened.*digits are lost; format the column as text/,
          ),
        },
      ]);
    },
  );

  test('an order number that only looks a little like that is one', async () => {
    const rows = ['12E5', 'PO1E+11', '1E+', 'E+11'].map((orderNumber) => orderRow({ orderNumber }));
    expect(await put(feedOf(rows))).toMatchObject({ accepted: 4 });
  });

  test.each([
    ['placedAt', '25.11.2026 09:00'],
    ['placedAt', '11/25/2026 9:00'],
    ['placedAt', '46351.375'],
    ['placedAt', '46351,375'],
    ['startsOn', '01.12.2026'],
    ['startsOn', '12/1/26'],
    ['startsOn', '46357'],
  ])('has made a date of %s in its own form, %s: refused with what to write', async (column, cell) => {
    const { outcomes } = await put(feedOf([orderRow({ [column]: cell })]));
    const wanted = column === 'placedAt' ? '2026-11-20T09:30:00Z' : '2026-12-01';
    expect(outcomes).toMatchObject([{ result: 'invalid' }]);
    expect(outcomes[0]?.['message']).toMatch(
      new RegExp(`^${column} is a date in the form of a spreadsheet.*write it like ${wanted}$`),
    );
  });

  test.each(['#N/A', '#NV', '#REF!', '#VALUE!', '########'])('shows %s where a value was', async (suite) => {
    expect((await put(feedOf([orderRow({ suite })]))).outcomes).toMatchObject([
      { result: 'invalid', message: expect.stringMatching(/^suite holds an error of a spreadsheet/) },
    ]);
  });

  test('keeps text from becoming a number by ="…"', async () => {
    expect(await put(feedOf([orderRow({ orderNumber: '="00123"' })]))).toMatchObject({ accepted: 1 });
    expect(await numbers()).toEqual(['00123']);
  });

  test('is a web page under another name', async () => {
    expect((await put('<html><table><tr><td>orderNumber</td></tr></table></html>\n')).refusal).toMatch(
      /HTML or XML, not CSV/,
    );
  });

  test('ends with Ctrl-Z', async () => {
    expect(await put(`${feedOf([orderRow()])}\u001A`)).toMatchObject({ rows: 1, accepted: 1, exitCode: 0 });
  });
});

describe('a file whose upload broke off', () => {
  const whole = feedOf([orderRow(), orderRow({ orderNumber: 'PO-2' })]);

  test('in its last cell is imported, and says that the last line has no end', async () => {
    const result = await put(whole.slice(0, -1));
    expect(result).toMatchObject({ accepted: 2, exitCode: 0 });
    expect(result.outcomes[1]).toMatchObject({
      result: 'accepted',
      message: expect.stringMatching(/the last line of the file has no line end: if the file was cut off/),
    });
    expect(importSummary('orders.csv', result)).toContain('Row 2: the last line of the file has no line end');
    expect(result.outcomes[0]?.['message']).toBe('');
  });

  test('before its last cell has an invalid last row that says so', async () => {
    const result = await put(whole.slice(0, -8));
    expect(result).toMatchObject({ accepted: 1, invalid: 1, exitCode: 3 });
    expect(result.problems[0]?.message).toMatch(/the row has 7 cells.*it seems to be cut off$/);
  });

  test('in the middle of a letter says so', async () => {
    const bytes = Buffer.from(`${whole}PO-3,2026-11-20T09:30:00Z,acme,Zoë`);
    expect((await put(bytes.subarray(0, -1))).problems[0]?.message).toMatch(/not UTF-8.*cut off$/);
  });

  test('in the middle of a line of JSON says so', async () => {
    const result = await put('{"orderNumber":"PO-1","placedAt":"2026', 'orders.ndjson');
    expect(result.problems[0]?.message).toMatch(/is not JSON.*it seems to be cut off$/);
  });

  test('nowhere: a line end is all that is asked for', async () => {
    const result = await put(whole);
    expect(result.warnings).toEqual([]);
    expect(importSummary('orders.csv', result)).not.toContain('cut off');
  });
});

test('an order number with blanks at its ends is the same order number', async () => {
  await put(feedOf([orderRow({ orderNumber: 'PO-7' })]));
  expect(
    await put(
      feedOf(['PO-7 ', ' PO-7', 'PO-7\u00A0', 'PO‑7'].map((orderNumber) => orderRow({ orderNumber }))),
    ),
  ).toMatchObject({ repeats: 4, exitCode: 0 });
  expect(await numbers()).toEqual(['PO-7']);
});

test('addresses as people have them are accepted; a local part in other letters is refused, saying why', async () => {
  const { outcomes } = await feed(await saved('emails.ndjson'));
  expect(outcomes.map(({ result }) => result)).toEqual([...Array<string>(6).fill('accepted'), 'invalid']);
  expect(outcomes[6]?.['message']).toMatch(/^customer\.email .*before the @ is in ASCII letters/);
  const addresses = await workspace.query<{ readonly email: string }>(
    "select content->'customer'->>'email' as email from message order by accepted_number",
  );
  expect(addresses[2]?.email).toBe('kontakt@xn--mller-kva.example');
});

test('company names that nobody can see are invalid', async () => {
  const { outcomes } = await feed(await saved('blank-company.ndjson'));
  expect(outcomes.map(({ result }) => result)).toEqual(['invalid', 'invalid', 'invalid', 'accepted']);
  expect(outcomes[1]?.['message']).toBe('customer.company must have a character that can be seen');
});

test('a catalog may begin with a byte order mark, and not be in UTF-16', async () => {
  const marked = await loadCatalog(await saved('catalog-bom.json'));
  expect(marked.suites.map(({ code }) => code)).toEqual(
    (await loadCatalog(shippedCatalog)).suites.map(({ code }) => code),
  );
  const wide = Buffer.from(await readFile(shippedCatalog, 'utf8'), 'utf16le');
  const file = await workspace.put('catalog.json', wide);
  await expect(loadCatalog(file)).rejects.toThrow(/it is UTF-16 text; save it as UTF-8/);
});

test('every code of a known account is taken in, however the row spells its company', async () => {
  const result = await holdings(await saved('holdings-account-spelling.csv'));
  expect(result).toMatchObject({ accepted: 4, exitCode: 0 });
  expect(result.outcomes.map(({ message }) => message)).toEqual([
    '',
    ...['company', 'company, email', 'company'].map(
      (fields) => `the account is known with another ${fields}, which stays; the code was taken in`,
    ),
  ]);
  expect(await workspace.query('select company, email from account')).toEqual([
    { company: 'Lighthouse Systems Ltd', email: 'it@lighthouse.example' },
  ]);
});

test('holdings keep identifiers as they were meant: blanks, full width, dashes of all kinds', async () => {
  const typed = holdingRow({
    account: ' acme ',
    pid: '１００１０１DE02\u00A0',
    activationCode: 'os\u20132222\u201122222\u221222222\u200B 22222—22222－22222',
    region: '\u00A0emea ',
  });
  expect(await holdings(await workspace.put('holdings.csv', holdingsOf([typed])))).toMatchObject({
    accepted: 1,
  });
  expect(await workspace.query('select account, pid, activation_code as code from license')).toEqual([
    { account: 'acme', pid: '100101DE02', code: 'OS-2222-22222-22222-22222-22222-22222' },
  ]);
});
