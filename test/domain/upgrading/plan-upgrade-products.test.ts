import { describe, expect, test } from 'vitest';
import type { Catalog } from '#src/domain/catalog.ts';
import type { Holdings } from '#src/domain/holdings.ts';
import type { RetainedLicense } from '#src/domain/upgrading/plan-component.ts';
import { planUpgrade } from '#src/domain/upgrading/plan-upgrade.ts';
import type { UpgradeOrder } from '#src/domain/upgrading/upgrade-order.ts';
import { aCatalog, aLicense, anOrder, owning, today, yesterday } from '#test/domain/examples.ts';
import { planOf, reasonOf, verdict } from '#test/domain/verdict.ts';

interface Given {
  readonly order?: Partial<UpgradeOrder>;
  readonly catalog?: Catalog;
}

function decide(holdings: Holdings, { order = {}, catalog = aCatalog() }: Given = {}) {
  return planUpgrade(anOrder(order), holdings, catalog, today);
}

/** What OfficeScan, the first component, retains. */
function retained(holdings: Holdings, given: Given = {}): RetainedLicense {
  const [line] = planOf(decide(holdings, given)).lines;
  if (line?.action !== 'retained') throw new Error(`OfficeScan is ${line?.action}.`);
  return line.retained;
}

describe('an existing product of the suite', () => {
  test('of which the account has no license awaits registration', () => {
    const plan = planOf(decide(owning()));
    expect(plan.lines.map(({ component, action }) => [component.name, action])).toEqual([
      ['OfficeScan', 'awaiting-registration'],
      ['Control Manager', 'awaiting-registration'],
    ]);
  });

  test('is retained under the same Activation Code and extended to the suite end, with the seats of the order', () => {
    const license = aLicense({ seats: 200, validThrough: '2027-03-31' });
    expect(retained(owning([license]))).toEqual({
      license,
      seats: 250,
      validThrough: '2027-06-30',
      anchor: '2026-07-01',
      edition: 'full',
      notes: [],
    });
  });

  test('is compared by the first six digits of the PID alone', () => {
    const license = aLicense({ pid: '100101JP99' });
    expect(retained(owning([license])).license).toBe(license);
    const [line] = planOf(decide(owning([aLicense({ pid: '100109EN01' })]))).lines;
    expect(line?.action).toBe('awaiting-registration');
  });

  test('that has expired is retained as well', () => {
    const byDate = aLicense({ validThrough: yesterday });
    expect(retained(owning([byDate]))).toMatchObject({ license: byDate, validThrough: '2027-06-30' });
    const marked = aLicense({ status: 'expired', validThrough: '2020-01-31' });
    expect(retained(owning([marked]))).toMatchObject({ license: marked, validThrough: '2027-06-30' });
  });

  test('with as many seats as ordered is retained', () => {
    expect(retained(owning([aLicense({ seats: 250 })])).seats).toBe(250);
  });

  test.each(['active', 'expired'] as const)(
    'that is %s holds the order that would take seats away',
    (status) => {
      const decision = decide(owning([aLicense({ status, seats: 251 })]));
      expect(verdict(decision)).toBe('held SEATS_BELOW_HOLDING');
      expect(reasonOf(decision).details).toMatchObject({
        component: 'OfficeScan',
        seats: 250,
        presentSeats: 251,
      });
    },
  );

  test('gets fewer seats when the order allows it', () => {
    const given = { order: { allowFewerSeats: true } };
    expect(retained(owning([aLicense({ seats: 251 })]), given).seats).toBe(250);
  });

  test('keeps a later date and says so', () => {
    const license = aLicense({ validThrough: '2027-07-01' });
    const kept = retained(owning([license]));
    expect(kept.validThrough).toBe('2027-07-01');
    expect(kept.notes.map(({ code }) => code)).toEqual(['KEPT_LATER_DATE']);
  });

  test('that ends with the suite has no later date', () => {
    const license = aLicense({ validThrough: '2027-06-30' });
    expect(retained(owning([license]), { catalog: aCatalog({ laterDate: 'hold' }) }).notes).toEqual([]);
  });

  test('with a later date holds the order where the policy says so', () => {
    const license = aLicense({ validThrough: '2027-07-01' });
    const decision = decide(owning([license]), { catalog: aCatalog({ laterDate: 'hold' }) });
    expect(verdict(decision)).toBe('held KEPT_LATER_DATE');
    expect(reasonOf(decision).details).toMatchObject({ presentlyValidThrough: '2027-07-01' });
  });

  test('on trial becomes full, with the seats and the end of the order, its own seats and time dropped', () => {
    const license = aLicense({ edition: 'trial', seats: 999, validThrough: '2030-12-31' });
    const given = { catalog: aCatalog({ laterDate: 'hold' }) };
    expect(retained(owning([license]), given)).toEqual({
      license,
      seats: 250,
      validThrough: '2027-06-30',
      anchor: '2026-07-01',
      edition: 'full',
      notes: [],
    });
  });

  test.each(['suspended', 'revoked'] as const)('that is %s holds the order', (status) => {
    const decision = decide(owning([aLicense({ status })]));
    expect(verdict(decision)).toBe('held LICENSE_NOT_USABLE');
    expect(reasonOf(decision).details).toMatchObject({ component: 'OfficeScan', status });
  });

  test('that was merged does not count, its survivor of the account does', () => {
    const survivor = aLicense();
    const merged = aLicense({ status: 'merged', mergedInto: survivor.id });
    expect(retained(owning([merged, survivor])).license).toBe(survivor);
    const elsewhere = aLicense({ status: 'merged', mergedInto: 'license of another account' });
    expect(planOf(decide(owning([elsewhere]))).lines[0]?.action).toBe('awaiting-registration');
  });

  test('outside the suite is not touched', () => {
    const plan = planOf(decide(owning([aLicense({ pid: '100401EN01' })])));
    expect(plan.lines.map(({ action }) => action)).toEqual([
      'awaiting-registration',
      'awaiting-registration',
    ]);
  });
});

