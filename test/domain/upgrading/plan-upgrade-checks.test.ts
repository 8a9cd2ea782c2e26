import { describe, expect, test } from 'vitest';
import type { Approval } from '#src/domain/approval.ts';
import type { Holdings } from '#src/domain/holdings.ts';
import { planUpgrade } from '#src/domain/upgrading/plan-upgrade.ts';
import type { UpgradeOrder } from '#src/domain/upgrading/upgrade-order.ts';
import {
  aCatalog,
  aLicense,
  anAccount,
  anOrder,
  codeNumbered,
  owning,
  today,
} from '#test/domain/examples.ts';
import { planOf, reasonOf, verdict } from '#test/domain/verdict.ts';

const strictCatalog = aCatalog({ laterDate: 'hold' });

function approving(...codes: readonly string[]): Approval {
  return { codes: new Set(codes), keep: [] };
}

function outcome(order: Partial<UpgradeOrder>, holdings: Holdings, approval?: Approval): string {
  return verdict(planUpgrade(anOrder(order), holdings, strictCatalog, today, approval));
}

/** Every fault that an order can have, from the one that is looked for first. */
const faults = [
  { code: 'rejected UNKNOWN_SUITE', order: { suite: 'SPQ' }, holdings: {} },
  { code: 'rejected UNKNOWN_RESELLER', order: {}, holdings: { reseller: undefined } },
  { code: 'rejected UNKNOWN_ACCOUNT', order: {}, holdings: { account: undefined } },
  { code: 'rejected TERM_ALREADY_OVER', order: { startsOn: '2025-06-15' }, holdings: {} },
  {
    code: 'held ACCOUNT_OF_ANOTHER_RESELLER',
    order: {},
    holdings: { account: anAccount('acme', { reseller: 'contoso' }) },
  },
  {
    code: 'rejected KEEP_NOT_A_CANDIDATE',
    order: { keep: [codeNumbered('activation-code', 'OS', 77)] },
    holdings: {},
  },
] as const;

describe('the first fault decides', () => {
  test.each(faults.map((fault, i) => ({ ...fault, later: faults.slice(i) })))('$code', ({ code, later }) => {
    const order = Object.assign({}, ...later.map((fault) => fault.order).toReversed());
    const changes = Object.assign({}, ...later.map((fault) => fault.holdings).toReversed());
    const ambiguous = [aLicense(), aLicense()];
    expect(outcome(order, owning(ambiguous, changes))).toBe(code);
  });

  test('of the components in their order, each of which may hold', () => {
    const suspended = aLicense({ pid: '100102EN01', status: 'suspended' });
    expect(outcome({}, owning([suspended, aLicense(), aLicense()]))).toBe('held AMBIGUOUS_PRODUCT_FAMILY');
    expect(outcome({}, owning([suspended, aLicense({ seats: 251 })]))).toBe('held SEATS_BELOW_HOLDING');
    expect(outcome({}, owning([suspended, aLicense()]))).toBe('held LICENSE_NOT_USABLE');
  });

  test('of one license: its state, then its seats, then its date', () => {
    const license = aLicense({ status: 'suspended', seats: 251, validThrough: '2030-01-01' });
    expect(outcome({}, owning([license]))).toBe('held LICENSE_NOT_USABLE');
    expect(outcome({}, owning([{ ...license, status: 'active' }]))).toBe('held SEATS_BELOW_HOLDING');
    expect(outcome({}, owning([{ ...license, status: 'active', seats: 250 }]))).toBe('held KEPT_LATER_DATE');
  });
});

describe('a "keep" is rejected', () => {
  test.each([
    ['names a code that nobody has', () => owning([aLicense()]), codeNumbered('activation-code', 'OS', 77)],
  ])('when it %s', (_, holdings, keep) => {
    const decision = planUpgrade(anOrder({ keep: [keep] }), holdings(), aCatalog(), today);
    expect(verdict(decision)).toBe('rejected KEEP_NOT_A_CANDIDATE');
    expect(JSON.stringify(reasonOf(decision))).not.toContain(keep);
  });

  test('when it names a license outside the suite', () => {
    const outside = aLicense({ pid: '100401EN01' });
    expect(outcome({ keep: [outside.activationCode] }, owning([outside]))).toBe(
      'rejected KEEP_NOT_A_CANDIDATE',
    );
  });

  test('when it names one that does not count beside better ones', () => {
    const expired = aLicense({ status: 'expired' });
    expect(outcome({ keep: [expired.activationCode] }, owning([aLicense(), expired]))).toBe(
      'rejected KEEP_NOT_A_CANDIDATE',
    );
  });

  test("when it names another account's license", () => {
    const foreign = aLicense({ account: 'contoso-ltd' });
    const holdings = owning([aLicense()], { kept: new Map([[foreign.activationCode, foreign]]) });
    expect(outcome({ keep: [foreign.activationCode] }, holdings)).toBe('rejected KEEP_NOT_A_CANDIDATE');
  });

  test('also when another of its codes is a candidate', () => {
    const license = aLicense();
    const keep = [license.activationCode, codeNumbered('activation-code', 'OS', 77)];
    expect(outcome({ keep }, owning([license]))).toBe('rejected KEEP_NOT_A_CANDIDATE');
  });

  test('but not when it names the only candidate', () => {
    const license = aLicense();
    expect(outcome({ keep: [license.activationCode] }, owning([license]))).toBe('planned');
  });
});

