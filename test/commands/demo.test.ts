import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlace, type Ended, type Place } from '#test/commands/run-chancery.ts';

/** On an idle machine it takes some seconds; tests of other files share the processors. */
const demoMs = 120_000;

let place: Place;
let temporary: string;
let demo: Ended;
let pdfs: readonly string[];

beforeAll(async () => {
  place = await openPlace();
  temporary = join(place.folder, 'tmp');
  await mkdir(temporary);
  // A database that cannot be reached: the demo must not even try.
  demo = await place.run(['demo'], {
    TMPDIR: temporary,
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
  });
  const named = demo.stdout.matchAll(/demo-output\/LC-\d{4}-\d{7}-v\d+\.pdf/g);
  pdfs = [...new Set(Array.from(named, ([path]) => path))];
}, demoMs);
afterAll(() => place.remove());

function verify(...args: readonly string[]): Promise<Ended> {
  return place.run(['certificate', 'verify', ...args]);
}

const keys = ['--keys', 'demo-output/certificate-keys.json'];

describe('demo', { timeout: demoMs }, () => {
  test('ends well, says nothing on stderr, and leaves nothing in the temporary place', async () => {
    expect(demo.stderr).toBe('');
    expect(demo.code).toBe(0);
    const left = await readdir(temporary);
    expect(left.filter((name) => name.startsWith('chancery-'))).toEqual([]);
  });

  test('leaves its mails: the code of who signed up at the portal, and certificates with their PDFs', async () => {
    const folder = join(place.folder, 'demo-output', 'mail');
    const mails = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
    );
    expect(
      mails.filter((mail) => /^To: innkjop@nordlys\.example/m.test(mail) && /^ {4}\d{6}\s*$/m.test(mail)),
    ).toHaveLength(1);
    expect(mails.filter((mail) => mail.includes('Content-Type: application/pdf')).length).toBeGreaterThan(5);
  });

  test('shows per order what happened, as examples/README.md says', () => {
    const rows = demo.stdout.split('\n').filter((line) => line.startsWith('PO-2026-'));
    const row = (number: string) => rows.find((line) => line.startsWith(number)) ?? '';
    expect(row('PO-2026-0001')).toMatch(/ACME GmbH +fulfilled +SP-[\w-]{19} +2 retained, 13 awaiting/);
    expect(row('PO-2026-0002')).toMatch(
      /株式会社ひかり電機 +fulfilled +SP-[\w-]{19} +2 retained, 13 awaiting/,
    );
    expect(row('PO-2026-0003')).toMatch(/held +AMBIGUOUS_PRODUCT_FAMILY/);
    expect(row('PO-2026-0004')).toMatch(/fulfilled +SE-[\w-]{19} +1 retained, 6 awaiting/);
    expect(row('PO-2026-0005')).toMatch(/Nordlys AS +fulfilled +SE-[\w-]{19} +7 awaiting/);
    expect(row('PO-2026-0006')).toMatch(/held +SEATS_BELOW_HOLDING/);
    expect(row('PO-2026-0007')).toMatch(/rejected +UNKNOWN_SUITE/);
    expect(row('PO-2026-0008')).toMatch(/invalid +customer\.email/);
    expect(rows.filter((line) => /^PO-2026-0001 .*(repeat|conflict)/.test(line))).toHaveLength(2);
    expect(demo.stdout).toContain('200 → 250');
    expect(demo.stdout).toMatch(/certificate versions: nothing\s+changed/);
  });

  test('shows what comes after fulfilment: seats, a renewal, a return of what was registered, an undone merge', () => {
    const told = /Orders live on\n(.*)The same file again/s.exec(demo.stdout)?.[1] ?? '';
    expect(told).toMatch(/OfficeScan +changed +OS-5XQ7[\w-]+ +120 → 150 +2029-11-30/);
    expect(told).toMatch(/OfficeScan +changed +OS-2WTK[\w-]+ +100 +2027-12-31 → 2028-12-31/);
    expect(told.match(/ revoked +\w\w-/g)).toHaveLength(3);
    expect(told).toMatch(/kontor +WS-2KXW[\w-]+ +21 → 12 +2027-05-22 → 2027-06-30/);
    expect(told).toMatch(/kontor-sg +WS-5WQK[\w-]+ +9 +2027-03-31/);
  });

  test('fits 100 columns, but for a command to copy', () => {
    const tooWide = demo.stdout.split('\n').filter((line) => stringWidth(line) > 100);
    expect(tooWide.filter((line) => !line.startsWith('  npx chancery'))).toEqual([]);
  });

  test('names certificates that are on disk, each a PDF that is genuine', async () => {
    expect(pdfs.length).toBeGreaterThanOrEqual(4);
    const names = (await readdir(join(place.folder, 'demo-output'))).filter((name) => name.endsWith('.pdf'));
    expect(names.map((name) => `demo-output/${name}`).sort()).toEqual([...pdfs].sort());
    for (const pdf of pdfs) {
      const { code, stdout } = await verify(pdf, ...keys);
      expect(stdout).toContain('genuine and unaltered');
      expect(code).toBe(0);
    }
  });
});

