import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