describe('an approval', () => {
  test('of SEATS_BELOW_HOLDING plans as if fewer seats were allowed, for every component', () => {
    const holdings = owning([aLicense({ seats: 300 }), aLicense({ pid: '100102EN01', seats: 400 })]);
    const approval = approving('SEATS_BELOW_HOLDING');
    const plan = planOf(planUpgrade(anOrder(), holdings, strictCatalog, today, approval));
    expect(plan.lines).toMatchObject([{ retained: { seats: 250 } }, { retained: { seats: 250 } }]);
  });

  test('of AMBIGUOUS_PRODUCT_FAMILY retains what it names', () => {
    const [first, second] = [aLicense(), aLicense()];
    const approval = { codes: new Set(['AMBIGUOUS_PRODUCT_FAMILY']), keep: [second.activationCode] };
    const plan = planOf(planUpgrade(anOrder(), owning([first, second]), strictCatalog, today, approval));
    expect(plan.lines[0]).toMatchObject({ retained: { license: second } });
  });

  test('of AMBIGUOUS_PRODUCT_FAMILY decides where the order itself names two', () => {
    const [first, second] = [aLicense(), aLicense()];
    const approval = { codes: new Set(['AMBIGUOUS_PRODUCT_FAMILY']), keep: [second.activationCode] };
    const order = anOrder({ keep: [first.activationCode, second.activationCode] });
    const plan = planOf(planUpgrade(order, owning([first, second]), strictCatalog, today, approval));
    expect(plan.lines[0]).toMatchObject({ retained: { license: second } });
  });

  test('of AMBIGUOUS_PRODUCT_FAMILY that names nothing leaves the order held', () => {
    const approval = approving('AMBIGUOUS_PRODUCT_FAMILY');
    expect(outcome({}, owning([aLicense(), aLicense()]), approval)).toBe('held AMBIGUOUS_PRODUCT_FAMILY');
  });

  test('of LICENSE_NOT_USABLE retains a suspended license', () => {
    const license = aLicense({ status: 'suspended' });
    const plan = planOf(
      planUpgrade(anOrder(), owning([license]), aCatalog(), today, approving('LICENSE_NOT_USABLE')),
    );
    expect(plan.lines[0]).toMatchObject({ retained: { license, seats: 250, validThrough: '2027-06-30' } });
  });

  test('of LICENSE_NOT_USABLE rejects when the license was revoked', () => {
    const holdings = owning([aLicense({ status: 'revoked' })]);
    expect(outcome({}, holdings, approving('LICENSE_NOT_USABLE'))).toBe('rejected LICENSE_REVOKED');
  });

  test('of ACCOUNT_OF_ANOTHER_RESELLER fulfils and leaves the ownership', () => {
    const holdings = owning([], { account: anAccount('acme', { reseller: 'contoso' }) });
    const approval = approving('ACCOUNT_OF_ANOTHER_RESELLER');
    const plan = planOf(planUpgrade(anOrder(), holdings, strictCatalog, today, approval));
    expect(plan.account?.reseller).toBe('contoso');
  });

  test('of ACCOUNT_OF_ANOTHER_RESELLER says of a redirection nothing of that account', () => {
    const holdings = owning([], { account: anAccount('group', { reseller: 'contoso' }) });
    const held = planUpgrade(anOrder(), holdings, strictCatalog, today);
    expect(JSON.stringify(held)).not.toContain('group');
    const approval = approving('ACCOUNT_OF_ANOTHER_RESELLER');
    const plan = planOf(planUpgrade(anOrder(), holdings, strictCatalog, today, approval));
    const redirected = plan.notes.find(({ code }) => code === 'ACCOUNT_REDIRECTED');
    expect(redirected?.message).toBe('The account "acme" was merged into another account.');
  });

  test('of KEPT_LATER_DATE keeps the date and says so', () => {
    const holdings = owning([aLicense({ validThrough: '2030-01-01' })]);
    const plan = planOf(planUpgrade(anOrder(), holdings, strictCatalog, today, approving('KEPT_LATER_DATE')));
    expect(plan.lines[0]).toMatchObject({
      retained: { validThrough: '2030-01-01', notes: [{ code: 'KEPT_LATER_DATE' }] },
    });
  });

  test('lets one check pass and no other', () => {
    const license = aLicense({ status: 'suspended', seats: 251, validThrough: '2030-01-01' });
    const holdings = owning([license], { account: anAccount('acme', { reseller: 'contoso' }) });
    const holds = [
      'ACCOUNT_OF_ANOTHER_RESELLER',
      'LICENSE_NOT_USABLE',
      'SEATS_BELOW_HOLDING',
      'KEPT_LATER_DATE',
    ];
    for (const [i, code] of holds.entries()) {
      expect(outcome({}, holdings, approving(...holds.slice(0, i)))).toBe(`held ${code}`);
      expect(outcome({}, holdings, approving(...holds.filter((other) => other !== code)))).toBe(
        `held ${code}`,
      );
    }
    expect(outcome({}, holdings, approving(...holds))).toBe('planned');
  });

  test('does not save what is rejected', () => {
    const everything = approving(...faults.map(({ code }) => code.split(' ')[1] ?? ''));
    expect(outcome({ startsOn: '2020-01-01' }, owning(), everything)).toBe('rejected TERM_ALREADY_OVER');
  });
});

test('no full code is ever part of a reason', () => {
  const licenses = [aLicense({ seats: 300, status: 'suspended' }), aLicense({ validThrough: '2030-01-01' })];
  const [first, second] = licenses;
  const cases = [licenses, [first], [second], [{ ...first, status: 'active' as const }]];
  for (const owned of cases) {
    const holdings = owning(owned.flatMap((license) => (license ? [{ ...aLicense(), ...license }] : [])));
    const text = JSON.stringify(reasonOf(planUpgrade(anOrder(), holdings, strictCatalog, today)));
    expect(text).toMatch(/OS-…-.{4}/);
    for (const { activationCode } of holdings.licenses) expect(text).not.toContain(activationCode);
  }
});
