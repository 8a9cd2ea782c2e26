import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CatalogError, loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-catalog-'));
});
afterAll(() => rm(folder, { recursive: true }));

const officeScan = {
  pid: '100101EN01',
  name: 'OfficeScan',
  acPrefix: 'OS',
  delivery: 'on-premises',
  mergeable: false,
};
const wfbs = { pid: '100502EN01', name: 'WFBS-SVC', acPrefix: 'WS', delivery: 'service', mergeable: true };
const suite = { code: 'SPC', name: 'Complete', rkPrefix: 'SP', components: ['OfficeScan'] };
const never = { reseller: false, retail: false, oem: false, protectlink: false };
const matrix = { reseller: never, retail: never, oem: never, protectlink: never };

function catalog(changed: Readonly<Record<string, unknown>> = {}) {
  return {
    catalog: 1,
    products: [officeScan, wfbs],
    suites: [suite],
    policies: { upgrade: { laterDate: 'hold' }, merge: { matrix, validThrough: 'latest' } },
    ...changed,
  };
}

async function load(content: unknown) {
  const file = join(folder, 'catalog.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return loadCatalog(file);
}

async function faults(content: unknown): Promise<readonly string[]> {
  try {
    await load(content);
  } catch (error) {
    if (error instanceof CatalogError) return error.faults;
    throw error;
  }
  return [];
}

test('the shipped catalog loads, with its components resolved to products', async () => {
  const { products, suites, policies } = await loadCatalog(shippedCatalog);
  expect(products).toHaveLength(18);
  expect(suites.map(({ code, components }) => [code, components.length])).toEqual([
    ['SPC', 15],
    ['SPE', 7],
  ]);
  expect(suites[0]?.components[0]).toEqual({ name: 'OfficeScan', pid: '100101EN01', acPrefix: 'OS' });
  expect(policies.upgrade.laterDate).toBe('keep');
  expect(policies.merge.matrix.reseller).toEqual({
    reseller: false,
    retail: true,
    oem: true,
    protectlink: false,
  });
});

test('policies that are left out have their defaults', async () => {
  const { policies } = await load(catalog({ policies: { merge: { matrix } } }));
  expect(policies).toMatchObject({ upgrade: { laterDate: 'keep' }, merge: { validThrough: 'weighted' } });
});

test('policies that are given are kept', async () => {
  const { policies } = await load(catalog());
  expect(policies).toMatchObject({ upgrade: { laterDate: 'hold' }, merge: { validThrough: 'latest' } });
});

describe('a catalog that contradicts itself is refused and the place is named', () => {
  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    [
      'two products of one family',
      { products: [officeScan, { ...wfbs, pid: '100101DE09' }] },
      'products[1].pid: the product family 100101 is that of products[0] already',
    ],
    [
      'two products of one name',
      { products: [officeScan, { ...wfbs, name: 'OfficeScan' }] },
      'products[1].name: "OfficeScan" is the name of products[0] already',
    ],
    [
      'two suites of one code',
      { suites: [suite, suite] },
      'suites[1].code: "SPC" is the code of suites[0] already',
    ],
    [
      'a component that is no product',
      { suites: [{ ...suite, components: ['OfficeScan', 'Nothing'] }] },
      'suites[0].components[1]: there is no product "Nothing"',
    ],
    [
      'two components of one family in a suite',
      { suites: [{ ...suite, components: ['OfficeScan', 'WFBS-SVC', 'OfficeScan'] }] },
      'suites[0].components[2]: "OfficeScan" shares its product family with components[0]',
    ],
  ])('%s', async (_, changed, fault) => {
    expect(await faults(catalog(changed))).toEqual([fault]);
  });
});

describe('a field that is wrong is named with its place', () => {
  test.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ['the version', { catalog: 2 }, /^catalog: must be 1, the version of this format$/],
    ['no products', { products: [] }, /^products: /],
    ['no suites', { suites: [] }, /^suites: /],
    [
      'a PID that is a number',
      { products: [{ ...officeScan, pid: 100101 }] },
      /^products\[0\]\.pid: must be text in quotes/,
    ],
    [
      'a PID of another shape',
      { products: [{ ...officeScan, pid: '10010' }] },
      /^products\[0\]\.pid: must be six digits/,
    ],
    [
      'a prefix',
      { products: [{ ...officeScan, acPrefix: 'os' }] },
      /^products\[0\]\.acPrefix: must be two capital letters$/,
    ],
    ['a delivery', { products: [officeScan, { ...wfbs, delivery: 'boxed' }] }, /^products\[1\]\.delivery: /],
    ['mergeable as text', { products: [{ ...officeScan, mergeable: 'no' }] }, /^products\[0\]\.mergeable: /],
    ['an unknown field', { products: [{ ...officeScan, colour: 'red' }] }, /^products\[0\]: .*colour/],
    ['a suite without components', { suites: [{ ...suite, components: [] }] }, /^suites\[0\]\.components: /],
    [
      'an unknown policy',
      { policies: { upgrade: { laterDate: 'guess' }, merge: { matrix } } },
      /^policies\.upgrade\.laterDate: /,
    ],
    [
      'a merge date policy',
      { policies: { merge: { matrix, validThrough: 'guess' } } },
      /^policies\.merge\.validThrough: /,
    ],
    [
      'a matrix without a row',
      { policies: { merge: { matrix: { ...matrix, oem: undefined } } } },
      /^policies\.merge\.matrix\.oem: /,
    ],
    [
      'a matrix without a cell',
      { policies: { merge: { matrix: { ...matrix, oem: { ...never, retail: undefined } } } } },
      /^policies\.merge\.matrix\.oem\.retail: /,
    ],
    [
      'a matrix with an unknown type',
      { policies: { merge: { matrix: { ...matrix, gift: never } } } },
      /^policies\.merge\.matrix.*gift/,
    ],
  ])('%s', async (_, changed, fault) => {
    const found = await faults(catalog(changed));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(fault);
  });
});

