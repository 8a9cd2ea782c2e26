import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openPlace, type Ended, type Place, type Running } from '#test/commands/run-chancery.ts';
import { freshDatabase, type FreshDatabase } from '#test/environment/database.ts';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const setUpMs = 180_000;
/** A command takes a second or two; on a busy machine, several. */
const commandsMs = 600_000;

let database: FreshDatabase;
let place: Place;
let worker: Running;
let fed: Ended;

/** The commands of a first day: reseller, holdings, feed, with a worker beside them. */
beforeAll(async () => {
  database = await freshDatabase();
  place = await openPlace({ DATABASE_URL: database.url });
  for (const file of ['holdings.csv', 'orders.csv'])
    await copyFile(join(examples, file), join(place.folder, file));
  worker = place.start(['worker']);
  await worker.said('"msg":"working"');
  await place.run(['reseller', 'add', 'northwind']);
  await place.run(['holdings', 'import', 'holdings.csv']);
  fed = await place.run(['feed', 'import', 'orders.csv', '--reseller', 'northwind', '--json']);
  for (let open = 1; open > 0;)
    ({ open } = z.object({ open: z.int() }).parse(await place.json(['reconcile', '--check', '--json'])));
}, setUpMs);
afterAll(async () => {
  worker.signal('SIGTERM');
  await worker.ended;
  await place.remove();
  await database.drop();
});

describe('imports', { timeout: commandsMs }, () => {
  test('a feed with refused rows ends with 3, its result as one JSON value on stdout', () => {
    expect(fed.code).toBe(3);
    expect(JSON.parse(fed.stdout)).toMatchObject({
      rows: 10,
      accepted: 7,
      repeats: 1,
      conflicts: 1,
      invalid: 1,
    });
  });

  test('holdings again are repeats: 0', async () => {
    const { code, stdout } = await place.run(['holdings', 'import', 'holdings.csv']);
    expect(code).toBe(0);
    expect(stdout).toContain('14 rows: 0 accepted, 14 repeats');
  });

  test('a file that cannot be read ends with 1', async () => {
    const { code, stdout } = await place.run(['feed', 'import', 'nowhere.csv', '--reseller', 'northwind']);
    expect(code).toBe(1);
    expect(stdout).toContain('Nothing was imported.');
  });

  test('a feed of nobody ends with 1', async () => {
    const { code, stdout } = await place.run(['feed', 'import', 'orders.csv', '--reseller', 'nobody']);
    expect(code).toBe(1);
    expect(stdout).toContain('There is no reseller "nobody".');
  });
});

describe('looking things up', { timeout: commandsMs }, () => {
  test('an order is shown with outcome, codes and history', async () => {
    const { code, stdout } = await place.run(['order', 'show', 'PO-2026-0001', '--reseller', 'northwind']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/OfficeScan\s+retained\s+OS-9K2M-4T7XW-Q8H3C-ZP5VN-6RJDA-BE2GY\s+200 → 250/);
    expect(stdout).toMatch(/accepted\s+feed orders\.csv/);
    expect(await place.json(['order', 'show', 'PO-2026-0007', '--json'])).toMatchObject({
      orderNumber: 'PO-2026-0007',
      status: 'rejected',
      reason: { code: 'UNKNOWN_SUITE' },
      events: [{ event: 'accepted' }, { event: 'rejected' }],
    });
  });

  test('an unknown order, account or code is one sentence and exit code 1', async () => {
    const ended = await Promise.all([
      place.run(['order', 'show', 'PO-0']),
      place.run(['account', 'show', 'nobody']),
      place.run(['find', 'nothing']),
    ]);
    expect(ended.map(({ code, stderr }) => `${code} ${stderr.trim()}`)).toEqual([
      '1 There is no order "PO-0".',
      '1 There is no account "nobody".',
      '1 No Registration Key, Activation Code, order, request or certificate is called that.',
    ]);
  });

  test('an account is shown with what it holds', async () => {
    expect(await place.json(['account', 'show', 'acme', '--json'])).toMatchObject({
      account: { id: 'acme', reseller: 'northwind' },
      registrationKeys: [{ suite: 'SPC', seats: 250 }],
      licenses: expect.arrayContaining([expect.objectContaining({ pid: '100101DE02', seats: 250 })]),
      alignedEnd: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    });
  });

  test('a code typed in lower case with spaces is found', async () => {
    const { stdout } = await place.run(['find', 'os 9k2m 4t7xw q8h3c zp5vn 6rjda be2gy']);
    expect(stdout).toMatch(/account\s+acme/);
  });
});

