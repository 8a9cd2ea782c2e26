import * as fc from 'fast-check';
import { addDays } from '#src/domain/calendar.ts';
import type { License } from '#src/domain/license.ts';
import { canonicalTerm } from '#src/domain/term.ts';
import { aLicense, anAccount, anOrder, aRegistration, codeNumbered, today } from '#test/domain/examples.ts';
import { aServiceMerge } from '#test/domain/merging/merge-examples.ts';
import type { Said, World } from '#test/domain/world.ts';

/** Something that happens: it looks at the world as it is and says a message, or nothing when there is nothing to say it of. */
export interface Event {
  readonly days: number;
  readonly approve: boolean;
  readonly say: (world: World) => Said | undefined;
}

const accountId = fc.constantFrom('a1', 'a2', 'a3');
const reseller = fc.constantFrom('northwind', 'northwind', 'northwind', 'northwind', 'northwind', 'contoso');
const seats = fc.constantFrom(1, 5, 10, 20, 40);
const pick = fc.nat({ max: 30 });

export const accounts = fc.tuple(
  ...['a1', 'a2', 'a3'].map((id) =>
    fc
      .record({
        reseller: fc.constantFrom('northwind', 'northwind', 'northwind', null, 'contoso'),
        region: fc.constantFrom('emea', 'emea', 'emea', 'emea', 'apac'),
      })
      .map((changes) => anAccount(id, changes)),
  ),
);

export const holdings = fc
  .array(
    fc.record({
      account: accountId,
      pid: fc.constantFrom(
        '100101EN01',
        '100501EN01',
        '100501DE01',
        '100502EN01',
        '100502EN01',
        '100102EN01',
      ),
      type: fc.constantFrom('retail', 'retail', 'oem', 'reseller', 'protectlink'),
      edition: fc.constantFrom('full', 'full', 'full', 'full', 'trial'),
      status: fc.constantFrom(
        'active',
        'active',
        'active',
        'active',
        'active',
        'active',
        'expired',
        'suspended',
        'revoked',
      ),
      seats,
      days: fc.integer({ min: -60, max: 900 }),
    }),
    { minLength: 4, maxLength: 12, size: 'max' },
  )
  .map((rows): readonly License[] =>
    rows.map(({ days, ...license }, i) => ({
      ...aLicense(),
      ...license,
      id: `owned-${i}`,
      activationCode: codeNumbered('activation-code', 'OS', i + 1),
      validThrough: addDays(today, days),
    })),
  );

const order = fc
  .record({
    reseller,
    account: fc.option(accountId, { nil: undefined, freq: 6 }),
    suite: fc.constantFrom('SPC', 'SPC', 'SPX'),
    seats,
    months: fc.integer({ min: 1, max: 36 }),
    startsIn: fc.integer({ min: -30, max: 30 }),
    keep: fc.nat({ max: 60 }),
    allowFewerSeats: fc.boolean(),
    register: fc.boolean(),
  })
  .map(({ account, months, startsIn, keep, register, ...rest }) => (world: World): Said => {
    const { licenses } = world.now();
    const kept = licenses[keep];
    const content = anOrder({
      ...rest,
      customer: { account, company: 'ACME GmbH', email: 'it@acme.example' },
      term: canonicalTerm(months),
      startsOn: addDays(world.today, startsIn),
      keep: kept ? [kept.activationCode] : [],
      ...(register &&
        account !== undefined && { register: { acceptedAgreementAt: `${world.today}T00:00:00Z` } }),
    });
    return { kind: 'order', content };
  });

const registration = fc
  .record({
    reseller,
    key: pick,
    account: accountId,
    isNew: fc.constantFrom(false, false, false, true),
    selected: fc.option(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), { nil: undefined }),
  })
  .map(({ key, account, isNew, selected, reseller }) => (world: World): Said | undefined => {
    const { keys } = world.issued();
    const named = keys[key % keys.length];
    if (!named) return undefined;
    const owner = {
      id: `new-${key}`,
      company: 'New',
      email: 'it@new.example',
      country: 'DE',
      region: 'emea',
    };
    const who = isNew ? { account: undefined, newAccount: owner } : { account: named.account ?? account };
    const select = selected && named.components.filter((_, i) => selected[i]).map(({ name }) => name);
    return { kind: 'registration', content: aRegistration(named, { reseller, select, ...who }) };
  });

const serviceMerge = fc
  .record({
    accounts: fc.shuffledSubarray(['a1', 'a2', 'a3'], { minLength: 2, maxLength: 2 }),
    reseller: fc.constantFrom('northwind', undefined, undefined),
  })
  .map(({ accounts: [into = 'a1', from = 'a1'], reseller }) => (): Said => {
    return { kind: 'merge', content: aServiceMerge({ into, from, reseller }) };
  });

const onPremisesMerge = fc
  .record({
    retain: pick,
    merge: fc.option(fc.uniqueArray(pick, { minLength: 1, maxLength: 3 }), { nil: undefined }),
  })
  .map(({ retain, merge }) => (world: World): Said | undefined => {
    const all = world.now().licenses.filter(({ pid }) => pid.startsWith('100501'));
    const retained = all[retain % all.length];
    if (!retained) return undefined;
    const own = all.filter(({ account, id }) => account === retained.account && id !== retained.id);
    const chosen = new Set(merge?.flatMap((at) => own[at % own.length]?.activationCode ?? []));
    const content = {
      kind: 'on-premises',
      requestNumber: 'MR-78',
      requestedAt: `${world.today}T00:00:00Z`,
      account: retained.account,
      retain: retained.activationCode,
      ...(chosen.size > 0 && { merge: [...chosen] }),
    } as const;
    return { kind: 'merge', content };
  });

const everyKind: readonly fc.Arbitrary<Event['say']>[] = [
  order,
  order,
  registration,
  registration,
  serviceMerge,
  onPremisesMerge,
];

export const events = fc.array(
  fc.record({ days: fc.constantFrom(0, 0, 0, 1, 40), approve: fc.boolean(), say: fc.oneof(...everyKind) }),
  { minLength: 5, maxLength: 25, size: 'max' },
);
