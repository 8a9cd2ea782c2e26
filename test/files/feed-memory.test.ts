import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '#test/files/feed-workspace.ts';

let workspace: Workspace;

beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.close());

/** About 4 MiB of file: kept as rows in memory it would be many times what the heap below may grow to. */
const rows = 40_000;

test('a long feed goes through a small heap', { timeout: 600_000 }, async () => {
  const file = await workspace.put('long.csv', '');
  await pipeline(Readable.from(longFeed()), createWriteStream(file));
  const child = new URL('feed-child.ts', import.meta.url).pathname;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    '--max-old-space-size=128',
    child,
    workspace.url,
    file,
    'northwind',
  ]);
  const [result = '', peakKiB = ''] = stdout.trim().split('\n');
  expect(JSON.parse(result)).toMatchObject({ rows, accepted: rows, exitCode: 0 });
  expect(Number(peakKiB)).toBeLessThan(400 * 1024);
  expect(stderr.trim().split('\n').at(-1)).toMatch(/^40,000 rows, 100%, [\d,]+ rows\/s, 0 s left$/);
});

function* longFeed(): Generator<string> {
  yield 'orderNumber,placedAt,customer.account,customer.company,customer.email,suite,seats,term\n';
  for (let i = 0; i < rows; i += 1)
    yield `PO-${i},2026-11-20T09:30:00Z,customer-${i % 5000},株式会社 ${i},it@c${i}.example,SPC,250,P1Y\n`;
}