describe('holds', { timeout: commandsMs }, () => {
  const listed = z.array(z.object({ id: z.string(), reference: z.string(), code: z.string() }));
  const list = async () => listed.parse(await place.json(['holds', 'list', '--json']));

  test('one is approved with the code to keep, by name, and decided once only', async () => {
    const hold = (await list()).find(({ code }) => code === 'AMBIGUOUS_PRODUCT_FAMILY');
    const approve = ['holds', 'approve', hold?.id ?? '', '--reason', 'confirmed by phone', '--by', 'maria'];
    const silent = await place.run(approve);
    expect(silent).toMatchObject({ code: 1, stderr: expect.stringContaining('KEEP_NEEDED') });
    const keep = ['--keep', 'OS-2WTK-7PXQN-M4HZC-8VGJY-3RBDE-6FAU9'];
    expect(await place.json([...approve, ...keep, '--json'])).toMatchObject({
      id: hold?.id,
      decision: 'approved',
      decidedBy: 'maria',
      outcome: { orderNumber: 'PO-2026-0003', status: 'fulfilled' },
    });
    const again = await place.run([...approve, ...keep]);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('was approved by maria') });
  });

  test('one is rejected', async () => {
    const hold = (await list()).find(({ code }) => code === 'SEATS_BELOW_HOLDING');
    const { code, stdout } = await place.run(['holds', 'reject', hold?.id ?? '', '--reason', 'a mistake']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/status\s+rejected/);
  });

  test('an id that is none is wrong usage', async () => {
    expect((await place.run(['holds', 'reject', 'PO-2026-0003', '--reason', 'x'])).code).toBe(2);
  });
});

describe('reconcile', { timeout: commandsMs }, () => {
  test('finds nothing when all is done, and the books balance', async () => {
    expect((await place.run(['reconcile'])).code).toBe(0);
    const { code, stdout } = await place.run(['reconcile', '--check']);
    expect(code).toBe(0);
    expect(stdout).toContain('The books balance.');
  });
});

describe('corrections', { timeout: commandsMs }, () => {
  test('a rejected order is retried, and decided anew; one that is not rejected is refused', async () => {
    const order = {
      orderNumber: 'PO-RETRY',
      placedAt: '2026-11-20T09:30:00Z',
      suite: 'SPE',
      seats: 5,
      term: 'P3Y',
    };
    const customer = { account: 'later', company: 'Later Ltd', email: 'it@later.example' };
    await writeFile(join(place.folder, 'late.ndjson'), `${JSON.stringify({ ...order, customer })}\n`);
    await place.run(['feed', 'import', 'late.ndjson', '--reseller', 'northwind']);
    await ended();
    expect(await place.json(['order', 'show', 'PO-RETRY ', '--json'])).toMatchObject({
      reason: { code: 'UNKNOWN_ACCOUNT' },
    });
    const retry = await place.run(['order', 'retry', 'PO-RETRY', '--by', 'maria']);
    expect([retry.code, retry.stdout]).toEqual([
      0,
      expect.stringContaining('is open again; a worker will decide it'),
    ]);
    await ended();
    expect(await place.json(['order', 'show', 'PO-RETRY', '--json'])).toMatchObject({
      events: expect.arrayContaining([expect.objectContaining({ event: 'retried', by: 'operator maria' })]),
    });
    const refused = await place.run(['order', 'retry', 'NOWHERE']);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringContaining('There is no order "NOWHERE"'),
    ]);
  });

  test('an account is moved, and shows it', async () => {
    const move = ['account', 'move', 'kontor', '--reason', 'changed supplier', '--by', 'maria'];
    expect((await place.run(move)).code).toBe(2);
    expect(await place.json([...move, '--reseller', 'northwind', '--json'])).toMatchObject({
      account: 'kontor',
      reseller: 'northwind',
      by: 'operator maria',
    });
    expect(await place.json(['account', 'show', 'kontor', '--json'])).toMatchObject({
      account: { reseller: 'northwind' },
      moves: [{ to: 'northwind', reason: 'changed supplier' }],
    });
    const unknown = await place.run([...move, '--reseller', 'nobody']);
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      expect.stringContaining('There is no reseller "nobody"'),
    ]);
  });
});

/** Waits until nothing is open. */
async function ended(): Promise<void> {
  for (let open = 1; open > 0;)
    ({ open } = z.object({ open: z.int() }).parse(await place.json(['reconcile', '--check', '--json'])));
}