test('all faults are told at once', async () => {
  const products = [
    { ...officeScan, pid: 1 },
    { ...wfbs, acPrefix: '?' },
  ];
  expect(await faults(catalog({ catalog: 3, products }))).toHaveLength(3);
});

test('a file that is not there, is no JSON, or is no catalog is refused with its name', async () => {
  const missing = join(folder, 'missing.json');
  await expect(loadCatalog(missing)).rejects.toThrow(`The catalog ${missing} cannot be used`);
  expect((await faults('{"catalog": 1,'))[0]).toMatch(/^it is not JSON/);
  expect((await faults([]))[0]).toMatch(/^the catalog: /);
});

test('the error names the file and every fault on a line of its own', async () => {
  await expect(load(catalog({ suites: [suite, suite] }))).rejects.toThrow(
    /^The catalog .*catalog\.json cannot be used:\n {2}suites\[1\]\.code: /,
  );
});

describe('what customers get of a product', () => {
  const download = {
    platform: 'linux',
    version: '14.0',
    url: 'https://downloads.example/officescan.bin',
    sha256: 'AB'.repeat(32),
    bytes: 5,
    install: ['{file}', '--code', '{activationCode}'],
  };
  const withDownload = (changes: object) =>
    catalog({ products: [{ ...officeScan, downloads: [{ ...download, ...changes }] }, wfbs] });

  test('is kept, with hashes in lower case', async () => {
    const { products } = await load(
      catalog({
        products: [
          { ...officeScan, downloads: [download, { ...download, platform: 'macos', url: '/samples/a.sh' }] },
          { ...wfbs, console: 'https://console.example/x' },
        ],
      }),
    );
    expect(products[0]?.downloads).toEqual([
      { ...download, sha256: 'ab'.repeat(32) },
      { ...download, sha256: 'ab'.repeat(32), platform: 'macos', url: '/samples/a.sh' },
    ]);
    expect(products[1]?.console).toBe('https://console.example/x');
  });

  test.each([
    [{ platform: 'amiga' }, /^products\[0\]\.downloads\[0\]\.platform: /],
    [{ version: '' }, /\.version: /],
    [{ url: 'ftp://downloads.example/x' }, /\.url: must be an http\(s\) address/],
    [{ url: 'https://user:secret@downloads.example/x' }, /\.url: must be an http\(s\) address/],
    [{ url: '//elsewhere.example/x' }, /\.url: /],
    [{ sha256: 'abc' }, /\.sha256: must be 64 hexadecimal digits/],
    [{ bytes: 0 }, /\.bytes: /],
    [{ install: [] }, /\.install: /],
    [{ install: ['', '{file}'] }, /\.install: must begin with a program/],
    [{ install: ['setup', '{activationCode}'] }, /\.install: must name \{file\} somewhere/],
    [{ install: ['{file}', 'a\nb'] }, /\.install\[1\]: must not hold line breaks/],
    [{ mirror: 'x' }, /\.downloads\[0\]: /],
  ])('is refused as %j', async (changes, sentence) => {
    expect(await faults(withDownload(changes))).toEqual([expect.stringMatching(sentence)]);
  });

  test('is downloads or a console, not both, and a console is an address', async () => {
    const both = { ...wfbs, downloads: [download], console: 'https://console.example' };
    expect(await faults(catalog({ products: [officeScan, both] }))).toEqual([
      expect.stringContaining('products[1]: it has downloads and a console'),
    ]);
    const script = { ...wfbs, console: 'javascript:alert(1)' };
    expect(await faults(catalog({ products: [officeScan, script] }))).toEqual([
      expect.stringContaining('products[1].console: must be an address'),
    ]);
  });

  test('the shipped catalog’s downloads are the sample installers, by size and hash', async () => {
    const { products } = await loadCatalog(shippedCatalog);
    const downloads = products.flatMap(({ downloads = [] }) => downloads);
    expect(downloads.length).toBeGreaterThan(20);
    for (const { url, sha256, bytes, version } of downloads) {
      expect(version).toContain('sample');
      const file = await readFile(new URL(`../../examples${url}`, import.meta.url));
      expect([url, bytes, sha256]).toEqual([
        url,
        file.length,
        createHash('sha256').update(file).digest('hex'),
      ]);
    }
  });
});

describe('the license agreement', () => {
  test('is the shipped one where a catalog has none', async () => {
    expect((await load(catalog())).agreement).toMatchObject({
      version: expect.any(String),
      text: expect.stringMatching(/./),
    });
  });

  test('is the catalog’s own', async () => {
    const agreement = { version: '3', text: 'Be kind.\n\nPay on time.' };
    expect((await load(catalog({ agreement }))).agreement).toEqual(agreement);
  });

  test.each([
    [{ version: '', text: 'x' }, 'agreement.version'],
    [{ version: '1', text: '' }, 'agreement.text'],
    [{ version: '1' }, 'agreement.text'],
  ])('is refused as %j', async (agreement, place) => {
    expect(await faults(catalog({ agreement }))).toEqual([expect.stringContaining(`${place}: `)]);
  });
});
