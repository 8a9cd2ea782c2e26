import { describe, expect, test } from 'vitest';
import { addDays } from '#src/domain/calendar.ts';
import { planRegistration } from '#src/domain/upgrading/plan-registration.ts';
import { planUpgrade } from '#src/domain/upgrading/plan-upgrade.ts';
import { aCatalog, aKey, aLicense, anOrder, aRegistration, owning, today } from '#test/domain/examples.ts';
import { planOf, verdict } from '#test/domain/verdict.ts';

const ended = { endedOn: today, endedBy: 'change-1' };

describe('an order', () => {
  test('that names its end in place of a term ends there, and has no anchor', () => {
    const order = anOrder({ term: undefined, validThrough: '2027-09-30' });
    const plan = planOf(planUpgrade(order, owning([aLicense()]), aCatalog(), today));
    expect(plan).toMatchObject({
      validThrough: '2027-09-30',
      anchor: null,
      lines: [{ retained: { validThrough: '2027-09-30', anchor: null } }, {}],
    });
    const over = anOrder({ term: undefined, validThrough: undefined, startsOn: '2026-01-01' });
    expect(verdict(planUpgrade(over, owning(), aCatalog(), today))).toBe('rejected TERM_ALREADY_OVER');
  });

  test('gets a new key where the account’s has ended, and the same one until the day of its end', () => {
    const holdings = (key: object) => owning([], { registrationKeys: [aKey(key)] });
    expect(
      planOf(planUpgrade(anOrder(), holdings(ended), aCatalog(), today)).registrationKey,
    ).toBeUndefined();
    const later = { endedOn: addDays(today, 1), endedBy: 'change-1' };
    expect(planOf(planUpgrade(anOrder(), holdings(later), aCatalog(), today)).registrationKey).toBeDefined();
  });

  test('never counts a license that a return revoked', () => {
    const license = aLicense({ status: 'revoked', revokedBy: 'return-1' });
    const plan = planOf(planUpgrade(anOrder(), owning([license]), aCatalog(), today));
    expect(plan.lines[0]).toMatchObject({ action: 'awaiting-registration' });
  });
});

describe('a registration', () => {
  const plan = (key: object, retired?: { code: string; newest: string; until: null }) => {
    const registrationKey = aKey(key);
    const named = { key: registrationKey, active: registrationKey, ...(retired && { retired }) };
    return planRegistration(aRegistration(registrationKey), named, owning(), aCatalog(), today);
  };

  test('of a key that has ended is rejected, and so is one by a code that was replaced', () => {
    expect(verdict(plan({}))).toBe('planned');
    expect(verdict(plan(ended))).toBe('rejected KEY_ENDED');
    const code = aKey().code;
    expect(verdict(plan({}, { code, newest: aKey().code, until: null }))).toBe('rejected CODE_REPLACED');
  });
});
