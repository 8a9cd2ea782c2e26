import { describe, expect, test } from 'vitest';
import type { Holdings, RegistrationKey } from '#src/domain/holdings.ts';
import { planRegistration } from '#src/domain/upgrading/plan-registration.ts';
import type { Registration } from '#src/domain/upgrading/registration.ts';
import {
  aCatalog,
  aKey,
  aLicense,
  anAccount,
  aRegistration,
  controlManager,
  officeScan,
  owning,
  portalProtect,
  today,
} from '#test/domain/examples.ts';
import { planOf } from '#test/domain/verdict.ts';

const nordlys = {
  id: 'nordlys',
  company: 'Nordlys AS',
  email: 'it@nordlys.example',
  country: 'NO',
  region: 'emea',
} as const;

function planFor(key: RegistrationKey, holdings: Holdings, changes: Partial<Registration> = {}) {
  return planOf(
    planRegistration(aRegistration(key, changes), { key, active: key }, holdings, aCatalog(), today),
  );
}

function actions(plan: ReturnType<typeof planFor>): readonly string[] {
  return plan.lines.map(({ component, action }) => `${component.name}: ${action}`);
}

describe('a registration', () => {
  test('issues every product that the account has not, unless it says which', () => {
    const plan = planFor(aKey(), owning());
    expect(actions(plan)).toEqual(['OfficeScan: issued', 'Control Manager: issued']);
    expect(plan).toMatchObject({ seats: 250, validThrough: '2027-05-31', notes: [] });
  });

  test.each([
    ['by name', 'Control Manager'],
    ['by PID', '100102EN01'],
    ['by the PID of another edition', '100102JP77'],
    ['by the bare family', '100102'],
  ])('issues the selected product %s, and names the other as available', (_, choice) => {
    expect(actions(planFor(aKey(), owning(), { select: [choice] }))).toEqual([
      'OfficeScan: available',
      'Control Manager: issued',
    ]);
  });

  test('that selects a product in two ways selects it once', () => {
    const select = ['100102EN01', 'Control Manager'];
    expect(actions(planFor(aKey(), owning(), { select }))).toEqual([
      'OfficeScan: available',
      'Control Manager: issued',
    ]);
  });

  test('that selects nothing issues nothing', () => {
    expect(actions(planFor(aKey(), owning(), { select: [] }))).toEqual([
      'OfficeScan: available',
      'Control Manager: available',
    ]);
  });

  test('of a new account issues what was selected and names the account to make', () => {
    const key = aKey({ account: null });
    const changes = { account: undefined, newAccount: nordlys, select: ['OfficeScan'] };
    const plan = planFor(key, owning([], { account: undefined }), changes);
    expect(plan).toMatchObject({ account: undefined, newAccount: nordlys, registrationKey: key });
    expect(actions(plan)).toEqual(['OfficeScan: issued', 'Control Manager: available']);
  });

  test('binds a key without an account to the one that it names', () => {
    const plan = planFor(aKey({ account: null }), owning());
    expect(plan).toMatchObject({ account: { id: 'acme' }, newAccount: undefined, becomesAlias: undefined });
  });

  test("may be for an account that is nobody's yet", () => {
    const holdings = owning([], { account: anAccount('acme', { reseller: null }) });
    expect(planFor(aKey({ account: null }), holdings).account?.reseller).toBeNull();
  });

  test('of a merged account goes to its survivor, and notes it', () => {
    const plan = planFor(aKey({ account: null }), owning(), { account: 'acme-branch' });
    expect(plan.account?.id).toBe('acme');
    expect(plan.notes.map(({ code }) => code)).toEqual(['ACCOUNT_REDIRECTED']);
  });

  test('works on the components that the key was issued with', () => {
    const key = aKey({ components: [controlManager, portalProtect] });
    expect(actions(planFor(key, owning()))).toEqual(['Control Manager: issued', 'PortalProtect: issued']);
  });
});

