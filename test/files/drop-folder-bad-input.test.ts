import { spawnSync } from 'node:child_process';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { examine } from '#src/doctor/doctor.ts';
import { openDropSite, type DropSite, type DropSiteOptions } from '#test/files/drop-folder-site.ts';
import { feedOf, orderRow } from '#test/files/feed-orders.ts';

async function opened(options?: DropSiteOptions): Promise<DropSite> {
  const site = await openDropSite(options);
  onTestFinished(() => site.close());
  return site;
}

/** A site whose watcher has made the folders. */
async function watched(options?: DropSiteOptions & { readonly restMs?: number }): Promise<DropSite> {
  const site = await opened(options);
  site.watch(options);
  await site.until('the folders are there', async () =>
    (await Promise.all((['in', 'failed'] as const).map((place) => isThere(site.path(place))))).every(Boolean),
  );
  return site;
}

async function isThere(path: string): Promise<boolean> {
  return spawnSync('test', ['-e', path]).status === 0;
}

const orders = (...numbers: readonly string[]) =>
  feedOf(numbers.map((orderNumber) => orderRow({ orderNumber, 'customer.country': 'DE' })));
const numbersOf = (rows: readonly Readonly<Record<string, string>>[]) =>
  rows.map(({ orderNumber, result }) => `${orderNumber} ${result}`);
const said = (site: DropSite, text: string) => site.log.some((line) => line.includes(text));

const mounts = spawnSync('id', ['-u'], { encoding: 'utf8' }).stdout.trim() === '0' && canMount();

/** A file system of its own, of so many KiB. */
function mountAt(folder: string, kib: number): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', folder]).status === 0;
}

function canMount(): boolean {
  const folder = spawnSync('mktemp', ['-d'], { encoding: 'utf8' }).stdout.trim();
  const can = mountAt(folder, 64);
  if (can) spawnSync('umount', [folder]);
  spawnSync('rmdir', [folder]);
  return can;
}

async function mounted(kib: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'chancery-mount-'));
  expect(mountAt(directory, kib)).toBe(true);
  onTestFinished(async () => {
    spawnSync('umount', ['-l', directory]);
    await rm(directory, { recursive: true, force: true });
  });
  return directory;
}

const why = mounts ? '' : ' (skipped: nothing can be mounted here)';

test.skipIf(!mounts)(
  `a full disk keeps no order from being recorded; what was to be written follows when there is room${why}`,
  async () => {
    const directory = await mounted(256);
    const site = await watched({ directory, restMs: 1500 });
    await site.drop('orders.csv', orders('PO-1', 'PO-2'));
    const filler = join(directory, '.filler');
    while (
      await appendFile(filler, Buffer.alloc(4096)).then(
        () => true,
        () => false,
      )
    );
    await site.until(
      'the orders are fulfilled',
      async () => (await site.workspace.query("select from message where status = 'fulfilled'")).length === 2,
    );
    await site.until('it is said', async () => said(site, 'ENOSPC'));
    expect([await site.list('work'), await site.list('out'), await site.list('done')]).toEqual([
      ['orders.csv'],
      [],
      [],
    ]);
    await rm(filler);
    expect((await site.out('orders.outcomes.csv')).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
    ]);
    expect(numbersOf(await site.out('orders.result.csv'))).toEqual(['PO-1 accepted', 'PO-2 accepted']);
    expect(await site.list('done')).toEqual(['orders.csv']);
  },
);

test.skipIf(!mounts)(
  `a folder that cannot be written to is said, and its files are taken when it can${why}`,
  async () => {
    const directory = await mounted(1024);
    const site = await watched({ directory, restMs: 1000 });
    await site.drop('orders.csv', orders('PO-1'));
    spawnSync('mount', ['-o', 'remount,ro', directory]);
    await site.until('it is said', async () => said(site, 'EROFS'));
    expect(await site.workspace.query('select from message')).toEqual([]);
    spawnSync('mount', ['-o', 'remount,rw', directory]);
    expect(numbersOf(await site.out('orders.result.csv'))).toEqual(['PO-1 accepted']);
  },
);

