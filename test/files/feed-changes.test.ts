import { afterAll, beforeAll, expect, test } from 'vitest';
import { importFeed } from '#src/files/feed-import.ts';
import { openWorkspace, resultRows, type Workspace } from '#test/files/feed-workspace.ts';

let workspace: Workspace;

beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.close());

test('a file whose header has kind and requestNumber holds change requests, good and bad rows alike', async () => {
  const file = await workspace.put(
    'changes.csv',
    `requestNumber,requestedAt,kind,order,seats,because
CR-1,2027-01-10T09:00:00Z,seats,PO-1,300,
CR-2,2027-01-10T09:00:00Z,suspension,PO-1,,unpaid
CR-3,2027-01-10T09:00:00Z,suspension,PO-1,300,unpaid
CR-1,2027-01-10T09:00:00Z,seats,PO-1,301,
`,
  );
  const result = await importFeed({ fulfillment: workspace.fulfillment, file, reseller: 'northwind' });
  expect(result).toMatchObject({ accepted: 2, invalid: 1, conflicts: 1, exitCode: 3 });
  const rows = await resultRows(result.resultFile);
  const said = rows.map((row) => JSON.stringify(row));
  expect(said[2]).toContain('seats is not a field of this message');
  expect(said[3]).toContain('REQUEST_CONFLICT');
});

test('an NDJSON file is recognised by its first record', async () => {
  const record = {
    requestNumber: 'CR-9',
    requestedAt: '2027-01-10T09:00:00Z',
    kind: 'return',
    order: 'PO-1',
  };
  const file = await workspace.put('changes.ndjson', `${JSON.stringify(record)}\n`);
  const result = await importFeed({ fulfillment: workspace.fulfillment, file, reseller: 'northwind' });
  expect(result).toMatchObject({ accepted: 1, exitCode: 0 });
  expect(await workspace.query("select kind from message where number = 'CR-9'")).toEqual([
    { kind: 'change-request' },
  ]);
});
