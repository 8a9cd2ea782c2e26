import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { importFeed } from '#src/files/feed-import.ts';
import { feedOf, orderRow } from '#test/files/feed-orders.ts';
import { openWorkspace, resultRows, type Workspace } from '#test/files/feed-workspace.ts';

let workspace: Workspace;

beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.close());
beforeEach(() => workspace.query('truncate message cascade'));

function run(file: string, reseller = 'northwind') {
  return importFeed({ fulfillment: workspace.fulfillment, file, reseller });
}

function accepted() {
  return workspace.query<{ readonly number: string; readonly content: Readonly<Record<string, unknown>> }>(
    'select number, content from message order by accepted_number',
  );
}

async function shippedOrders(): Promise<string> {
  const file = new URL('../../examples/orders.csv', import.meta.url);
  return workspace.put('orders.csv', await readFile(file));
}

test('the example feed has seven accepted orders, an invalid one, a repeat and a conflict', async () => {
  const file = await shippedOrders();
  const result = await run(file);
  expect(result).toMatchObject({
    rows: 10,
    accepted: 7,
    repeats: 1,
    conflicts: 1,
    invalid: 1,
    exitCode: 3,
    awaitingReconciler: 7,
  });
  expect(basename(result.resultFile ?? '')).toBe('orders.result.csv');
  const rows = await resultRows(result.resultFile);
  expect(rows.map(({ result: outcome }) => outcome)).toEqual([
    ...Array.from({ length: 7 }, () => 'accepted'),
    'invalid',
    'repeat',
    'conflict',
  ]);
  expect(rows[7]?.['message']?.split('; ').map((fault) => fault.split(' ')[0])).toEqual([
    'customer.email',
    'seats',
    'term',
  ]);
  expect(rows[9]?.['message']).toContain('ORDER_CONFLICT');
  expect(rows[8]?.['id']).toBe(rows[0]?.['id']);
  expect(rows.map(({ row }) => row)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
});

test('importing the same feed twice changes nothing', async () => {
  const file = await shippedOrders();
  await run(file);
  const before = await workspace.query('select * from message order by id');
  const again = await run(file);
  expect(again).toMatchObject({ accepted: 0, repeats: 8, conflicts: 1, invalid: 1, awaitingReconciler: 0 });
  expect(await workspace.query('select * from message order by id')).toEqual(before);
});

test('orders are accepted in the order of the file', async () => {
  const numbers = Array.from({ length: 1203 }, (_, i) => `PO-${i}`);
  const file = await workspace.put(
    'many.csv',
    feedOf(numbers.map((orderNumber) => orderRow({ orderNumber }))),
  );
  expect(await run(file)).toMatchObject({ accepted: 1203, exitCode: 0 });
  expect((await accepted()).map(({ number }) => number)).toEqual(numbers);
});

test('every kind of field is read, and an empty cell is an absent field', async () => {
  const code = 'os-2wtk-7pxqn-m4hzc-8vgjy-3rbde-6fau9';
  const file = await workspace.put(
    'full.csv',
    feedOf([
      orderRow({
        'customer.contact': '',
        'customer.country': 'DE',
        startsOn: '2026-12-01',
        keep: `${code}; SX3F8PKD6YH2MWQ9TXJ4VG7BCN5RZEU`,
        allowFewerSeats: 'TRUE',
        'register.acceptedAgreementAt': '2026-11-20T10:31:00+01:00',
        reseller: 'northwind',
      }),
    ]),
  );
  expect(await run(file)).toMatchObject({ accepted: 1 });
  const [order] = await accepted();
  expect(order?.content).toEqual({
    reseller: 'northwind',
    orderNumber: 'PO-1',
    placedAt: '2026-11-20T09:30:00Z',
    customer: { account: 'acme', company: 'ACME GmbH', email: 'it@acme.example', country: 'DE' },
    suite: 'SPC',
    seats: 250,
    term: 'P1Y',
    startsOn: '2026-12-01',
    keep: ['OS-2WTK-7PXQN-M4HZC-8VGJY-3RBDE-6FAU9', 'SX-3F8P-KD6YH-2MWQ9-TXJ4V-G7BCN-5RZEU'],
    allowFewerSeats: true,
    register: { acceptedAgreementAt: '2026-11-20T09:31:00Z' },
  });
});

test('the same orders as NDJSON are repeats of those in CSV', async () => {
  await run(await workspace.put('orders.csv', feedOf([orderRow()])));
  const order = {
    orderNumber: 'PO-1',
    placedAt: '2026-11-20T10:30:00+01:00',
    customer: { email: 'it@acme.example', company: 'ACME GmbH', account: 'acme' },
    suite: 'SPC',
    seats: 250,
    term: 'P12M',
  };
  const result = await run(await workspace.put('orders.ndjson', `${JSON.stringify(order)}\n`));
  expect(result).toMatchObject({ rows: 1, repeats: 1, exitCode: 0 });
  expect(basename(result.resultFile ?? '')).toBe('orders.result.csv');
});

test('a row that names another reseller is invalid, in CSV and NDJSON', async () => {
  const csv = await run(await workspace.put('a.csv', feedOf([orderRow({ reseller: 'southwind' })])));
  expect(csv.problems[0]?.message).toMatch(/^reseller must be the one that the import is for/);
  const ndjson = await run(await workspace.put('a.jsonl', '{"reseller":"southwind"}'));
  expect(ndjson.problems[0]?.message).toMatch(/^reseller must be the one that the import is for/);
  expect(await accepted()).toEqual([]);
});

test('an unknown reseller refuses the file and tells the command that adds one', async () => {
  const result = await run(await workspace.put('a.csv', feedOf([orderRow()])), 'nobody');
  expect(result).toMatchObject({ exitCode: 1, rows: 0, resultFile: null });
  expect(result.refusal).toContain('chancery reseller add');
});

test('accepted orders are handed to the queue, and only those', async () => {
  const handed: string[] = [];
  const options = {
    fulfillment: workspace.fulfillment,
    file: await shippedOrders(),
    reseller: 'northwind',
    enqueue: (_kind: string, ids: readonly string[]) => Promise.resolve(handed.push(...ids)),
  };
  expect(await importFeed(options)).toMatchObject({ awaitingReconciler: 0 });
  const rows = await workspace.query<{ readonly id: string }>(
    'select id from message order by accepted_number',
  );
  expect(handed).toEqual(rows.map(({ id }) => id));
  await importFeed(options);
  expect(handed).toHaveLength(7);
});

test('a queue that is away does not fail the import and is tried once', async () => {
  let tried = 0;
  const rows = Array.from({ length: 1001 }, (_, i) => orderRow({ orderNumber: `PO-${i}` }));
  const result = await importFeed({
    fulfillment: workspace.fulfillment,
    file: await workspace.put('many.csv', feedOf(rows)),
    reseller: 'northwind',
    enqueue: () => {
      tried += 1;
      return Promise.reject(new Error('connect ECONNREFUSED'));
    },
  });
  expect(result).toMatchObject({
    accepted: 1001,
    exitCode: 0,
    awaitingReconciler: 1001,
    enqueueFault: 'connect ECONNREFUSED',
  });
  expect(tried).toBe(1);
});

test('an import that is broken off leaves no result file, and is completed by running it again', async () => {
  const rows = Array.from({ length: 800 }, (_, i) => orderRow({ orderNumber: `PO-${i}` }));
  const file = await workspace.put('orders.csv', feedOf(rows));
  let batches = 0;
  const breaking = {
    ...workspace.fulfillment,
    at: () => {
      batches += 1;
      if (batches === 2) throw new Error('the power went out');
    },
  };
  await expect(importFeed({ fulfillment: breaking, file, reseller: 'northwind' })).rejects.toThrow(
    /stopped after 500 rows: the power went out/,
  );
  expect(await readdir(dirname(file))).toEqual(['orders.csv']);
  expect(await run(file)).toMatchObject({ accepted: 0, repeats: 800, exitCode: 0 });
});
