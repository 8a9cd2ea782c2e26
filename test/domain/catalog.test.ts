import { describe, expect, test } from 'vitest';
import { productNamed, productOfPid, suiteByCode } from '#src/domain/catalog.ts';
import { aCatalog, controlManager, wfbs } from '#test/domain/examples.ts';

test('a suite is found by its exact code', () => {
  expect(suiteByCode(aCatalog(), 'SPC')?.components.map(({ name }) => name)).toEqual([
    'OfficeScan',
    'Control Manager',
  ]);
  expect(suiteByCode(aCatalog(), 'spc')).toBeUndefined();
});

test('a PID stands for the product of its family, whatever its edition', () => {
  expect(productOfPid(aCatalog(), '100102JP09')).toBe(controlManager);
  expect(productOfPid(aCatalog(), '999999EN01')).toBeUndefined();
});

describe('a product in a request', () => {
  test.each(['WFBS', '100501EN01', '100501DE07', '100501'])('may be named %s', (name) => {
    expect(productNamed(aCatalog(), name)).toBe(wfbs);
  });

  test.each(['wfbs', 'WFBS ', '', '100501 and more', '100501en01'])('is unknown as %j', (name) => {
    expect(productNamed(aCatalog(), name)).toBeUndefined();
  });
});
