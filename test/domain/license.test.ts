import { describe, expect, test } from 'vitest';
import { isProductId, licenseStatuses, productFamily, statusOn } from '#src/domain/license.ts';
import { aLicense, today, yesterday } from '#test/domain/examples.ts';

describe('a Product ID', () => {
  test.each(['100101', '100101EN01', '0000000000', '100101ABCDEFGHIJ'])('may be %s', (text) => {
    expect(isProductId(text)).toBe(true);
  });

  test.each([
    '10010',
    '10010A',
    '100101en01',
    '100101ABCDEFGHIJK',
    '100101-EN',
    ' 100101',
    '100101\n',
    '１00101',
    '',
  ])('may not be %j', (text) => {
    expect(isProductId(text)).toBe(false);
  });

  test('tells the product family in its first six digits, whatever edition or variant follows', () => {
    expect(productFamily('100101EN01')).toBe('100101');
    expect(productFamily('100101DE02')).toBe('100101');
    expect(productFamily('100101')).toBe('100101');
  });
});

describe('the status that counts today', () => {
  test('of an active license is active through its last day', () => {
    expect(statusOn(aLicense({ validThrough: today }), today)).toBe('active');
  });

  test('of an active license whose date has passed is expired, though nothing marked it', () => {
    expect(statusOn(aLicense({ validThrough: yesterday }), today)).toBe('expired');
  });

  test.each(licenseStatuses.filter((status) => status !== 'active'))(
    'of a license that is %s is that, whatever its date',
    (status) => {
      expect(statusOn(aLicense({ status, validThrough: yesterday }), today)).toBe(status);
      expect(statusOn(aLicense({ status, validThrough: '2099-12-31' }), today)).toBe(status);
    },
  );
});
