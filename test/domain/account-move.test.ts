import { expect, test } from 'vitest';
import { planAccountMove } from '#src/domain/account-move.ts';
import { anAccount, northwind } from '#test/domain/examples.ts';
import { verdict } from '#test/domain/verdict.ts';

const account = anAccount('acme');

test('an account is moved to a reseller, or to none', () => {
  expect(planAccountMove('acme', account, 'northwind', northwind)).toMatchObject({
    plan: { account, reseller: 'northwind' },
  });
  expect(planAccountMove('acme', account, null, undefined)).toMatchObject({
    plan: { account, reseller: null },
  });
});

test.each([
  ['UNKNOWN_ACCOUNT', undefined, null],
  ['UNKNOWN_RESELLER', account, 'nobody'],
  ['ACCOUNT_MERGED', anAccount('acme', { mergedInto: 'head' }), null],
])('is refused with %s', (code, found, to) => {
  expect(verdict(planAccountMove('acme', found, to, undefined))).toBe(`rejected ${code}`);
});
