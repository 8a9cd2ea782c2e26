import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runFeedImport } from '#src/commands/importing/feed.ts';
import { runHoldingsImport } from '#src/commands/importing/holdings.ts';
import { importProgress } from '#src/commands/importing/progress.ts';
import { feedOf, orderRow } from '#test/files/feed-orders.ts';
import { openWorkspace, type Workspace } from '#test/files/feed-workspace.ts';
import { holdingRow, holdingsOf } from '#test/files/holdings-rows.ts';

let workspace: Workspace;

beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.close());

class Collected extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 120;

  constructor(isTTY = false) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

test('a feed import tells a person what became of the file, and keeps progress off stdout', async () => {
  const rows = [orderRow({ orderNumber: 'PO-7' }), orderRow({ orderNumber: 'PO-7', seats: '9' })];
  const file = await workspace.put('orders.csv', feedOf(rows));
  const [stdout, stderr] = [new Collected(), new Collected()];
  const { fulfillment } = workspace;
  const enqueue = () => Promise.resolve();
  expect(await runFeedImport({ file, reseller: 'northwind' }, { fulfillment, enqueue, stdout, stderr })).toBe(
    3,
  );
  expect(stdout.text).toContain('2 rows: 1 accepted, 0 repeats, 1 conflicts, 0 invalid.');
  expect(stdout.text).toContain('row 2 (PO-7): conflict: ORDER_CONFLICT');
  expect(stdout.text).toContain('orders.result.csv');
  expect(stdout.text).toContain('Correct the refused rows');
  expect(stderr.text).toMatch(/^2 rows, 100%, [\d,]+ rows\/s, 0 s left\n$/);
});

test('orders that could not be queued are told of', async () => {
  const file = await workspace.put('orders.csv', feedOf([orderRow({ orderNumber: 'PO-8' })]));
  const [stdout, stderr] = [new Collected(), new Collected()];
  const { fulfillment } = workspace;
  const enqueue = () => Promise.reject(new Error('connect ECONNREFUSED'));
  expect(await runFeedImport({ file, reseller: 'northwind' }, { fulfillment, enqueue, stdout, stderr })).toBe(
    0,
  );
  expect(stdout.text).toContain('not yet queued (the queue could not be reached: connect ECONNREFUSED)');
});

test('a refused file is one sentence and exit code 1', async () => {
  const [stdout, stderr] = [new Collected(), new Collected()];
  const { fulfillment } = workspace;
  const options = { file: '/no/such/file.csv', reseller: 'northwind' };
  expect(await runFeedImport(options, { fulfillment, stdout, stderr })).toBe(1);
  expect(stdout.text).toMatch(/^Nothing was imported\. \/no\/such\/file\.csv cannot be read: .*\n$/);
  expect(stderr.text).toBe('');
});

test('with json there is one JSON value on stdout', async () => {
  const file = await workspace.put('holdings.csv', holdingsOf([holdingRow()]));
  const [stdout, stderr] = [new Collected(), new Collected()];
  const { database, fulfillment } = workspace;
  const context = { database, catalog: fulfillment.catalog, stdout, stderr };
  expect(await runHoldingsImport({ file, json: true }, context)).toBe(0);
  expect(JSON.parse(stdout.text)).toMatchObject({ rows: 1, accepted: 1, exitCode: 0, problems: [] });
  expect(await runHoldingsImport({ file }, context)).toBe(0);
  expect(stdout.text).toContain('1 row: 0 accepted, 1 repeats');
});

test('on a terminal progress is a bar with rows, pace and what is left', () => {
  const terminal = new Collected(true);
  const progress = importProgress(terminal);
  progress.show({ rows: 500, bytes: 50, totalBytes: 100 });
  progress.show({ rows: 1000, bytes: 100, totalBytes: 100 });
  progress.stop();
  progress.stop();
  expect(terminal.text).toMatch(/100% \| 1,000 rows \| [\d,]+ rows\/s \| 0 s left/);
});
