import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addDays, daysBetween } from '#src/domain/calendar.ts';
import { importFeed } from '#src/files/feed-import.ts';
import { importHoldings } from '#src/files/holdings-import.ts';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { openWorkspace, resultRows, type Workspace } from '#test/files/feed-workspace.ts';
import { existing, outcomeAfter, outcomeById } from '#test/fulfillment/ending.ts';
import { day, parsed } from '#test/fulfillment/messages-by-hand.ts';

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
beforeEach(() => workspace.query('truncate message, account, imported_holding, registration_key cascade'));

/** A case as its sender saved it, moved to today: each of its dates lies as far ahead as it did then. */
async function saved(name: string, at = new URL(`cases/${name}`, import.meta.url)): Promise<string> {
  const text = await readFile(at, 'utf8');
  const file = join(folder, name);
  const moved = (date: string) => (date > '2090' ? date : addDays(date, daysBetween('2026-11-28', day())));
  await writeFile(file, text.replaceAll(/\b20\d\d-\d\d-\d\d/g, moved));
  return file;
}

async function holdings(name?: string) {
  const examples = new URL('../../examples/holdings.csv', import.meta.url);
  const file = name === undefined ? await saved('holdings.csv', examples) : await saved(name);
  const { database, fulfillment } = workspace;
  return importHoldings({ database, catalog: fulfillment.catalog, file });
}

/** Accepts the orders of the file, decides them in turn, and tells how each row ended. */
async function ordered(name: string): Promise<readonly Outcome[]> {
  const { fulfillment } = workspace;
  const result = await importFeed({ fulfillment, file: await saved(name), reseller: 'northwind' });
  const rows = await resultRows(result.resultFile);
  const outcomes: Outcome[] = [];
  for (const { id = '' } of rows) {
    await decideBatch(fulfillment, [{ recorded: id }]);
    outcomes.push(await outcomeById(fulfillment, id));
  }
  return outcomes;
}

async function merged(name: string): Promise<Outcome> {
  const content: unknown = JSON.parse(await readFile(await saved(name), 'utf8'));
  return outcomeAfter(workspace.fulfillment, parsed('merge-request', content));
}

test('seats that are refused in the holdings leave nothing that an order is compared with', async () => {
  expect(await holdings('thousands-dot-holdings.csv')).toMatchObject({ accepted: 0, invalid: 1 });
  expect(await ordered('thousands-dot-then-order.ndjson')).toMatchObject([
    { status: 'rejected', reason: { code: 'UNKNOWN_ACCOUNT' } },
  ]);
});

test('an order never issues a second code for a product that is owned, however its row spelled the account', async () => {
  await holdings('holdings-account-spelling.csv');
  const [outcome] = await ordered('holdings-account-spelling-order.ndjson');
  expect(outcome).toMatchObject({ status: 'fulfilled' });
  const owned = existing(outcome?.lines).filter(({ action }) => action === 'retained');
  expect(owned.map(({ activationCode }) => activationCode?.slice(0, 2))).toEqual(
    expect.arrayContaining(['OS', 'EA', 'VP']),
  );
  expect(
    await workspace.query('select left(pid, 6) from license group by left(pid, 6) having count(*) > 1'),
  ).toEqual([]);
});

test('regions that differ in case and blanks are one', async () => {
  await holdings('holdings-regions.csv');
  expect(await merged('merge-regions.json')).toMatchObject({ status: 'fulfilled', survivor: { seats: 30 } });
});

test('a perpetual license is held, not stretched over the others', async () => {
  await holdings('holdings-perpetual.csv');
  expect(await merged('merge-perpetual.json')).toMatchObject({
    status: 'held',
    reason: { code: 'MERGE_PERPETUAL' },
  });
});

test('an order says what its dates cost', async () => {
  await holdings();
  const [early, late] = await ordered('early-and-gap.ndjson');
  expect(early).toMatchObject({ status: 'fulfilled' });
  expect(early?.notes).toContainEqual({
    code: 'TERM_OVERLAPS',
    message: expect.stringMatching(
      /^OfficeScan is valid through .* already: \d\d days of the term .* lie before that\.$/,
    ),
  });
  expect(late?.notes).toContainEqual({
    code: 'TERM_LEAVES_GAP',
    message: expect.stringMatching(
      /^OfficeScan is valid through .*: \d{3} days before the term begins on .* are not covered/,
    ),
  });
});

test('terms begin on the UTC date of the order, and the certificate states the first day', async () => {
  const lines = await readFile(new URL('cases/placed-at-offsets.ndjson', import.meta.url), 'utf8');
  const orders = lines
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(
    orders.map((order) => parsed('upgrade-order', { reseller: 'northwind', ...Object(order) }).content),
  ).toMatchObject([
    { placedAt: '2026-10-31T23:30:00Z', startsOn: '2026-10-31' },
    { placedAt: '2026-11-01T01:30:00Z', startsOn: '2026-11-01' },
  ]);
  await ordered('placed-at-offsets.ndjson');
  const [late] = await workspace.query<{ readonly first: string; readonly placed: string }>(
    `select facts->>'startsOn' as first, left(content->>'placedAt', 10) as placed
     from certificate join message on message.id = certificate.message order by certificate.number desc limit 1`,
  );
  expect(late?.first).toBe(late?.placed);
});

describe('a suite that is misspelt', () => {
  test('does not burn the number: the corrected order is a new try, what was not corrected stays as it was', async () => {
    await holdings();
    const [typo, newcomer] = await ordered('suite-typo.csv');
    expect(typo).toMatchObject({ status: 'rejected', reason: { code: 'UNKNOWN_SUITE' } });
    expect(newcomer).toMatchObject({ status: 'rejected', reason: { code: 'UNKNOWN_ACCOUNT' } });
    await holdings('suite-typo-newcomer-holdings.csv');
    const [corrected, same] = await ordered('suite-typo-corrected.csv');
    expect(corrected).toMatchObject({ status: 'fulfilled', replaces: typo?.id });
    expect(same).toEqual(newcomer);
  });
});
