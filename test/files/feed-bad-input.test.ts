import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { importFeed } from '#src/files/feed-import.ts';
import { feedOf, orderRow } from '#test/files/feed-orders.ts';
import { openWorkspace, resultRows, type Workspace } from '#test/files/feed-workspace.ts';

let workspace: Workspace;

beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.close());
beforeEach(() => workspace.query('truncate message cascade'));

async function run(name: string, content: string | Uint8Array) {
  const file = await workspace.put(name, content);
  return importFeed({ fulfillment: workspace.fulfillment, file, reseller: 'northwind' });
}

const header = Object.keys(orderRow()).join(',');
const good = Object.values(orderRow()).join(',');
const goodToo = good.replace('PO-1', 'PO-2');

describe('a file that is refused as a whole', () => {
  test.each<[string, string, string | Uint8Array, RegExp]>([
    ['an unknown column', 'a.csv', `${header},colour\n${good},red\n`, /unknown columns: "colour"/],
    [
      'a missing column',
      'a.csv',
      feedOf([{ suite: 'SPC' }]),
      /lacks required columns: "orderNumber", "placedAt", "customer.company", "customer.email", "seats", "term"/,
    ],
    ['a column that is there twice', 'a.csv', `${header},suite\n`, /columns twice: "suite"/],
    ['semicolons between cells', 'a.csv', header.replaceAll(',', ';'), /separated by commas/],
    ['an empty CSV file', 'a.csv', '', /a\.csv is empty/],
    ['an empty NDJSON file', 'a.ndjson', '', /a\.ndjson is empty/],
    ['a CSV file of blank lines', 'a.csv', '\r\n\n\n', /a\.csv is empty/],
    ['a binary file', 'a.csv', gzipSync('x'.repeat(9000)), /not CSV/],
    ['zero bytes in the header', 'a.csv', '\0\0\0\0\n', /control characters/],
    ['an Excel workbook', 'a.csv', 'PK\u0003\u0004rest', /workbook/],
    ['UTF-16', 'a.csv', Buffer.from(`\uFEFF${header}\n`, 'utf16le'), /UTF-16/],
    ['Latin-1 in the header', 'a.csv', Buffer.from(`${header},größe\n`, 'latin1'), /not UTF-8/],
    ['a header that never ends', 'a.csv', `"${'x'.repeat(3_000_000)}`, /never closed/],
    ['line endings of old Macs', 'a.csv', `${header}\r${good}\r`, /control characters/],
    ['another extension', 'a.xlsx', header, /must end in \.csv, \.ndjson or \.jsonl/],
    ['no extension', 'orders', header, /must end in/],
  ])('%s', async (_, name, content, refusal) => {
    const result = await run(name, content);
    expect(result).toMatchObject({ exitCode: 1, rows: 0, resultFile: null });
    expect(result.refusal).toMatch(refusal);
    expect(await workspace.query('select id from message')).toEqual([]);
  });

  test.each(['/no/such/file.csv', '/no/such/file.ndjson'])('%s does not exist', async (file) => {
    const result = await importFeed({ fulfillment: workspace.fulfillment, file, reseller: 'northwind' });
    expect(result).toMatchObject({ exitCode: 1, resultFile: null });
    expect(result.refusal).toContain('no such file');
  });
});

