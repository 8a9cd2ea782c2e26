import { describe, expect, test } from 'vitest';
import type { Account } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import { planMerge } from '#src/domain/merging/plan-merge.ts';
import { aCatalog, aLicense, anAccount, today, yesterday } from '#test/domain/examples.ts';
import { aServiceLicense, aServiceMerge, knowing } from '#test/domain/merging/merge-examples.ts';
import { reasonOf, verdict } from '#test/domain/verdict.ts';

/** Licenses that are as wrong as can be: type, edition and number would each be refused later. */
const trial = (account: string): License =>
  aServiceLicense({ account, edition: 'trial', type: account === 'acme' ? 'reseller' : 'protectlink' });
const trials = (account: string) => [trial(account), trial(account)];
const suspended = (account: string): License => ({ ...trial(account), status: 'suspended' });
const expired = (account: string): License => ({ ...trial(account), validThrough: yesterday });
const merged = (account: string): License => ({ ...trial(account), status: 'merged' });
const full = (account: string, changes: Partial<License> = {}) => aServiceLicense({ account, ...changes });

const apart = [anAccount(), anAccount('acme-branch', { region: 'apac' })];
const together = [anAccount(), anAccount('acme-branch')];
const [into, from] = ['acme', 'acme-branch'] as const;

/** Each case fails its own check and every later one that its licenses leave room for. */
const inOrder = [
  {
    check: 1,
    code: 'rejected MERGE_SAME_LICENSE',
    request: { into: 'nobody', from: 'nobody', product: 'none' },
  },
  { check: 2, code: 'rejected UNKNOWN_ACCOUNT', request: { into: 'nobody', product: 'none' } },
  { check: 2, code: 'rejected UNKNOWN_ACCOUNT', request: { from: 'nobody', product: 'none' } },
  { check: 2, code: 'rejected UNKNOWN_PRODUCT', request: { product: 'none' } },
  { check: 3, code: 'rejected MERGE_NOT_SUPPORTED', request: { product: 'OfficeScan' } },
  { check: 3, code: 'rejected MERGE_NOT_SUPPORTED', request: { product: 'WFBS' } },
  { check: 4, code: 'rejected MERGE_NO_LICENSE', licenses: [merged(from), expired(from), suspended(from)] },
  { check: 4, code: 'rejected MERGE_NO_LICENSE', licenses: [merged(into), expired(into), suspended(into)] },
  {
    check: 5,
    code: 'rejected MERGE_ALREADY_MERGED',
    licenses: [merged(into), expired(into), expired(from), suspended(from)],
  },
  {
    check: 5,
    code: 'rejected MERGE_ALREADY_MERGED',
    licenses: [expired(into), suspended(into), suspended(from), merged(from)],
  },
  { check: 6, code: 'rejected MERGE_EXPIRED', licenses: [expired(into), suspended(into), ...trials(from)] },
  { check: 6, code: 'rejected MERGE_EXPIRED', licenses: [suspended(into), expired(from)] },
  { check: 7, code: 'rejected MERGE_NOT_USABLE', licenses: [suspended(into), ...trials(from)] },
  {
    check: 7,
    code: 'rejected MERGE_NOT_USABLE',
    licenses: [...trials(into), { ...suspended(from), status: 'revoked' }],
  },
  { check: 8, code: 'rejected MERGE_TRIAL', licenses: [...trials(into), ...trials(from)] },
  { check: 8, code: 'rejected MERGE_TRIAL', licenses: [full(into), full(into), full(from), trial(from)] },
  {
    check: 9,
    code: 'rejected MERGE_SEVERAL_ACTIVE',
    licenses: [full(into), full(into), full(from, { type: 'protectlink' })],
  },
  {
    check: 9,
    code: 'rejected MERGE_SEVERAL_ACTIVE',
    licenses: [full(into), full(from), full(from, { type: 'protectlink' })],
  },
  {
    check: 12,
    code: 'held MERGE_REGION_MISMATCH',
    licenses: [full(into, { type: 'reseller' }), full(from, { type: 'reseller' })],
  },
  {
    check: 12,
    code: 'held MERGE_REGION_MISMATCH',
    licenses: [full(into), full(from, { type: 'protectlink' })],
  },
] as const;