describe('a product that the account owned before', () => {
  const key = aKey({ account: null });

  test.each([
    ['selected', ['OfficeScan']],
    ['not selected', []],
  ])('is retained and extended by the rules of an order, though %s', (_, select) => {
    const license = aLicense({ seats: 200, validThrough: '2027-03-31' });
    const [line] = planFor(key, owning([license]), { select }).lines;
    expect(line).toMatchObject({
      action: 'retained',
      retained: { license, seats: 250, validThrough: '2027-05-31' },
    });
  });

  test('keeps more seats and a later date than the key has', () => {
    const license = aLicense({ seats: 900, validThrough: '2031-12-31' });
    const [line] = planFor(key, owning([license])).lines;
    expect(line).toMatchObject({
      retained: { seats: 900, validThrough: '2031-12-31', notes: [{ code: 'KEPT_LATER_DATE' }] },
    });
  });

  test('on trial becomes full until the end of the key, with no fewer seats than it has', () => {
    const license = aLicense({ edition: 'trial', seats: 900, validThrough: '2031-12-31' });
    const [line] = planFor(key, owning([license])).lines;
    expect(line).toMatchObject({
      retained: { seats: 900, validThrough: '2027-05-31', edition: 'full', notes: [] },
    });
  });

  test("is left as it is when this key's orders extended it", () => {
    const own = aKey();
    const license = aLicense({ seats: 10, validThrough: '2026-12-31', extendedBy: ['another', own.id] });
    const [line] = planFor(own, owning([license])).lines;
    expect(line).toEqual({ action: 'unchanged', component: officeScan, license, as: 'retained' });
  });

  test('is extended when only another key extended it', () => {
    const own = aKey();
    const [line] = planFor(own, owning([aLicense({ extendedBy: ['another'] })])).lines;
    expect(line).toMatchObject({ action: 'retained', retained: { seats: 250 } });
  });
});

describe('registering again', () => {
  test('issues nothing for a product whose license was merged into another account: what the key gave lives on there', () => {
    const own = aKey({ account: 'acme' });
    const gone = { status: 'merged', mergedInto: 'elsewhere' } as const;
    const merged = aLicense({ ...gone, registrationKey: own.id, extendedBy: [own.id] });
    expect(planFor(own, owning([merged])).lines[0]).toMatchObject({
      action: 'unchanged',
      as: 'issued',
      license: merged,
    });
    const unserved = aLicense({ ...gone, registrationKey: own.id, extendedBy: [] });
    expect(planFor(own, owning([unserved])).lines[0]).toMatchObject({ action: 'issued' });
  });

  const key = aKey();
  const issued = aLicense({
    registrationKey: key.id,
    extendedBy: [key.id],
    seats: 100,
    validThrough: '2027-01-31',
  });

  test('selects further products and leaves what was issued as it is', () => {
    expect(planFor(key, owning([issued]), { select: ['Control Manager'] }).lines).toEqual([
      { action: 'unchanged', component: officeScan, license: issued, as: 'issued' },
      { action: 'issued', component: controlManager },
    ]);
  });

  test('never issues a second code for a product', () => {
    expect(actions(planFor(key, owning([issued])))).toEqual([
      'OfficeScan: unchanged',
      'Control Manager: issued',
    ]);
    const expired = { ...issued, validThrough: '2026-01-01' };
    expect(actions(planFor(key, owning([expired])))).toEqual([
      'OfficeScan: unchanged',
      'Control Manager: issued',
    ]);
  });

  test('leaves another license of the family alone, though the one that it served counts less by now', () => {
    const served = { ...issued, validThrough: '2026-01-01' };
    const trial = aLicense({ edition: 'trial' });
    const [line] = planFor(key, owning([trial, served])).lines;
    expect(line).toEqual({ action: 'unchanged', component: officeScan, license: served, as: 'issued' });
  });

  test('with the same selection changes nothing', () => {
    const both = [issued, aLicense({ ...issued, id: 'second', pid: '100102EN01' })];
    const plan = planFor(key, owning(both));
    expect(actions(plan)).toEqual(['OfficeScan: unchanged', 'Control Manager: unchanged']);
    expect(plan).toMatchObject({ seats: key.seats, validThrough: key.validThrough });
  });
});