test('a folder that is another one than before, as when its mount is gone, is left alone', async () => {
  const site = await watched();
  const away = `${site.directory}.away`;
  await rename(site.directory, away);
  await mkdir(site.directory);
  await site.until('it is said', async () => said(site, 'is another folder than before'));
  await rm(site.directory, { recursive: true });
  await rename(away, site.directory);
  await site.drop('orders.csv', orders('PO-1'));
  expect(numbersOf(await site.out('orders.result.csv'))).toEqual(['PO-1 accepted']);
});

test('a file that is written slowly, or replaced, is read when it is whole', async () => {
  const site = await watched({ restMs: 1500 });
  const slow = site.path('in', 'slow.csv');
  await writeFile(slow, orders('PO-1'));
  await writeFile(site.path('in', 'replaced.csv'), orders('PO-7'));
  for (let i = 2; i <= 12; i += 1) {
    await delay(200);
    await appendFile(slow, orders(`PO-${i}`).split('\n').slice(1).join('\n'));
  }
  await writeFile(site.path('in', 'new.part'), orders('PO-8', 'PO-9'));
  await rename(site.path('in', 'new.part'), site.path('in', 'replaced.csv'));
  expect(await site.out('slow.result.csv')).toHaveLength(12);
  const replaced = numbersOf(await site.out('replaced.result.csv'));
  // On a machine that stood still meanwhile the first may have been taken before it was replaced.
  expect(['PO-7 accepted', 'PO-8 accepted']).toContain(replaced[0]);
});

test('a file that grows while it is read is read again; rows that were recorded stay what they became', async () => {
  let isDisturbed = false;
  const site: DropSite = await watched({
    at: async (breakpoint) => {
      if (breakpoint !== 'between-accept-and-enqueue' || isDisturbed) return;
      isDisturbed = true;
      await appendFile(site.path('work', 'orders.csv'), orders('PO-2').split('\n').slice(1).join('\n'));
    },
  });
  await site.drop('orders.csv', orders('PO-1'));
  expect(numbersOf(await site.out('orders.result.csv'))).toEqual(['PO-1 accepted', 'PO-2 accepted']);
  expect(await site.workspace.query('select from message')).toHaveLength(2);
});

test('a file that vanishes is said; what was recorded of it is told nevertheless', async () => {
  let isDisturbed = false;
  const site: DropSite = await watched({
    at: async (breakpoint) => {
      if (breakpoint !== 'between-accept-and-enqueue' || isDisturbed) return;
      isDisturbed = true;
      await rm(site.path('work', 'orders.csv'));
      throw new Error('the mount went away');
    },
  });
  await site.drop('orders.csv', orders('PO-1', 'PO-2'));
  expect(numbersOf(await site.out('orders.result.csv'))).toEqual([
    ' invalid',
    'PO-1 accepted',
    'PO-2 accepted',
  ]);
  expect(said(site, 'vanished')).toBe(true);
  await site.decide();
  expect((await site.out('orders.outcomes.csv')).map(({ status }) => status)).toEqual([
    '',
    'fulfilled',
    'fulfilled',
  ]);
  expect(await site.list('done')).toEqual([]);
});

test('names are taken as they are: long ones, odd ones, with dots in them', async () => {
  const site = await watched();
  const long = `${'ü'.repeat(125)}.csv`;
  const names = [
    long,
    'a..b.csv',
    "=cmd|' C calc'!A0.csv",
    'ORDERS.CSV',
    'zwei Wörter & mehr.csv',
    '‮vsc.csv',
  ];
  for (const [i, name] of names.entries()) await site.drop(name, orders(`PO-${i}`));
  await expect(writeFile(site.path('in', `${'a'.repeat(296)}.csv`), '')).rejects.toThrow('ENAMETOOLONG');
  await site.until('all are told', async () => (await site.list('out')).length === 2 * names.length);
  expect(await site.list('done')).toEqual(names.toSorted());
  expect(await site.list('out')).toContain(`${'ü'.repeat(121)}.outcomes.csv`);
  expect(await site.workspace.query("select from message where status = 'fulfilled'")).toHaveLength(
    names.length,
  );
  // Once more, so that long names get the time, too.
  await site.drop(long, orders('PO-0'));
  await site.until('it is put away', async () => (await site.list('done')).length === names.length + 1);
});

