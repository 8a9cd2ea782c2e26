import { describe, expect, test } from 'vitest';
import { noApproval, type Approval } from '#src/domain/approval.ts';
import type { Holdings } from '#src/domain/holdings.ts';
import { planRegistration, type NamedKey } from '#src/domain/upgrading/plan-registration.ts';
import type { Registration } from '#src/domain/upgrading/registration.ts';
import {
  aCatalog,
  aKey,
  aLicense,
  anAccount,
  aRegistration,
  northwind,
  owning,
  today,
} from '#test/domain/examples.ts';
import { planOf, reasonOf, verdict } from '#test/domain/verdict.ts';

const unbound = aKey({ account: null });
const strictCatalog = aCatalog({ laterDate: 'hold' });
const nordlys = {
  id: 'nordlys',
  company: 'Nordlys',
  email: 'it@nordlys.example',
  country: 'NO',
  region: 'emea',
};

function outcome(
  changes: Partial<Registration>,
  holdings: Holdings,
  named: NamedKey | undefined = { key: unbound, active: unbound },
  approval: Approval = noApproval,
): string {
  return verdict(
    planRegistration(aRegistration(unbound, changes), named, holdings, strictCatalog, today, approval),
  );
}

describe('a registration is rejected', () => {
  test('as UNKNOWN_REGISTRATION_KEY when nobody has the key, before all else, with the code masked', () => {
    const registration = aRegistration(unbound, { account: 'nobody', select: ['nothing'] });
    const holdings = owning([], { account: undefined });
    const decision = planRegistration(registration, undefined, holdings, strictCatalog, today);
    expect(verdict(decision)).toBe('rejected UNKNOWN_REGISTRATION_KEY');
    expect(JSON.stringify(reasonOf(decision))).not.toContain(unbound.code);
  });

  test("as UNKNOWN_REGISTRATION_KEY when the key is another reseller's, whoever's account it is", () => {
    const key = aKey({ reseller: 'contoso', account: 'other' });
    expect(outcome({}, owning(), { key, active: key })).toBe('rejected UNKNOWN_REGISTRATION_KEY');
  });

  test('as UNKNOWN_REGISTRATION_KEY when there is no such reseller', () => {
    expect(outcome({}, owning([], { reseller: undefined }))).toBe('rejected UNKNOWN_REGISTRATION_KEY');
  });

  test('as REGISTRATION_KEY_OF_ANOTHER_ACCOUNT when the key is bound elsewhere, whether or not the account exists', () => {
    const key = aKey({ account: 'other' });
    const code = 'rejected REGISTRATION_KEY_OF_ANOTHER_ACCOUNT';
    expect(outcome({ select: ['nothing'] }, owning(), { key, active: key })).toBe(code);
    expect(outcome({ account: 'nobody' }, owning([], { account: undefined }), { key, active: key })).toBe(
      code,
    );
    const newAccount = { account: undefined, newAccount: nordlys };
    expect(outcome(newAccount, owning([], { account: undefined }), { key, active: key })).toBe(code);
  });

  test('as UNKNOWN_ACCOUNT when there is none of that name', () => {
    const holdings = owning([], { account: undefined });
    expect(outcome({ select: ['nothing'] }, holdings)).toBe('rejected UNKNOWN_ACCOUNT');
  });

  test("as UNKNOWN_ACCOUNT when the account is another reseller's, though the key is one's own", () => {
    const holdings = owning([], { account: anAccount('acme', { reseller: 'contoso' }) });
    expect(outcome({ select: ['nothing'] }, holdings)).toBe('rejected UNKNOWN_ACCOUNT');
  });

  test("not when a merge brought the key to another reseller's account: who sold it registers it (rules §5.4)", () => {
    const holdings = owning([], { account: anAccount('acme', { reseller: 'contoso' }) });
    const bound = aKey();
    expect(outcome({}, holdings, { key: bound, active: bound })).toBe('planned');
    const others = { ...bound, reseller: 'contoso' };
    expect(outcome({}, holdings, { key: others, active: others })).toBe('rejected UNKNOWN_REGISTRATION_KEY');
  });

  test("as ACCOUNT_EXISTS when the id of a new account is taken, be it by another reseller's", () => {
    const newAccount = { account: undefined, newAccount: { ...nordlys, id: 'acme' }, select: ['nothing'] };
    expect(outcome(newAccount, owning())).toBe('rejected ACCOUNT_EXISTS');
    const foreign = owning([], { account: anAccount('acme', { reseller: 'contoso' }) });
    expect(outcome(newAccount, foreign)).toBe('rejected ACCOUNT_EXISTS');
  });

  test.each(['nothing', '', 'officescan', '100401EN01', '100101 and more', '100101en01'])(
    'as NOT_IN_SUITE when it selects %j',
    (choice) => {
      const registration = aRegistration(unbound, { select: ['OfficeScan', choice] });
      const named = { key: unbound, active: unbound };
      const ambiguous = owning([aLicense(), aLicense()]);
      const decision = planRegistration(registration, named, ambiguous, strictCatalog, today);
      expect(verdict(decision)).toBe('rejected NOT_IN_SUITE');
      expect(reasonOf(decision).details).toEqual({ select: [choice] });
    },
  );
});

