import { expect, test } from 'vitest';
import type { Account } from '#src/domain/holdings.ts';
import { judgeHolding, type Holding } from '#src/domain/importing/judge-holding.ts';

const row: Holding = {
  account: 'harbor',
  company: 'Harbor Logistics',
  contact: 'Desk',
  email: 'desk@harbor.example',
  country: 'DE',
  region: 'EMEA',
  pid: '100200-01',
  activationCode: 'OS-1111-2222-3333-4444',
  type: 'retail',
  edition: 'full',
  seats: 10,
  validThrough: '2027-01-31',
  status: 'active',
  fingerprint: '00',
};

const account: Account = {
  id: 'harbor',
  company: 'Harbor Logistics',
  contact: 'Desk',
  email: 'desk@harbor.example',
  country: 'DE',
  region: 'EMEA',
  reseller: null,
  claimed: false,
  mergedInto: null,
};

const known = { account, license: undefined, imported: undefined, resellers: new Set<string>() };

test.each([
  ['the same data', {}, undefined],
  ['a region in other letters', { region: 'emea' }, undefined],
  ['no contact', { contact: undefined }, undefined],
  ['another region', { region: 'APAC' }, 'region'],
  ['another contact', { contact: 'Front desk' }, 'contact'],
  [
    'another company, region and contact',
    { company: 'Harbour', region: 'LAR', contact: 'X' },
    'company, region, contact',
  ],
])('a new code of a known account is taken in with %s', (_, change, named) => {
  const verdict = judgeHolding({ ...row, ...change }, known);
  expect(verdict).toEqual({
    result: 'accepted',
    account,
    license: undefined,
    ...(named !== undefined && {
      message: `the account is known with another ${named}, which stays; the code was taken in`,
    }),
  });
});

test('a reseller that does not exist is a fault of the row', () => {
  expect(judgeHolding({ ...row, reseller: 'nobody' }, known)).toEqual({
    result: 'invalid',
    message: 'reseller nobody does not exist; "chancery reseller add NAME" adds one',
  });
});
