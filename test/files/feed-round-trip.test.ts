import { stringify } from 'csv-stringify/sync';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { isVisible } from '#src/domain/typed-text.ts';
import { csvRecords, type CsvRecord } from '#src/files/csv-records.ts';
import { importFeed } from '#src/files/feed-import.ts';
import { feedOf, orderRow } from '#test/files/feed-orders.ts';
import { openWorkspace, type Workspace } from '#test/files/feed-workspace.ts';

let workspace: Workspace;

beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.close());
beforeEach(() => workspace.query('truncate message cascade'));

/** One line of readable text: what a company or a contact may be. */
const line = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 200 })
  .filter((text) => text.isWellFormed() && !/\p{Cc}/u.test(text) && Array.from(text).length <= 200)
  .filter(isVisible);
const name = fc.oneof(
  line,
  fc.constantFrom(
    '株式会社ひかり電機',
    'Société Lumière & Fils',
    '🏢🚀 Ünïcode, "Inc."',
    '=1+1',
    ' padded ',
    '"',
    ',',
    "'",
  ),
);

async function companies(): Promise<readonly unknown[]> {
  const rows = await workspace.query<{
    readonly customer: { readonly company: string; readonly contact?: string };
  }>("select content->'customer' as customer from message order by accepted_number");
  return rows.map(({ customer: { company, contact } }) => [company, contact]);
}

test('what an accepted row says is kept exactly, with or without byte order mark, whatever the line ends', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(name, name), { minLength: 1, maxLength: 40 }),
      fc.boolean(),
      fc.constantFrom('windows' as const, 'unix' as const),
      async (names, bom, record_delimiter) => {
        await workspace.query('truncate message cascade');
        const rows = names.map(([company, contact], i) =>
          orderRow({ orderNumber: `PO-${i}`, 'customer.company': company, 'customer.contact': contact }),
        );
        const file = await workspace.put('orders.csv', feedOf(rows, { bom, record_delimiter }));
        const { fulfillment } = workspace;
        const result = await importFeed({ fulfillment, file, reseller: 'northwind' });
        expect(result).toMatchObject({ accepted: names.length, exitCode: 0 });
        expect(await companies()).toEqual(names);
      },
    ),
    { numRuns: 15 },
  );
});

test('cells with commas, quotes and line ends are read as they were written, wherever the chunks end', async () => {
  const cell = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'é', '株', 'a'), maxLength: 8 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 12 }),
      fc.constantFrom('\r\n', '\n'),
      fc.integer({ min: 1, max: 9 }),
      async (records, ending, size) => {
        const text = stringify(records, { record_delimiter: ending, quoted_match: /[\r\n]/ });
        const found = await read(Buffer.from(text), size);
        expect(found.map((record) => ('cells' in record ? record.cells : record))).toEqual(records);
      },
    ),
    { numRuns: 300 },
  );
});

test('any bytes at all are read to their end without an error', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.constantFrom(...Buffer.from('",\r\nab\xE9', 'latin1')), { maxLength: 60 }),
      ),
      fc.integer({ min: 1, max: 64 }),
      async (bytes, size) => {
        const whole = await read(Buffer.from(bytes), 1000);
        expect(await read(Buffer.from(bytes), size)).toEqual(whole);
      },
    ),
    { numRuns: 1000 },
  );
});

test('a record is told by the line on which it begins', async () => {
  const text = 'a,b\r\n\r\n"one\r\ntwo\nthree",x\n"x" y,z\n1,2\n"never';
  expect(await read(Buffer.from(text), 4)).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 3, cells: ['one\r\ntwo\nthree', 'x'] },
    { line: 6, fault: expect.stringContaining('text after a closing quote') },
    { line: 7, cells: ['1', '2'] },
    { line: 8, fault: expect.stringContaining('never closed'), isUnended: true },
  ]);
});

async function read(bytes: Buffer, size: number): Promise<readonly CsvRecord[]> {
  const found: CsvRecord[] = [];
  for await (const record of csvRecords(chunksOf(bytes, size))) found.push(record);
  return found;
}

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}