describe('a bad row does not stop the good ones', () => {
  test.each<[string, string | Buffer, RegExp]>([
    [
      'too few cells',
      'PO-9,2026-11-20T09:30:00Z',
      /^customer is missing; suite is missing; seats is missing/,
    ],
    [
      'semicolons',
      good.replaceAll(',', ';'),
      /^line 3: the row has 1 cells, the header row has 8; cells are separated by commas$/,
    ],
    ['too many cells', `${good},more`, /the row has 9 cells/],
    ['Latin-1', Buffer.from(good.replace('ACME', 'Société'), 'latin1'), /^line 3: it is not UTF-8/],
    [
      'a zero byte',
      good.replace('ACME', 'AC\0ME'),
      /^customer\.company must not contain control characters$/,
    ],
    ['a quote inside a cell', good.replace('ACME', 'The "ACME"'), /quote inside a cell/],
    ['text after a closing quote', good.replace('ACME GmbH', '"ACME" GmbH'), /text after a closing quote/],
    ['a row of more than 1 MiB', good.replace('ACME', 'x'.repeat(1_100_000)), /longer than 1 MiB/],
    [
      'an order number of 10,000 characters',
      good.replace('PO-1', 'P'.repeat(10_000)),
      /^orderNumber must be 1 to 64 printable/,
    ],
    ['a negative seat count', good.replace('250', '-5'), /^seats must be at least 1$/],
    ['seats that are no number', good.replace('250', 'many'), /^seats must be a whole number$/],
    ['half a seat', good.replace('250', '2.5'), /^seats must be a whole number$/],
    ['a term of no time', good.replace('P1Y', 'P0Y'), /^term must be/],
    ['a term of a thousand years', good.replace('P1Y', 'P1000Y'), /^term must be/],
    ['a date that does not exist', good.replace('2026-11-20', '2026-02-31'), /^placedAt must be/],
    [
      'a date far ahead',
      goodToo.replace('2026-11-20', '2199-11-20').replace('PO-2', 'PO-3'),
      /^placedAt must not be more than a day ahead$/,
    ],
    ['almost no content', ',,,,,,,P1Y', /orderNumber is missing; placedAt is missing/],
  ])('%s', async (_, row, message) => {
    const bytes = Buffer.concat([
      Buffer.from(`${header}\n${good}\n`),
      Buffer.from(row),
      Buffer.from(`\n${goodToo}\n`),
    ]);
    const result = await run('a.csv', bytes);
    expect(result).toMatchObject({ rows: 3, accepted: 2, invalid: 1, exitCode: 3 });
    expect(result.problems[0]).toMatchObject({ row: 2, result: 'invalid' });
    expect(result.problems[0]?.message).toMatch(message);
  });

  test('a quote that is never closed costs the rest of the file, and says where it was opened', async () => {
    const result = await run('a.csv', `${header}\n${good}\n"${goodToo}\n${goodToo}\n`);
    expect(result).toMatchObject({ rows: 2, accepted: 1, invalid: 1, exitCode: 3 });
    expect(result.problems[0]?.message).toMatch(/^line 3: a quote is opened here and never closed/);
  });

  test('NDJSON lines that are no orders', async () => {
    const order = JSON.stringify({
      orderNumber: 'PO-1',
      placedAt: '2026-11-20T09:30:00Z',
      customer: { company: 'ACME GmbH', email: 'it@acme.example' },
      suite: 'SPC',
      seats: 250,
      term: 'P1Y',
    });
    const lines = [
      '{"orderNumber": ',
      '[]',
      'null',
      '17',
      order.replace('}', ',"colour":"red"}'),
      order.replace('250', '"250"'),
      `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      `"${'x'.repeat(2_000_000)}"`,
      '',
      order,
    ];
    const text = Buffer.concat([
      Buffer.from(`\uFEFF${lines.join('\r\n')}\n`),
      Buffer.from(order.replace('ACME', 'Société'), 'latin1'),
    ]);
    const result = await run('a.ndjson', text);
    expect(result).toMatchObject({ rows: 10, accepted: 1, invalid: 9, exitCode: 3 });
    expect(result.problems.map(({ message }) => message?.slice(0, 40))).toMatchInlineSnapshot(`
      [
        "line 1: it is not JSON; each line must b",
        "the message must be a JSON object",
        "the message must be a JSON object",
        "the message must be a JSON object",
        "customer.colour is not a field of this m",
        "seats must be a whole number",
        "orderNumber is missing; placedAt is miss",
        "line 8: the line is longer than 1 MiB",
        "line 11: it is not UTF-8 text; save the ",
      ]
    `);
  });
});

test('a file of which not one row can be read exits with 1', async () => {
  expect(await run('a.ndjson', 'one\ntwo\n')).toMatchObject({ rows: 2, invalid: 2, exitCode: 1 });
  expect(await run('a.csv', `${header}\nA;B\n`)).toMatchObject({ rows: 1, invalid: 1, exitCode: 1 });
});

test('a feed of a header row alone has nothing to say and is fine', async () => {
  const result = await run('a.csv', `${header}\r\n`);
  expect(result).toMatchObject({ rows: 0, exitCode: 0 });
  expect(await resultRows(result.resultFile)).toEqual([]);
});

test('a cell that a spreadsheet would run as a formula is neutralised, inside its quotes too', async () => {
  const numbers = ['=1+1', '+1', '-1', '@SUM(A1)', '=HYPERLINK("http://x.example","y, z")', '\t=1', '\r=1'];
  const result = await run('a.csv', feedOf(numbers.map((orderNumber) => orderRow({ orderNumber }))));
  const rows = await resultRows(result.resultFile);
  expect(rows.map(({ orderNumber }) => orderNumber)).toEqual([
    "'=1+1",
    "'+1",
    "'-1",
    "'@SUM(A1)",
    `'=HYPERLINK("http://x.example","y, z")`,
    "'=1",
    "'=1",
  ]);
  expect(rows.slice(0, 5).map(({ result: outcome }) => outcome)).toEqual(Array(5).fill('accepted'));
});

test('a cell behind a semicolon is neutralised, too, since spreadsheets in many countries take it for a comma', async () => {
  const numbers = ['PO;=1+1', 'PO; =1+1', 'PO;;@SUM(A1)', 'PO;x;-1'];
  const result = await run('a.csv', feedOf(numbers.map((orderNumber) => orderRow({ orderNumber }))));
  const text = await readFile(result.resultFile ?? '', 'utf8');
  for (const cell of text.split(/[;\r\n]/)) expect(cell.trim()).not.toMatch(/^"?[=+\-@]/);
  expect((await resultRows(result.resultFile)).map(({ orderNumber }) => orderNumber)).toContain("PO;'=1+1");
});

test('a line that names a field twice is refused, and the others are not', async () => {
  const line = JSON.stringify({
    placedAt: '2026-11-20T09:30:00Z',
    customer: { company: 'ACME', email: 'it@acme.example' },
    suite: 'SPE',
    seats: 100,
    term: 'P1Y',
    orderNumber: 'PO-twice',
  });
  const twice = line.replace('{', '{"seats":1,');
  const result = await run('a.ndjson', `${twice}\n${line}\n`);
  const rows = await resultRows(result.resultFile);
  expect(rows.map(({ result: outcome }) => outcome)).toEqual(['invalid', 'accepted']);
  expect(rows[0]?.['message']).toContain('seats is there twice');
});

test('a long order number is cut in the result file', async () => {
  const result = await run('a.csv', feedOf([orderRow({ orderNumber: 'P'.repeat(10_000) })]));
  const text = await readFile(result.resultFile ?? '', 'utf8');
  expect(text.length).toBeLessThan(300);
  expect(text).toContain(`${'P'.repeat(64)}...`);
});

test('a result file that cannot be written refuses the import before anything is recorded', async () => {
  const file = await workspace.put(`${'a'.repeat(245)}.csv`, feedOf([orderRow()]));
  const result = await importFeed({ fulfillment: workspace.fulfillment, file, reseller: 'northwind' });
  expect(result).toMatchObject({ exitCode: 1, rows: 0 });
  expect(result.refusal).toMatch(/result file .* cannot be written/);
  expect(await workspace.query('select id from message')).toEqual([]);
});
