import { expect, test } from 'vitest';
import { isOnlyEarly, lackingIn, namesOfCatalog, unknownPids } from '#src/domain/catalog-lacks.ts';
import { aCatalog, wfbsService } from '#test/domain/examples.ts';

const catalog = aCatalog();

test('what a catalog has lacks nowhere', () => {
  expect(lackingIn(catalog, { suites: ['SPC'], products: ['WFBS', '100502XX99'] })).toBeUndefined();
  expect(lackingIn(catalog, { suites: [], products: [] })).toBeUndefined();
});

test('what it has not is told apart', () => {
  const lacking = { suites: ['SPM'], products: ['Vault', '200101EN01'] };
  expect(lackingIn(catalog, { suites: ['SPC', 'SPM'], products: ['WFBS', 'Vault', '200101EN01'] })).toEqual(
    lacking,
  );
  expect(unknownPids(catalog, ['100502EN01', '200101EN01'])).toEqual(['200101EN01']);
});

test('a catalog is remembered by the codes of its suites, and the names and families of its products', () => {
  const names = namesOfCatalog(catalog);
  expect(names.suites).toContain('SPC');
  expect(names.products).toEqual(expect.arrayContaining([wfbsService.name, '100502']));
});

test.each([
  [['SPM'], [], true],
  [['SPM'], ['Vault'], true],
  [[], ['200101EN07'], true],
  [['SPM', 'NONE'], [], false],
  [['SPM'], ['Nothing'], false],
  [[], ['300101EN01'], false],
])('suites %j and products %j are only early: %s', (suites, products, expected) => {
  const newer = [
    { suites: ['SPC'], products: [] },
    { suites: ['SPC', 'SPM'], products: ['Vault', '200101'] },
  ];
  expect(isOnlyEarly({ suites, products }, newer)).toBe(expected);
  expect(isOnlyEarly({ suites, products }, [])).toBe(false);
});