describe('of the checks of a service merge, the first that fails decides', () => {
  test.each(inOrder)('$check: $code', ({ code, ...given }) => {
    const licenses = 'licenses' in given ? given.licenses : [merged(into), ...trials(from)];
    const request = aServiceMerge('request' in given ? given.request : {});
    expect(verdict(planMerge(request, knowing(licenses, apart), aCatalog(), today))).toBe(code);
  });

  test('13: held MERGE_RESELLER_WITH_RESELLER, of one reseller or of two', () => {
    const licenses = [full(into, { type: 'reseller' }), full(from, { type: 'reseller' })];
    const operators = aServiceMerge({ reseller: undefined });
    const ofTwo = [anAccount(), anAccount('acme-branch', { reseller: 'contoso' })];
    for (const accounts of [together, ofTwo]) {
      const decision = planMerge(operators, knowing(licenses, accounts), aCatalog(), today);
      expect(verdict(decision)).toBe('held MERGE_RESELLER_WITH_RESELLER');
    }
  });

  test('14: rejected MERGE_TYPES_NOT_ALLOWED', () => {
    const licenses = [full(into), full(from, { type: 'protectlink' })];
    const decision = planMerge(aServiceMerge(), knowing(licenses, together), aCatalog(), today);
    expect(verdict(decision)).toBe('rejected MERGE_TYPES_NOT_ALLOWED');
    expect(reasonOf(decision).details).toEqual({ types: ['retail', 'protectlink'] });
  });
});

describe('a service merge', () => {
  test("of another reseller's account is one of an unknown account", () => {
    const licenses = [full(into), full(from)];
    for (const foreign of ['acme', 'acme-branch']) {
      const accounts = together.map((account) =>
        account.id === foreign ? { ...account, reseller: 'contoso' } : account,
      );
      const decision = planMerge(aServiceMerge(), knowing(licenses, accounts), aCatalog(), today);
      expect(verdict(decision)).toBe('rejected UNKNOWN_ACCOUNT');
      expect(reasonOf(decision).details).toEqual({ account: foreign });
    }
  });

  test('looks at the licenses of its product only', () => {
    const otherProduct = aLicense({ account: 'acme-branch', pid: '100501EN01' });
    const decision = planMerge(aServiceMerge(), knowing([full(into), otherProduct]), aCatalog(), today);
    expect(verdict(decision)).toBe('rejected MERGE_NO_LICENSE');
  });

  test('with a license that was merged before names its survivor, masked and once', () => {
    const survivor = full('elsewhere');
    const [first, second] = [merged(from), merged(from)];
    const survivors = [
      [first, survivor],
      [second, survivor],
    ] as const;
    const holdings = knowing([full(into), first, second], together, survivors);
    const decision = planMerge(aServiceMerge(), holdings, aCatalog(), today);
    const { details, message } = reasonOf(decision);
    expect(details['survivor']).toMatch(/^OS-…-.{4}$/);
    expect(message).toContain(String(details['survivor']));
    expect(message).not.toContain(survivor.activationCode);
  });

  test('is never redirected: an account that was merged is refused, whatever it owns since', () => {
    const licenses = [full(into), full(from)];
    for (const gone of ['acme', 'acme-branch']) {
      const accounts = together.map((account) =>
        account.id === gone ? { ...account, mergedInto: 'acme-group' } : account,
      );
      const survivor = anAccount('acme-group');
      const decided = (into: Account, reseller?: string) =>
        planMerge(
          { ...aServiceMerge(), reseller },
          knowing(licenses, accounts, [], new Map([[gone, into]])),
          aCatalog(),
          today,
        );
      expect(verdict(decided(survivor))).toBe('rejected MERGE_ALREADY_MERGED');
      expect(reasonOf(decided(survivor)).details).toMatchObject({ survivor: 'acme-group' });
      const another = { ...survivor, reseller: 'contoso' };
      expect(reasonOf(decided(another)).message).toContain('acme-group');
      expect(reasonOf(decided(another, 'northwind')).details).toEqual({ side: `Account "${gone}"` });
      expect(reasonOf(decided(another, 'northwind')).message).not.toContain('acme-group');
    }
  });

  test('with an expired license recommends to renew it first', () => {
    const decision = planMerge(aServiceMerge(), knowing([full(into), expired(from)]), aCatalog(), today);
    expect(reasonOf(decision).message).toMatch(/renew/);
  });

  test('with a trial recommends to move its clients', () => {
    const decision = planMerge(aServiceMerge(), knowing([full(into), trial(from)]), aCatalog(), today);
    expect(reasonOf(decision).message).toMatch(/move its clients/);
  });
});
