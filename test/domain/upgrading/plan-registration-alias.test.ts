import { describe, expect, test } from 'vitest';
import { planRegistration } from '#src/domain/upgrading/plan-registration.ts';
import {
  aCatalog,
  aKey,
  aLicense,
  aRegistration,
  controlManager,
  officeScan,
  owning,
  today,
} from '#test/domain/examples.ts';
import { planOf } from '#test/domain/verdict.ts';

describe('a key without an account, registered by an account that holds one of the suite', () => {
  test('becomes an alias of the one held, and says so with a masked code', () => {
    const older = aKey();
    const named = aKey({ account: null });
    const holdings = owning([], { registrationKeys: [aKey({ suite: 'SPX' }), older] });
    const plan = planOf(
      planRegistration(aRegistration(named), { key: named, active: named }, holdings, aCatalog(), today),
    );
    expect(plan).toMatchObject({ registrationKey: older, becomesAlias: named, named });
    expect(plan.notes.map(({ code }) => code)).toEqual(['REGISTRATION_KEY_ALIAS']);
    expect(plan.notes[0]?.message).not.toContain(older.code);
  });

  test('becomes the alias also when it was issued first: the account goes on with the key that it has', () => {
    const held = aKey();
    const named = aKey({ account: null });
    const holdings = owning([], { registrationKeys: [held] });
    const plan = planOf(
      planRegistration(aRegistration(named), { key: named, active: named }, holdings, aCatalog(), today),
    );
    expect(plan).toMatchObject({ registrationKey: held, becomesAlias: named });
  });

  test.each([
    {
      what: 'more seats and a later end',
      seats: 400,
      validThrough: '2028-05-31',
      expected: [400, '2028-05-31'],
    },
    {
      what: 'fewer seats and an earlier end',
      seats: 50,
      validThrough: '2026-12-31',
      expected: [250, '2027-05-31'],
    },
  ])('brings $what together with it, and lowers neither', ({ seats, validThrough, expected }) => {
    const older = aKey({ seats: 250, validThrough: '2027-05-31' });
    const named = aKey({ account: null, seats, validThrough });
    const license = aLicense({ seats: 250, validThrough: '2027-05-31', extendedBy: [older.id] });
    const holdings = owning([license], { registrationKeys: [older] });
    const plan = planOf(
      planRegistration(aRegistration(named), { key: named, active: named }, holdings, aCatalog(), today),
    );
    expect([plan.seats, plan.validThrough]).toEqual(expected);
    expect(plan.lines[0]).toMatchObject({ retained: { seats: expected[0], validThrough: expected[1] } });
  });

  test('offers the components of the one held', () => {
    const older = aKey({ components: [controlManager] });
    const named = aKey({ account: null });
    const holdings = owning([], { registrationKeys: [older] });
    const plan = planOf(
      planRegistration(aRegistration(named), { key: named, active: named }, holdings, aCatalog(), today),
    );
    expect(plan.lines).toEqual([{ action: 'issued', component: controlManager }]);
  });
});

describe('an alias, registered again', () => {
  const older = aKey({ seats: 300 });
  const alias = aKey({ aliasOf: older.id, seats: 50 });
  const holdings = (licenses = [aLicense({ registrationKey: older.id, extendedBy: [older.id, alias.id] })]) =>
    owning(licenses, { registrationKeys: [older] });

  test('works on the key that it stands for', () => {
    const plan = planOf(
      planRegistration(aRegistration(alias), { key: alias, active: older }, holdings(), aCatalog(), today),
    );
    expect(plan).toMatchObject({
      registrationKey: older,
      becomesAlias: undefined,
      named: alias,
      seats: 300,
      notes: [],
    });
  });

  test('leaves what was issued as it is and issues what was not', () => {
    const plan = planOf(
      planRegistration(aRegistration(alias), { key: alias, active: older }, holdings(), aCatalog(), today),
    );
    expect(plan.lines).toMatchObject([
      { action: 'unchanged', component: officeScan, as: 'issued' },
      { action: 'issued', component: controlManager },
    ]);
  });
});
