import { copyFile, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { decideHold } from '#src/fulfillment/batch/decide-hold.ts';
import { openDropSite, type DropSite } from '#test/files/drop-folder-site.ts';
import { feedOf, orderRow } from '#test/files/feed-orders.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';

async function opened(): Promise<DropSite> {
  const site = await openDropSite();
  onTestFinished(() => site.close());
  return site;
}

const order = (orderNumber: string, changed: Readonly<Record<string, string>> = {}) =>
  orderRow({ orderNumber, 'customer.country': 'DE', ...changed });

test('a dropped file gives a result file, is put into done, and is told when all of it has ended', async () => {
  const site = await opened();
  site.watch({ decides: false });
  await site.drop('orders.csv', feedOf([order('PO-1'), order('PO-2', { seats: 'many' }), order('PO-1')]));
  expect(
    (await site.out('orders.result.csv')).map(({ row, orderNumber, result }) => [row, orderNumber, result]),
  ).toEqual([
    ['1', 'PO-1', 'accepted'],
    ['2', 'PO-2', 'invalid'],
    ['3', 'PO-1', 'repeat'],
  ]);
  await site.until('it is done', async () => (await site.list('done')).includes('orders.csv'));
  expect([await site.list('in'), await site.list('work'), await site.list('failed')]).toEqual([[], [], []]);
  expect(await site.list('out')).toEqual(['orders.result.csv']);
  await site.decide();
  const told = await site.out('orders.outcomes.csv');
  expect(Object.keys(told[0] ?? {})).toEqual(['row', 'number', 'result', 'status', 'reason', 'certificate']);
  expect(told.map(({ row, number, result, status }) => [row, number, result, status])).toEqual([
    ['1', 'PO-1', 'accepted', 'fulfilled'],
    ['2', 'PO-2', 'invalid', ''],
    ['3', 'PO-1', 'repeat', 'fulfilled'],
  ]);
  expect(told[0]?.['certificate']).toMatch(/^LC-\d{4}-\d+$/);
  expect(told[1]?.['reason']).toContain('seats');
  expect(await site.workspace.query("select events->0->>'by' as by from message")).toEqual([
    { by: 'feed orders.csv' },
  ]);
  await site.until(
    'its rows are gone',
    async () => (await site.workspace.query('select from feed_file_row')).length === 0,
  );
});

test('held orders stand as held, and the outcomes are written anew when they end', async () => {
  const site = await opened();
  const license = { account: 'acme', activationCode: activationCode('OS', 1), seats: 100 };
  await givenHoldings(site.workspace.database, [], [license]);
  site.watch();
  await site.drop('orders.csv', feedOf(['10', '20', '250'].map((seats) => order(`PO-${seats}`, { seats }))));
  const first = await site.out('orders.outcomes.csv');
  expect(first.map(({ status }) => status)).toEqual(['held', 'held', 'fulfilled']);
  expect(first[1]?.['reason']).toMatch(/^SEATS_BELOW_HOLDING: /);
  const holds = await site.workspace.query<{ readonly id: string }>('select id from hold order by id');
  for (const [i, { id }] of holds.entries()) {
    const decision = { decision: 'rejected', by: 'maria', reason: '=a mistake', keep: [] } as const;
    await decideHold(site.workspace.fulfillment, id, decision);
    await site.until('it is told anew', async () => {
      const told = await site.out('orders.outcomes.csv');
      return told.filter(({ status }) => status === 'rejected').length === i + 1;
    });
  }
  // Whatever a spreadsheet might run is defused.
  expect(await readFile(site.path('out', 'orders.outcomes.csv'), 'utf8')).not.toMatch(/(^|,)"?[=+@]/m);
  await site.until('it has ended', async () => {
    const [file] = await site.workspace.query<{ readonly state: string }>('select state from feed_file');
    return file?.state === 'ended';
  });
  expect(await site.list('out')).toEqual(['orders.outcomes.csv', 'orders.result.csv']);
});

test('the same content again is a repeat; a name that is there gets the time added, and nothing is overwritten', async () => {
  const site = await opened();
  site.watch();
  const content = feedOf([order('PO-1')]);
  await site.drop('orders.csv', content);
  await site.until('it is told', async () => (await site.list('out')).length === 2);
  await site.drop('orders.csv', content);
  await site.until('it is told again', async () => (await site.list('out')).length === 4);
  const timed = (ending: string) =>
    expect.stringMatching(new RegExp(String.raw`^orders\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.${ending}$`));
  expect(await site.list('out')).toEqual([
    timed(String.raw`outcomes\.csv`),
    timed(String.raw`result\.csv`),
    'orders.outcomes.csv',
    'orders.result.csv',
  ]);
  expect(await site.list('done')).toEqual([timed('csv'), 'orders.csv']);
  expect((await site.out('orders.result.csv'))[0]).toMatchObject({ result: 'accepted' });
  const [, again = ''] = await site.list('out');
  expect((await site.out(again))[0]).toMatchObject({ result: 'repeat' });
  expect(await site.workspace.query('select from message')).toHaveLength(1);
});

test('what answers a file bears one time, however much later it has ended', async () => {
  const site = await opened();
  site.watch({ decides: false });
  for (const number of ['PO-1', 'PO-2']) {
    await site.drop('orders.csv', feedOf([order(number)]));
    await site.until('it is put away', async () => (await site.list('in')).length === 0);
  }
  await site.until('both are put away', async () => (await site.list('done')).length === 2);
  await delay(1_100);
  await site.decide();
  const [timed = ''] = await site.list('done');
  const outcomes = timed.replace(/csv$/, 'outcomes.csv');
  expect((await site.out(outcomes))[0]).toMatchObject({ number: 'PO-2', status: 'fulfilled' });
});

test('a file is left alone while it grows or its name says that it is being written, and is taken at once beside a marker', async () => {
  const site = await opened();
  site.watch({ restMs: 3_600_000 });
  await site.drop('slow.csv', feedOf([order('PO-1')]));
  for (const name of [
    '.hidden.csv',
    'a.csv.part',
    'b.csv.filepart',
    'c.csv.tmp',
    'd.csv.incomplete',
    'e.txt',
  ])
    await writeFile(site.path('in', name), feedOf([order('PO-9')]));
  await writeFile(site.path('in', 'marked.csv'), feedOf([order('PO-2')]));
  await writeFile(site.path('in', 'marked.csv.done'), '');
  await site.out('marked.result.csv');
  expect(await site.list('in')).toEqual([
    '.hidden.csv',
    'a.csv.part',
    'b.csv.filepart',
    'c.csv.tmp',
    'd.csv.incomplete',
    'e.txt',
    'slow.csv',
  ]);
  expect(site.log.filter((line) => line.includes('left alone'))).toHaveLength(1);
  expect(site.log.some((line) => line.includes('e.txt'))).toBe(true);
});

test('a marker without its file is removed, so that a later file of that name is not taken half', async () => {
  const site = await opened();
  site.watch({ restMs: 300 });
  await site.drop('other.csv', feedOf([order('PO-1')]));
  await writeFile(site.path('in', 'orders.csv.done'), '');
  await site.until('it is gone', async () => !(await site.list('in')).includes('orders.csv.done'));
});

test('change requests and NDJSON are taken as they are by feed import', async () => {
  const site = await opened();
  site.watch();
  await site.drop(
    'orders.ndjson',
    `${JSON.stringify({ orderNumber: 'PO-1', placedAt: '2026-11-20T09:30:00Z', customer: { account: 'acme', company: 'ACME', email: 'it@acme.example', country: 'DE' }, suite: 'SPC', seats: 5, term: 'P1Y' })}\n`,
  );
  expect((await site.out('orders.outcomes.csv'))[0]).toMatchObject({ number: 'PO-1', status: 'fulfilled' });
  await site.drop(
    'changes.csv',
    'kind,requestNumber,requestedAt,order\nreturn,R-1,2026-11-21T09:00:00Z,PO-1\n',
  );
  const [told] = await site.out('changes.outcomes.csv');
  expect(told).toMatchObject({ number: 'R-1', status: 'fulfilled' });
  expect(Object.keys((await site.out('changes.result.csv'))[0] ?? {})).toContain('requestNumber');
});

test('what cannot be read goes to failed, and its result file says why without saying where it lay', async () => {
  const site = await opened();
  site.watch();
  await site.drop('empty.csv', '');
  await site.drop('columns.csv', 'a,b\n1,2\n');
  for (const name of ['empty', 'columns']) {
    const [only] = await site.out(`${name}.result.csv`);
    expect(only).toMatchObject({
      row: '0',
      result: 'invalid',
      message: expect.stringContaining(`${name}.csv `),
    });
    expect(only?.['message']).not.toContain(site.directory);
    expect((await site.out(`${name}.outcomes.csv`))[0]).toMatchObject({ row: '0', result: 'invalid' });
  }
  expect(await site.list('failed')).toEqual(['columns.csv', 'empty.csv']);
  expect(await site.list('done')).toEqual([]);
});

test("a row that names another reseller is refused; each reseller's files are that reseller's", async () => {
  const site = await opened();
  site.watch();
  await site.drop(
    'orders.csv',
    feedOf([
      { ...order('PO-1'), reseller: 'southwind' },
      { ...order('PO-2'), reseller: 'northwind' },
    ]),
  );
  expect((await site.out('orders.result.csv')).map(({ result }) => result)).toEqual(['invalid', 'accepted']);
  await site.until('it is done', async () => (await site.list('done')).includes('orders.csv'));
  await copyFile(site.path('done', 'orders.csv'), site.path('in', 'orders.csv', 'southwind'));
  await site.until('it is told', async () =>
    (await site.list('out', 'southwind')).includes('orders.outcomes.csv'),
  );
  expect(await site.workspace.query('select reseller, number from message order by accepted_number')).toEqual(
    [
      { reseller: 'northwind', number: 'PO-2' },
      { reseller: 'southwind', number: 'PO-1' },
    ],
  );
});

test('what a crash left in work is taken again, noted or not', async () => {
  const site = await opened();
  const first = site.watch();
  await site.drop('one.csv', feedOf([order('PO-1')]));
  await site.out('one.outcomes.csv');
  await first.close(30_000);
  await writeFile(site.path('work', 'orders.csv'), feedOf([order('PO-2')]));
  site.watch();
  expect((await site.out('orders.outcomes.csv'))[0]).toMatchObject({ number: 'PO-2', status: 'fulfilled' });
  expect(await site.list('work')).toEqual([]);
});

test('a file that an ERP always names the same is answered under the same name when the answers were taken away', async () => {
  const site = await opened();
  site.watch();
  for (const number of ['PO-1', 'PO-2']) {
    await site.drop('orders.csv', feedOf([order(number)]));
    expect((await site.out('orders.outcomes.csv'))[0]).toMatchObject({ number, status: 'fulfilled' });
    for (const name of await site.list('out')) await rm(site.path('out', name));
  }
});

test('several watchers take each file once', async () => {
  const site = await opened();
  for (let i = 0; i < 3; i += 1) site.watch();
  const names = Array.from({ length: 12 }, (_, i) => `f${String(i).padStart(2, '0')}.csv`);
  for (const [i, name] of names.entries()) {
    await site.drop(name, feedOf([order(`PO-${i}`), order(`PO-${i}-b`)]));
    const time = new Date(Date.UTC(2026, 0, 1, 0, 0, names.length - i));
    await utimes(site.path('in', name), time, time).catch(() => {});
  }
  await site.until('all are told', async () => (await site.list('out')).length === 2 * names.length);
  await site.until('all are done', async () => (await site.list('done')).length === names.length);
  expect(await site.list('done')).toEqual(names);
  expect(await site.workspace.query('select from message')).toHaveLength(2 * names.length);
  expect(await site.workspace.query('select from feed_file')).toHaveLength(names.length);
});