test('links and folders are left alone and said; a time in the future is no reason to wait', async () => {
  const site = await watched();
  const secret = join(site.directory, '.secret.csv');
  await writeFile(secret, orders('PO-66'));
  await symlink(secret, site.path('in', 'link.csv'));
  await mkdir(site.path('in', 'folder.csv'));
  await site.drop('future.csv', orders('PO-1'));
  await utimes(site.path('in', 'future.csv'), new Date('2099-01-01'), new Date('2099-01-01')).catch(() => {});
  expect(numbersOf(await site.out('future.result.csv'))).toEqual(['PO-1 accepted']);
  expect((await site.list('in')).toSorted()).toEqual(['folder.csv', 'link.csv']);
  expect(site.log.filter((line) => line.includes('left alone'))).toHaveLength(2);
  expect(await readFile(secret, 'utf8')).toBe(orders('PO-66'));
});

test("a reseller's folder that leads into another's is not followed", async () => {
  const site = await watched();
  // The watcher makes the folder that is missing, perhaps while it is being removed.
  await site.until('the link is there', async () => {
    await rm(site.path('in', '', 'southwind'), { recursive: true, force: true });
    return symlink(site.path('in'), site.path('in', '', 'southwind')).then(
      () => true,
      () => false,
    );
  });
  await site.until('it is said', async () => said(site, 'is a link, and must be a folder'));
  await site.drop('orders.csv', orders('PO-1'));
  await site.out('orders.result.csv');
  expect(await site.workspace.query('select reseller from message')).toEqual([{ reseller: 'northwind' }]);
});

test.skipIf(process.getuid?.() === 0)(
  `a file that may not be read goes to failed${process.getuid?.() === 0 ? ' (skipped: root may read everything)' : ''}`,
  async () => {
    const site = await watched();
    await site.drop('secret.csv', orders('PO-1'));
    spawnSync('chmod', ['000', site.path('in', 'secret.csv')]);
    expect((await site.out('secret.result.csv'))[0]?.['message']).toContain('EACCES');
    expect(await site.list('failed')).toEqual(['secret.csv']);
  },
);

test('what belongs to no reseller is said by the log and by doctor, and so is what is left alone', async () => {
  const site = await watched();
  await mkdir(join(site.directory, 'Northwind', 'in'), { recursive: true });
  await writeFile(join(site.directory, 'Northwind', 'in', 'orders.csv'), orders('PO-1'));
  await writeFile(join(site.directory, 'lost.csv'), orders('PO-1'));
  await writeFile(site.path('in', 'orders.xlsx'), 'PK');
  await site.until(
    'it is said',
    async () => said(site, 'the name of no reseller') && said(site, 'lies outside'),
  );
  const findings = await examine({ DATABASE_URL: site.workspace.url, FEED_DIRECTORY: site.directory });
  const found = findings
    .filter(({ check }) => check === 'Drop folder')
    .map(({ verdict, message }) => `${verdict}: ${message}`);
  expect(found).toEqual([
    expect.stringContaining('warning: "Northwind" is a folder that has the name of no reseller'),
    expect.stringContaining('warning: "lost.csv" is a file that lies outside'),
    expect.stringMatching(/^warning: ".*orders\.xlsx" ends neither in \.csv nor in \.ndjson/),
  ]);
  const nowhere = await examine({
    DATABASE_URL: site.workspace.url,
    FEED_DIRECTORY: join(site.directory, 'nowhere'),
  });
  expect(nowhere.find(({ check }) => check === 'Drop folder')).toMatchObject({ verdict: 'problem' });
});
