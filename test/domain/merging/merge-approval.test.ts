import { describe, expect, test } from 'vitest';
import { addDays } from '#src/domain/calendar.ts';
import type { MergeDatePolicy } from '#src/domain/catalog.ts';
import type { License } from '#src/domain/license.ts';
import { planMerge } from '#src/domain/merging/plan-merge.ts';
import { aCatalog, anAccount, today, yesterday } from '#test/domain/examples.ts';
import {
  anOnPremisesMerge,
  aPremisesLicense,
  aServiceLicense,
  aServiceMerge,
  knowing,
} from '#test/domain/merging/merge-examples.ts';
import { verdict } from '#test/domain/verdict.ts';

const apart = [anAccount(), anAccount('acme-branch', { region: 'apac' })];

function outcome(changes: Partial<License>, ...approved: readonly string[]): string {
  const licenses = [
    aServiceLicense({ type: 'reseller' }),
    aServiceLicense({ type: 'reseller', account: 'acme-branch', ...changes }),
  ];
  const approval = { codes: new Set(approved), keep: [] };
  return verdict(planMerge(aServiceMerge(), knowing(licenses, apart), aCatalog(), today, approval));
}

describe('the approval of a held merge', () => {
  test('skips the check that held it, and no other', () => {
    expect(outcome({})).toBe('held MERGE_REGION_MISMATCH');
    expect(outcome({}, 'MERGE_REGION_MISMATCH')).toBe('held MERGE_RESELLER_WITH_RESELLER');
    expect(outcome({}, 'MERGE_RESELLER_WITH_RESELLER')).toBe('held MERGE_REGION_MISMATCH');
  });

  test('merges when all that held it was approved', () => {
    expect(outcome({}, 'MERGE_REGION_MISMATCH', 'MERGE_RESELLER_WITH_RESELLER')).toBe('planned');
  });

  test('merges at once when nothing else is wrong', () => {
    expect(outcome({ type: 'oem' }, 'MERGE_REGION_MISMATCH')).toBe('planned');
  });

  test("judges today's state by every other check", () => {
    const both = ['MERGE_REGION_MISMATCH', 'MERGE_RESELLER_WITH_RESELLER'] as const;
    expect(outcome({ type: 'protectlink' }, ...both)).toBe('rejected MERGE_TYPES_NOT_ALLOWED');
    expect(outcome({ edition: 'trial' }, ...both)).toBe('rejected MERGE_TRIAL');
    expect(outcome({ validThrough: yesterday }, ...both)).toBe('rejected MERGE_EXPIRED');
    expect(outcome({ status: 'merged' }, ...both)).toBe('rejected MERGE_ALREADY_MERGED');
  });

  test('cannot allow what is rejected', () => {
    const everything = ['MERGE_REGION_MISMATCH', 'MERGE_TYPES_NOT_ALLOWED', 'MERGE_TRIAL'] as const;
    expect(outcome({ type: 'protectlink' }, ...everything)).toBe('rejected MERGE_TYPES_NOT_ALLOWED');
  });
});

describe('regions', () => {
  test.each(['emea', 'EMEA', ' Emea', 'emea\u00A0', 'ＥＭＥＡ'])('%j is the region emea', (region) => {
    const accounts = [anAccount('acme', { region: 'emea' }), anAccount('acme-branch', { region })];
    const licenses = [aServiceLicense(), aServiceLicense({ account: 'acme-branch' })];
    expect(verdict(planMerge(aServiceMerge(), knowing(licenses, accounts), aCatalog(), today))).toBe(
      'planned',
    );
  });
});

describe('a perpetual license', () => {
  const perpetual = { validThrough: '9999-12-31', seats: 10 };
  const dated = { validThrough: '2027-06-30', seats: 100 };
  const inFiftyYears = '2076-06-15';
  const plan = (
    first: Partial<License>,
    second: Partial<License>,
    policy: MergeDatePolicy,
    ...approved: string[]
  ) => {
    const licenses = [aPremisesLicense(first), aPremisesLicense({ ...second, type: 'oem' })] as const;
    const catalog = aCatalog();
    const policies = { ...catalog.policies, merge: { ...catalog.policies.merge, validThrough: policy } };
    const request = anOnPremisesMerge(licenses[0]);
    const approval = { codes: new Set(approved), keep: [] };
    return planMerge(request, knowing(licenses), { ...catalog, policies }, today, approval);
  };

  test.each([
    ['into one that ends', dated, perpetual],
    ['with one that ends merged into it', perpetual, dated],
    ['by a day', dated, { validThrough: addDays(inFiftyYears, 1) }],
  ])('is held where dates are weighted, %s', (_, first, second) => {
    const decision = plan(first, second, 'weighted');
    expect(verdict(decision)).toBe('held MERGE_PERPETUAL');
    expect(decision).toMatchObject({ reason: { details: { validThrough: first.validThrough } } });
    expect(JSON.stringify(decision)).toContain('…');
  });

  test.each([
    ['both are perpetual', perpetual, { validThrough: '2099-12-31' }],
    ['neither is: 50 years to the day are none', dated, { validThrough: inFiftyYears }],
  ])('merges by weight where %s', (_, first, second) => {
    expect(verdict(plan(first, second, 'weighted'))).toBe('planned');
  });

  test.each(['keep-survivor', 'earliest', 'latest'] as const)('merges under the policy %s', (policy) => {
    expect(verdict(plan(dated, perpetual, policy))).toBe('planned');
  });

  test.each([
    ['dated', dated, perpetual],
    ['perpetual', perpetual, dated],
  ])('leaves a %s survivor its own date when a person approves', (_, first, second) => {
    expect(plan(first, second, 'weighted', 'MERGE_PERPETUAL')).toMatchObject({
      outcome: 'planned',
      plan: { after: { seats: 110, validThrough: first.validThrough } },
    });
  });

  test('approved, and not perpetual any more, merges by weight', () => {
    expect(
      plan(dated, { validThrough: '2028-06-30', seats: 100 }, 'weighted', 'MERGE_PERPETUAL'),
    ).toMatchObject({
      plan: { after: { validThrough: '2027-12-30' } },
    });
  });

  test('is looked at after the matrix', () => {
    const decision = plan(dated, perpetual, 'weighted');
    expect(verdict(decision)).toBe('held MERGE_PERPETUAL');
    const licenses = [
      aServiceLicense(dated),
      aServiceLicense({ ...perpetual, account: 'acme-branch', type: 'protectlink' }),
    ];
    expect(verdict(planMerge(aServiceMerge(), knowing(licenses), aCatalog(), today))).toBe(
      'rejected MERGE_TYPES_NOT_ALLOWED',
    );
  });
});