describe('kit verify', { timeout: demoMs }, () => {
  test('finds the kit that the demo left genuine, and a changed one not', async () => {
    const folder = join(place.folder, 'demo-output');
    const kits = (await readdir(folder)).filter((name) => name.endsWith('.zip'));
    expect(kits).toHaveLength(1);
    const kit = `demo-output/${kits[0]}`;
    expect(demo.stdout).toContain(`npx chancery kit verify ${kit}`);
    const { code, stdout } = await place.run(['kit', 'verify', kit, ...keys]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('genuine and unaltered')]);
    expect(await place.json(['kit', 'verify', kit, ...keys, '--json'])).toMatchObject({
      genuine: true,
      kit: { account: 'acme', suite: 'SPC' },
    });
    const zip = await readFile(join(place.folder, kit));
    await writeFile(join(place.folder, 'changed.zip'), zip.subarray(0, -100));
    const changed = await place.run(['kit', 'verify', 'changed.zip', ...keys]);
    expect([changed.code, changed.stdout]).toEqual([1, expect.stringContaining('Not genuine.')]);
    const nowhere = await place.run(['kit', 'verify', 'nowhere.zip', ...keys]);
    expect([nowhere.code, nowhere.stderr]).toEqual([
      1,
      expect.stringContaining('There is no file nowhere.zip'),
    ]);
  });
});

describe('certificate verify', { timeout: demoMs }, () => {
  test('tells what is certified, also as JSON', async () => {
    const [first = ''] = pdfs;
    expect(await place.json(['certificate', 'verify', first, ...keys, '--json'])).toMatchObject({
      genuine: true,
      verdict: 'valid',
      facts: { customer: { company: 'ACME GmbH' }, suite: { code: 'SPC' } },
    });
  });

  test('a changed file is not genuine: exit code 1 and the reason', async () => {
    const pdf = await readFile(join(place.folder, pdfs[0] ?? ''));
    await writeFile(join(place.folder, 'changed.pdf'), Buffer.concat([pdf, Buffer.from('\n% changed')]));
    const { code, stdout } = await verify('changed.pdf', ...keys);
    expect(code).toBe(1);
    expect(stdout).toContain('Not genuine.');
  });

  test('keys that are kept in the data directory are found without being named', async () => {
    await mkdir(join(place.folder, 'data'));
    const kept = await readFile(join(place.folder, 'demo-output/certificate-keys.json'));
    await writeFile(join(place.folder, 'data/certificate-keys.json'), kept);
    expect((await verify(pdfs[0] ?? '')).code).toBe(0);
  });

  test('another key set does not know the key', async () => {
    await writeFile(join(place.folder, 'others.json'), '{"keys":[]}');
    const { code, stdout } = await verify(pdfs[0] ?? '', '--keys', 'others.json');
    expect(code).toBe(1);
    expect(stdout).toContain('not among the keys given');
  });

  test.each([
    { what: 'no such file', args: ['nowhere.pdf', ...keys], word: 'There is no file nowhere.pdf' },
    { what: 'a text that no key signed', args: ['a.b.c', ...keys], word: 'Not genuine.' },
    {
      what: 'keys that are none',
      args: ['a.b.c', '--keys', 'demo-output'],
      word: 'is not a JSON Web Key Set',
    },
    {
      what: 'keys that are nowhere',
      args: ['a.b.c', '--keys', 'nowhere.json'],
      word: '/.well-known/jwks.json',
    },
  ])('$what is one sentence and exit code 1', async ({ args, word }) => {
    const { code, stdout, stderr } = await verify(...args);
    expect(code).toBe(1);
    expect(stdout + stderr).toContain(word);
    expect(stderr).not.toContain('    at ');
  });
});
