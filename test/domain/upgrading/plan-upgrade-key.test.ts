import { describe, expect, test } from 'vitest';
import { planUpgrade } from '#src/domain/upgrading/plan-upgrade.ts';
import {
  aCatalog,
  aKey,
  aLicense,
  anAccount,
  anOrder,
  controlManager,
  northwind,
  officeScan,
  owning,
  portalProtect,
  today,
} from '#test/domain/examples.ts';
import { planOf, verdict } from '#test/domain/verdict.ts';

describe('the Registration Key of an order', () => {
  test('is new when the account has none of the suite', () => {
    const otherSuite = aKey({ suite: 'SPX' });
    const plan = planOf(
      planUpgrade(anOrder(), owning([], { registrationKeys: [otherSuite] }), aCatalog(), today),
    );
    expect(plan).toMatchObject({ registrationKey: undefined, seats: 250, validThrough: '2027-06-30' });
  });

  test('is the one that the account has for the suite: seats replaced, the later end', () => {
    const key = aKey({ seats: 400, validThrough: '2027-01-31' });
    const plan = planOf(planUpgrade(anOrder(), owning([], { registrationKeys: [key] }), aCatalog(), today));
    expect(plan).toMatchObject({ registrationKey: key, seats: 250, validThrough: '2027-06-30' });
  });

  test('keeps an end that is later than the term, and gives it to what is retained', () => {
    const holdings = owning([aLicense()], { registrationKeys: [aKey({ validThrough: '2029-12-31' })] });
    const plan = planOf(planUpgrade(anOrder(), holdings, aCatalog(), today));
    expect(plan.validThrough).toBe('2029-12-31');
    expect(plan.lines[0]).toMatchObject({ retained: { validThrough: '2029-12-31', notes: [] } });
  });

  test('keeps the component list that it was issued with, whatever the catalog says today', () => {
    const key = aKey({ components: [officeScan, controlManager] });
    const catalog = aCatalog({ suiteOf: [controlManager, portalProtect] });
    const before = planOf(planUpgrade(anOrder(), owning([], { registrationKeys: [key] }), catalog, today));
    expect(before.suite.components).toEqual([officeScan, controlManager]);
    expect(before.lines.map(({ component }) => component.name)).toEqual(['OfficeScan', 'Control Manager']);
    const fresh = planOf(planUpgrade(anOrder(), owning(), catalog, today));
    expect(fresh.lines.map(({ component }) => component.name)).toEqual(['Control Manager', 'PortalProtect']);
  });

  test('is always new for an order without an account, all of whose products await registration', () => {
    const order = anOrder({ customer: { company: 'ACME GmbH', email: 'it@acme.example' } });
    const holdings = {
      reseller: northwind,
      account: undefined,
      licenses: [],
      registrationKeys: [],
      kept: new Map(),
    };
    const plan = planOf(planUpgrade(order, holdings, aCatalog(), today));
    expect(plan).toMatchObject({ account: undefined, registrationKey: undefined, notes: [] });
    expect(plan.lines.map(({ action }) => action)).toEqual([
      'awaiting-registration',
      'awaiting-registration',
    ]);
  });
});

describe('an order', () => {
  test('whose term ends today is in time', () => {
    const order = anOrder({ startsOn: '2025-06-16', term: 'P1Y' });
    expect(planOf(planUpgrade(order, owning(), aCatalog(), today)).validThrough).toBe(today);
  });

  test('computes its end from the start of its term', () => {
    const order = anOrder({ startsOn: '2028-02-29', term: 'P1Y6M' });
    expect(planOf(planUpgrade(order, owning(), aCatalog(), today)).validThrough).toBe('2029-08-28');
  });

  test('that registers at once issues what is new and retains what is owned', () => {
    const order = anOrder({ register: { acceptedAgreementAt: '2026-06-15T09:31:00Z' } });
    const plan = planOf(planUpgrade(order, owning([aLicense()]), aCatalog(), today));
    expect(plan.lines.map(({ action }) => action)).toEqual(['retained', 'issued']);
  });

  test('for a merged account goes to its survivor, and notes it', () => {
    const order = anOrder({
      customer: { account: 'acme-branch', company: 'ACME', email: 'it@acme.example' },
    });
    const plan = planOf(planUpgrade(order, owning(), aCatalog(), today));
    expect(plan.account?.id).toBe('acme');
    expect(plan.notes).toEqual([
      { code: 'ACCOUNT_REDIRECTED', message: 'The account "acme-branch" was merged into "acme".' },
    ]);
  });

  test("for an account that is nobody's is fulfilled", () => {
    const holdings = owning([], { account: anAccount('acme', { reseller: null }) });
    expect(verdict(planUpgrade(anOrder(), holdings, aCatalog(), today))).toBe('planned');
  });

  test('planned again on its own result changes nothing', () => {
    const license = aLicense();
    const order = anOrder();
    const first = planOf(planUpgrade(order, owning([license]), aCatalog(), today));
    const [line] = first.lines;
    if (line?.action !== 'retained') throw new Error('It was not retained.');
    const { seats, validThrough, edition } = line.retained;
    const after = { ...license, seats, validThrough, edition };
    const key = aKey({ seats: first.seats, validThrough: first.validThrough });
    const second = planOf(
      planUpgrade(order, owning([after], { registrationKeys: [key] }), aCatalog(), today),
    );
    expect(second).toMatchObject({ seats: first.seats, validThrough: first.validThrough });
    expect(second.lines[0]).toMatchObject({ retained: { seats, validThrough, edition, notes: [] } });
  });
});