describe('a registration is held', () => {
  test.each([
    ['AMBIGUOUS_PRODUCT_FAMILY', () => [aLicense(), aLicense()]],
    ['LICENSE_NOT_USABLE', () => [aLicense({ status: 'suspended' })]],
    ['LICENSE_NOT_USABLE', () => [aLicense({ status: 'revoked' })]],
    ['KEPT_LATER_DATE', () => [aLicense({ validThrough: '2031-12-31' })]],
  ] as const)('as %s, as an order would be', (code, licenses) => {
    expect(outcome({ select: [] }, owning(licenses()))).toBe(`held ${code}`);
  });

  test('never as SEATS_BELOW_HOLDING, since it lowers nothing', () => {
    expect(outcome({}, owning([aLicense({ seats: 999_999 })]))).toBe('planned');
  });

  test('until each of its holds is approved, one by one', () => {
    const suspended = aLicense({ status: 'suspended', validThrough: '2031-12-31' });
    const holdings = owning([suspended, { ...aLicense(), status: 'suspended' }]);
    const named = { key: unbound, active: unbound };
    const keep = [suspended.activationCode];
    const approving = (...codes: readonly string[]) => ({
      codes: new Set(codes),
      keep: codes.length > 0 ? keep : [],
    });
    expect(outcome({}, holdings, named, approving())).toBe('held AMBIGUOUS_PRODUCT_FAMILY');
    const first = approving('AMBIGUOUS_PRODUCT_FAMILY');
    expect(outcome({}, holdings, named, first)).toBe('held LICENSE_NOT_USABLE');
    const second = approving('AMBIGUOUS_PRODUCT_FAMILY', 'LICENSE_NOT_USABLE');
    expect(outcome({}, holdings, named, second)).toBe('held KEPT_LATER_DATE');
    const third = approving('AMBIGUOUS_PRODUCT_FAMILY', 'LICENSE_NOT_USABLE', 'KEPT_LATER_DATE');
    const plan = planOf(
      planRegistration(aRegistration(unbound), named, holdings, strictCatalog, today, third),
    );
    expect(plan.lines[0]).toMatchObject({ retained: { license: suspended, validThrough: '2031-12-31' } });
  });

  test('still when an approval names a code that nobody has', () => {
    const approval = { codes: new Set(['AMBIGUOUS_PRODUCT_FAMILY']), keep: [unbound.code] };
    const named = { key: unbound, active: unbound };
    expect(outcome({}, owning([aLicense(), aLicense()]), named, approval)).toBe(
      'held AMBIGUOUS_PRODUCT_FAMILY',
    );
  });
});

test('a revoked license stays revoked: approving its hold rejects the registration', () => {
  const approval = { codes: new Set(['LICENSE_NOT_USABLE']), keep: [] };
  const named = { key: unbound, active: unbound };
  const holdings = owning([aLicense({ status: 'revoked' })], { reseller: northwind });
  expect(outcome({}, holdings, named, approval)).toBe('rejected LICENSE_REVOKED');
});
