import { describe, expect, test } from 'vitest';
import { mergeDatePolicies } from '#src/domain/catalog.ts';
import { mergedLicense } from '#src/domain/merging/merge-arithmetic.ts';
import { planMerge } from '#src/domain/merging/plan-merge.ts';
import { aCatalog, aLicense, anAccount, today, wfbs, wfbsService, yesterday } from '#test/domain/examples.ts';
import {
  anOnPremisesMerge,
  aPremisesLicense,
  aServiceLicense,
  aServiceMerge,
  knowing,
} from '#test/domain/merging/merge-examples.ts';
import { planOf, verdict } from '#test/domain/verdict.ts';

describe('a service merge', () => {
  const into = aServiceLicense({ seats: 10, validThrough: '2026-07-15', pid: '100502DE05', type: 'oem' });
  const from = aServiceLicense({ account: 'acme-branch', seats: 30, validThrough: '2026-06-25' });

  test('sums the seats, weighs the dates, and keeps the code of the account merged into', () => {
    expect(planOf(planMerge(aServiceMerge(), knowing([from, into]), aCatalog(), today))).toEqual({
      product: wfbsService,
      account: anAccount(),
      survivor: into,
      after: { seats: 40, validThrough: '2026-06-30' },
      merged: [from],
      emptiedAccount: anAccount('acme-branch'),
    });
  });

  test.each(mergeDatePolicies)('follows the policy %s of the catalog', (validThrough) => {
    const plan = planOf(planMerge(aServiceMerge(), knowing([into, from]), aCatalog({ validThrough }), today));
    expect(plan.after).toEqual(mergedLicense(into, [from], validThrough, today));
  });

  test.each(['100502', '100502JP44'])('may name the product %s', (product) => {
    expect(verdict(planMerge(aServiceMerge({ product }), knowing([into, from]), aCatalog(), today))).toBe(
      'planned',
    );
  });

  test('marks the other account as merged only when no active license is left to it', () => {
    const emptied = (left: Parameters<typeof aLicense>[0]) =>
      planOf(
        planMerge(
          aServiceMerge(),
          knowing([into, from, aLicense({ account: 'acme-branch', ...left })]),
          aCatalog(),
          today,
        ),
      ).emptiedAccount?.id;
    expect(emptied({})).toBeUndefined();
    expect(emptied({ edition: 'trial' })).toBeUndefined();
    expect(emptied({ validThrough: yesterday })).toBe('acme-branch');
    expect(emptied({ status: 'suspended' })).toBe('acme-branch');
    expect(emptied({ status: 'merged' })).toBe('acme-branch');
    expect(emptied({ account: 'acme' })).toBe('acme-branch');
  });

  test('passes over licenses that are not active on a side that has an active one', () => {
    const holdings = knowing([
      aServiceLicense({ status: 'merged' }),
      aServiceLicense({ validThrough: yesterday }),
      into,
      aServiceLicense({ account: 'acme-branch', status: 'revoked' }),
      aServiceLicense({ account: 'acme-branch', edition: 'trial', status: 'expired' }),
      from,
    ]);
    expect(planOf(planMerge(aServiceMerge(), holdings, aCatalog(), today))).toMatchObject({
      survivor: into,
      merged: [from],
    });
  });

  test("of an operator may be of any reseller's accounts, a reseller's of nobody's too", () => {
    const accounts = [
      anAccount('acme', { reseller: 'contoso' }),
      anAccount('acme-branch', { reseller: null }),
    ];
    const holdings = knowing([into, from], accounts);
    expect(verdict(planMerge(aServiceMerge({ reseller: undefined }), holdings, aCatalog(), today))).toBe(
      'planned',
    );
    expect(verdict(planMerge(aServiceMerge({ reseller: 'contoso' }), holdings, aCatalog(), today))).toBe(
      'planned',
    );
  });
});

describe('an on-premises merge', () => {
  const retained = aPremisesLicense({ seats: 10, validThrough: '2026-06-25' });
  const second = aPremisesLicense({ seats: 20, validThrough: '2026-06-28', pid: '100501JP07' });
  const third = aPremisesLicense({ seats: 30, validThrough: '2026-07-05' });

  test('of the only two active licenses needs no choice', () => {
    const expired = aPremisesLicense({ validThrough: yesterday });
    const plan = planOf(
      planMerge(anOnPremisesMerge(retained), knowing([second, expired, retained]), aCatalog(), today),
    );
    expect(plan).toEqual({
      product: wfbs,
      account: anAccount(),
      survivor: retained,
      after: { seats: 30, validThrough: '2026-06-27' },
      merged: [second],
      emptiedAccount: undefined,
    });
  });

  test('of three merges the one chosen and leaves the other alone', () => {
    const request = anOnPremisesMerge(retained, { merge: [third.activationCode] });
    const plan = planOf(planMerge(request, knowing([retained, second, third]), aCatalog(), today));
    expect(plan).toMatchObject({
      survivor: retained,
      merged: [third],
      after: { seats: 40, validThrough: '2026-07-03' },
    });
  });

  test('of several at once is one step, not one after the other', () => {
    const request = anOnPremisesMerge(retained, { merge: [second.activationCode, third.activationCode] });
    const plan = planOf(planMerge(request, knowing([third, second, retained]), aCatalog(), today));
    expect(plan.merged).toEqual([second, third]);
    expect(plan.after).toEqual(mergedLicense(retained, [second, third], 'weighted', today));
  });

  test("compares each type with the survivor's, not those that merge with each other", () => {
    const sellers = [aPremisesLicense({ type: 'reseller' }), aPremisesLicense({ type: 'reseller' })];
    const request = anOnPremisesMerge(retained, {
      merge: sellers.map(({ activationCode }) => activationCode),
    });
    expect(verdict(planMerge(request, knowing([retained, ...sellers]), aCatalog(), today))).toBe('planned');
  });

  test('may retain any of them', () => {
    const plan = planOf(planMerge(anOnPremisesMerge(second), knowing([retained, second]), aCatalog(), today));
    expect(plan).toMatchObject({ survivor: second, merged: [retained] });
  });
});