describe('of several licenses of one family', () => {
  const tiers = {
    'an active full one': { status: 'active', edition: 'full' },
    'an active trial': { status: 'active', edition: 'trial' },
    'an expired one': { status: 'expired', edition: 'full' },
    'a suspended one': { status: 'suspended', edition: 'full' },
    'a revoked one': { status: 'revoked', edition: 'full' },
  } as const;

  test.each([
    ['an active full one', 'an active trial'],
    ['an active full one', 'an expired one'],
    ['an active full one', 'a revoked one'],
    ['an active trial', 'an expired one'],
    ['an active trial', 'a suspended one'],
    ['an expired one', 'a suspended one'],
    ['an expired one', 'a revoked one'],
  ] as const)('%s counts before %s', (first, second) => {
    const counts = aLicense(tiers[first]);
    const passedOver = aLicense(tiers[second]);
    expect(retained(owning([passedOver, counts])).license).toBe(counts);
  });

  test('a trial that has run out counts as expired', () => {
    const full = aLicense({ status: 'expired' });
    const trial = aLicense({ edition: 'trial', validThrough: yesterday });
    expect(verdict(decide(owning([full, trial])))).toBe('held AMBIGUOUS_PRODUCT_FAMILY');
  });

  test.each(Object.entries(tiers))(
    'two candidates hold the order, and are named masked: %s twice',
    (_, tier) => {
      const decision = decide(owning([aLicense(tier), aLicense({ ...tier, pid: '100101EN01' })]));
      expect(verdict(decision)).toBe('held AMBIGUOUS_PRODUCT_FAMILY');
      const { details, message } = reasonOf(decision);
      expect(details['candidates']).toEqual([
        expect.stringMatching(/^OS-…-.{4}$/),
        expect.stringMatching(/^OS-…-.{4}$/),
      ]);
      expect(message).toContain('2 licenses of OfficeScan');
    },
  );

  test('a suspended and a revoked one are candidates of one kind', () => {
    const holdings = owning([aLicense({ status: 'suspended' }), aLicense({ status: 'revoked' })]);
    expect(verdict(decide(holdings))).toBe('held AMBIGUOUS_PRODUCT_FAMILY');
  });

  test('the one that "keep" names is retained, by the rules for its own state', () => {
    const licenses = [aLicense(), aLicense({ seats: 251 }), aLicense()];
    const [, many, third] = licenses;
    expect(retained(owning(licenses), { order: { keep: [third?.activationCode ?? ''] } }).license).toBe(
      third,
    );
    const fewer = decide(owning(licenses), { order: { keep: [many?.activationCode ?? ''] } });
    expect(verdict(fewer)).toBe('held SEATS_BELOW_HOLDING');
  });

  test('a "keep" that names two of them decides nothing', () => {
    const licenses = [aLicense(), aLicense(), aLicense()];
    const keep = licenses.slice(1).map(({ activationCode }) => activationCode);
    expect(verdict(decide(owning(licenses), { order: { keep } }))).toBe('held AMBIGUOUS_PRODUCT_FAMILY');
  });

  test('the survivor of a merged code that "keep" names is retained, and the order notes it', () => {
    const survivor = aLicense();
    const merged = aLicense({ status: 'merged', mergedInto: survivor.id });
    const holdings = owning([merged, survivor, aLicense()]);
    const given = { order: { keep: [merged.activationCode] } };
    expect(retained(holdings, given).license).toBe(survivor);
    expect(planOf(decide(holdings, given)).notes.map(({ code }) => code)).toEqual([
      'ACCOUNT_REDIRECTED',
      'TERM_OVERLAPS',
    ]);
  });

  test('two names of one survivor are one', () => {
    const survivor = aLicense();
    const merged = aLicense({ status: 'merged', mergedInto: survivor.id });
    const given = { order: { keep: [merged.activationCode, survivor.activationCode] } };
    expect(retained(owning([merged, survivor, aLicense()]), given).license).toBe(survivor);
  });
});
