import { describe, expect, test } from 'vitest';
import type { License } from '#src/domain/license.ts';
import { planMerge } from '#src/domain/merging/plan-merge.ts';
import {
  aCatalog,
  aLicense,
  anAccount,
  codeNumbered,
  today,
  wfbsService,
  yesterday,
} from '#test/domain/examples.ts';
import { anOnPremisesMerge, aPremisesLicense, knowing } from '#test/domain/merging/merge-examples.ts';
import { reasonOf, verdict } from '#test/domain/verdict.ts';

const unknown = codeNumbered('activation-code', 'WF', 4711);
const mistyped = `${unknown.slice(0, -1)}${unknown.endsWith('2') ? '3' : '2'}`;

const good = aPremisesLicense();
const trial = aPremisesLicense({ edition: 'trial', type: 'protectlink' });
const suspended: License = {
  ...aPremisesLicense(trial),
  id: 'suspended',
  status: 'suspended',
  activationCode: codeNumbered('activation-code', 'WF', 1),
};
const expired: License = {
  ...suspended,
  id: 'expired',
  status: 'active',
  validThrough: yesterday,
  activationCode: codeNumbered('activation-code', 'WF', 2),
};
const merged: License = {
  ...suspended,
  id: 'merged',
  status: 'merged',
  activationCode: codeNumbered('activation-code', 'WF', 3),
};
const notMergeable = aLicense({ type: 'protectlink' });
const service = aLicense({ pid: '100502EN01' });
const delisted = aLicense({ pid: '999999EN01' });
const foreign = aPremisesLicense({ account: 'acme-branch' });
const everything = [good, trial, suspended, expired, merged, notMergeable, service, delisted, foreign];

/** Each case fails its own check and every later one that its licenses leave room for. */
const inOrder: readonly {
  check: number;
  code: string;
  retain?: License;
  merge?: readonly string[];
  account?: string;
  owned?: readonly License[];
}[] = [
  {
    check: 1,
    code: 'rejected MERGE_SAME_LICENSE',
    account: 'nobody',
    retain: trial,
    merge: [unknown, trial.activationCode],
  },
  { check: 2, code: 'rejected UNKNOWN_ACCOUNT', account: 'nobody', merge: [unknown] },
  {
    check: 2,
    code: 'rejected UNKNOWN_LICENSE',
    retain: { ...good, activationCode: unknown },
    merge: [merged.activationCode],
  },
  {
    check: 2,
    code: 'rejected UNKNOWN_LICENSE',
    retain: merged,
    merge: [merged.activationCode.replace('WF', 'XX'), unknown],
  },
  { check: 2, code: 'rejected UNKNOWN_LICENSE', retain: merged, merge: [foreign.activationCode] },
  { check: 2, code: 'rejected UNKNOWN_LICENSE', retain: foreign },
  { check: 2, code: 'rejected MISTYPED_CODE', retain: merged, merge: [mistyped] },
  { check: 2, code: 'rejected UNKNOWN_PRODUCT', retain: delisted, merge: [merged.activationCode] },
  { check: 3, code: 'rejected MERGE_NOT_SUPPORTED', retain: notMergeable, merge: [merged.activationCode] },
  { check: 3, code: 'rejected MERGE_NOT_SUPPORTED', retain: service, merge: [merged.activationCode] },
  { check: 4, code: 'rejected MERGE_NO_LICENSE', retain: merged, owned: [merged, notMergeable] },
  {
    check: 5,
    code: 'rejected MERGE_ALREADY_MERGED',
    retain: merged,
    merge: [expired.activationCode, suspended.activationCode],
  },
  {
    check: 5,
    code: 'rejected MERGE_ALREADY_MERGED',
    retain: expired,
    merge: [suspended.activationCode, merged.activationCode],
  },
  {
    check: 5,
    code: 'rejected MERGE_ALREADY_MERGED',
    retain: good,
    owned: [good, expired, merged, suspended],
  },
  {
    check: 6,
    code: 'rejected MERGE_EXPIRED',
    retain: expired,
    merge: [suspended.activationCode, trial.activationCode],
  },
  {
    check: 6,
    code: 'rejected MERGE_EXPIRED',
    retain: suspended,
    merge: [trial.activationCode, expired.activationCode],
  },
  { check: 6, code: 'rejected MERGE_EXPIRED', retain: good, owned: [good, suspended, expired] },
  { check: 7, code: 'rejected MERGE_NOT_USABLE', retain: suspended, merge: [trial.activationCode] },
  { check: 7, code: 'rejected MERGE_NOT_USABLE', retain: trial, merge: [suspended.activationCode] },
  { check: 7, code: 'rejected MERGE_NOT_USABLE', retain: good, owned: [good, suspended] },
  { check: 8, code: 'rejected MERGE_TRIAL', retain: trial, merge: [notMergeable.activationCode] },
  {
    check: 8,
    code: 'rejected MERGE_TRIAL',
    retain: good,
    merge: [notMergeable.activationCode, trial.activationCode],
  },
  { check: 8, code: 'rejected MERGE_TRIAL', retain: good, owned: [good, aPremisesLicense(), trial] },
  {
    check: 10,
    code: 'rejected MERGE_CHOOSE_LICENSES',
    retain: good,
    owned: [good, aPremisesLicense(), aPremisesLicense({ type: 'protectlink' })],
  },
  {
    check: 11,
    code: 'rejected MERGE_DIFFERENT_PRODUCTS',
    retain: good,
    merge: [notMergeable.activationCode],
  },
];

