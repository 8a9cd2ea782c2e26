import { describe, expect, test } from 'vitest';
import {
  accepted,
  aNewAccount,
  aRegistration,
  faultyPaths,
  refused,
  registrationKey,
} from '#test/jobs/messages.ts';

describe('a registration is refused', () => {
  test('as MISTYPED_CODE when the check symbol of its key is wrong, without repeating the key', () => {
    const mistyped = registrationKey.replace('2345', '2354');
    const { code, errors } = refused('registration', aRegistration({ registrationKey: mistyped }));
    expect(code).toBe('MISTYPED_CODE');
    expect(errors.map(({ path }) => path)).toEqual(['registrationKey']);
    expect(JSON.stringify(errors)).not.toContain(mistyped);
  });

  test.each(['', 'SP-1', 'SP-0O1I-LLLL-0000-1111', registrationKey.slice(0, -1)])(
    'as MISTYPED_CODE when its key is %j',
    (typed) => {
      expect(refused('registration', aRegistration({ registrationKey: typed })).code).toBe('MISTYPED_CODE');
    },
  );

  test.each([undefined, null, false, true, '', 'yes', '2026-11-21', '2026-02-31T10:00:00Z'])(
    'as AGREEMENT_NOT_ACCEPTED when the acceptance is %j',
    (acceptedAgreementAt) => {
      expect(refused('registration', aRegistration({ acceptedAgreementAt }))).toMatchObject({
        code: 'AGREEMENT_NOT_ACCEPTED',
        errors: [{ path: 'acceptedAgreementAt' }],
      });
    },
  );

  test('as INVALID_MESSAGE when it has faults of several kinds, all of which are named', () => {
    const sent = {
      registrationKey: 'SP-1',
      newAccount: { id: 'NORDLYS', contact: '', vat: 'NO1' },
      select: ['', 7],
    };
    expect(refused('registration', sent).code).toBe('INVALID_MESSAGE');
    expect(faultyPaths('registration', sent)).toEqual([
      'acceptedAgreementAt',
      'newAccount.company',
      'newAccount.contact',
      'newAccount.country',
      'newAccount.email',
      'newAccount.id',
      'newAccount.region',
      'newAccount.vat',
      'registrationKey',
      'reseller',
      'select.0',
      'select.1',
    ]);
  });

  test('when it names both an account and a new one, or neither', () => {
    expect(faultyPaths('registration', aRegistration({ newAccount: aNewAccount() }))).toEqual(['account']);
    expect(faultyPaths('registration', aRegistration({ account: undefined }))).toEqual(['account']);
  });

  test('when it selects more than 100 products', () => {
    const select = Array.from({ length: 101 }, (_, i) => `Product ${i}`);
    expect(faultyPaths('registration', aRegistration({ select }))).toEqual(['select']);
  });

  test.each([null, 'key', []])('when it is %j', (sent) => {
    expect(faultyPaths('registration', sent)).toEqual(['']);
  });
});

test('a registration waits for its turn on the account that it names, new or not', () => {
  expect(accepted('registration', aRegistration()).account).toBe('acme');
  const sent = aRegistration({ account: undefined, newAccount: aNewAccount() });
  expect(accepted('registration', sent).account).toBe('nordlys');
});