describe('of the checks of an on-premises merge, the first that fails decides', () => {
  test.each(inOrder)(
    '$check: $code',
    ({ code, retain = good, owned = everything, merge, account = 'acme' }) => {
      const request = anOnPremisesMerge(retain, { account, merge });
      const decision = planMerge(request, knowing(owned), aCatalog(), today);
      expect(verdict(decision)).toBe(code);
      const told = JSON.stringify(reasonOf(decision));
      for (const { activationCode } of owned) expect(told).not.toContain(activationCode);
      for (const named of [retain.activationCode, ...(merge ?? [])]) expect(told).not.toContain(named);
    },
  );

  test.each(['reseller', 'protectlink'] as const)('13 and 14, with the type %s', (type) => {
    const retained = aPremisesLicense({ type: 'reseller' });
    const other = aPremisesLicense({ type });
    const decision = planMerge(anOnPremisesMerge(retained), knowing([retained, other]), aCatalog(), today);
    const expected = {
      reseller: 'held MERGE_RESELLER_WITH_RESELLER',
      protectlink: 'rejected MERGE_TYPES_NOT_ALLOWED',
    };
    expect(verdict(decision)).toBe(expected[type]);
  });

  test('13 before 14 when one of several chosen is refused by each', () => {
    const retained = aPremisesLicense({ type: 'reseller' });
    const others = [aPremisesLicense({ type: 'protectlink' }), aPremisesLicense({ type: 'reseller' })];
    const request = anOnPremisesMerge(retained, {
      merge: others.map(({ activationCode }) => activationCode),
    });
    const decision = planMerge(request, knowing([retained, ...others]), aCatalog(), today);
    expect(verdict(decision)).toBe('held MERGE_RESELLER_WITH_RESELLER');
  });
});

describe('an on-premises merge', () => {
  test('of three active licenses without a choice names the candidates, masked', () => {
    const [second, third] = [aPremisesLicense(), aPremisesLicense()];
    const holdings = knowing([good, second, expired, third]);
    const { details, message } = reasonOf(planMerge(anOnPremisesMerge(good), holdings, aCatalog(), today));
    expect(details['candidates']).toHaveLength(2);
    expect(message).toContain('3 active licenses');
  });

  test("in another reseller's account is one in an unknown account", () => {
    const accounts = [anAccount('acme', { reseller: 'contoso' })];
    const decision = planMerge(anOnPremisesMerge(good), knowing([good], accounts), aCatalog(), today);
    expect(verdict(decision)).toBe('rejected UNKNOWN_ACCOUNT');
  });

  test('that chooses a merged license names what it was merged into, masked', () => {
    const survivor = aPremisesLicense();
    const request = anOnPremisesMerge(good, { merge: [merged.activationCode] });
    const holdings = knowing([good, merged, survivor], undefined, [[merged, survivor]]);
    const { details } = reasonOf(planMerge(request, holdings, aCatalog(), today));
    expect(details['survivor']).toBe(
      `${survivor.activationCode.slice(0, 2)}-…-${survivor.activationCode.slice(-4)}`,
    );
  });

  test('of a product that is merged as a service only says so', () => {
    const catalog = aCatalog({ products: [{ ...wfbsService, mergeable: true }] });
    const decision = planMerge(anOnPremisesMerge(service), knowing([service]), catalog, today);
    expect(reasonOf(decision).message).toContain('delivered as service');
  });

  test('of an unknown code that somebody else has tells nothing of its owner', () => {
    const elsewhere = { ...foreign, activationCode: 'OS-0O1I-LLLLL-00000-11111-OOOOO-IIIII' };
    const request = anOnPremisesMerge(good, { merge: [elsewhere.activationCode] });
    const decision = planMerge(request, knowing([good, elsewhere]), aCatalog(), today);
    expect(verdict(decision)).toBe('rejected UNKNOWN_LICENSE');
    expect(JSON.stringify(reasonOf(decision))).not.toContain('acme-branch');
  });
});
