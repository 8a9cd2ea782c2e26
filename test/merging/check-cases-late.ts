import { day } from '#test/fulfillment/messages-by-hand.ts';
import {
  bothAccounts,
  held,
  unusable,
  type CaseRow,
  type Cast,
  type Changes,
  type ExpectedEnd,
} from '#test/merging/merge-case.ts';
import { premises, service, twoServices } from '#test/merging/refused-case.ts';

const trial = { edition: 'trial' } as const;

/** Checks 8 to 15 of rules §5.3, and that an earlier one decides before a later one. */
export const lateCheckCases: readonly CaseRow[] = [
  service('8: the license merged from is a trial', 'MERGE_TRIAL', (cast) => twoServices(cast, {}, trial)),
  service('8: the license merged into is a trial', 'MERGE_TRIAL', (cast) => twoServices(cast, trial, {})),
  premises('8: the license to retain is a trial', 'MERGE_TRIAL', [trial, {}]),
  premises('8: the other one is a trial', 'MERGE_TRIAL', [{}, trial]),
  service('8 before 9: a side has a license and a trial', 'MERGE_TRIAL', (cast) => ({
    ...twoServices(cast, trial, {}),
    also: [cast.service(2)],
  })),
  premises('8 before 10: of three, one is a trial', 'MERGE_TRIAL', [{}, {}, trial]),
  service('9: the side merged into has two active licenses', 'MERGE_SEVERAL_ACTIVE', (cast) => ({
    ...twoServices(cast),
    also: [cast.service(2)],
  })),
  service('9: the side merged from has two active licenses', 'MERGE_SEVERAL_ACTIVE', (cast) => ({
    ...twoServices(cast),
    also: [cast.service(2, { account: cast.from })],
  })),
  service(
    '9 before 14: two active licenses, of types that may not merge',
    'MERGE_SEVERAL_ACTIVE',
    (cast) => ({
      ...twoServices(cast, { type: 'protectlink' }),
      also: [cast.service(2)],
    }),
  ),
  service('9: two variants of one product are one family', 'MERGE_SEVERAL_ACTIVE', (cast) => ({
    ...twoServices(cast),
    also: [cast.service(2, { pid: '100502DE01' })],
  })),
  premises('10: three active licenses and none chosen', 'MERGE_CHOOSE_LICENSES', [{}, {}, {}]),
  premises('10 before 14: three, one of a type that may not merge', 'MERGE_CHOOSE_LICENSES', [
    {},
    {},
    { type: 'protectlink' },
  ]),
  premises('11: of another product family', 'MERGE_DIFFERENT_PRODUCTS', [{}, { pid: '100101EN01' }], (cast) =>
    cast.premisesRequest(0, [1]),
  ),
  premises(
    '11 before 14: of another family and a type that may not merge',
    'MERGE_DIFFERENT_PRODUCTS',
    [{}, { pid: '100101EN01', type: 'protectlink' }],
    (cast) => cast.premisesRequest(0, [1]),
  ),
  regions('12: accounts of different regions', held('MERGE_REGION_MISMATCH')),
  regions('12 before 13: resellers in different regions', held('MERGE_REGION_MISMATCH'), {
    type: 'reseller',
  }),
  regions('12 before 14: ProtectLink in different regions', held('MERGE_REGION_MISMATCH'), {
    type: 'protectlink',
  }),
  {
    name: '15: a perpetual license into one that ends, on premises',
    play: (cast) => ({
      accounts: bothAccounts(cast),
      licenses: [cast.premises(0), cast.premises(1, { validThrough: '9999-12-31', type: 'oem' })],
      request: cast.premisesRequest(0),
      expected: held('MERGE_PERPETUAL'),
    }),
  },
  {
    name: '15: a service that ends into a perpetual one',
    play: (cast) => ({
      ...twoServices(cast, { validThrough: '2099-12-31' }, { type: 'oem' }),
      accounts: bothAccounts(cast),
      expected: held('MERGE_PERPETUAL'),
    }),
  },
  heldCase('13: reseller with reseller, a service', (cast) =>
    twoServices(cast, { type: 'reseller' }, { type: 'reseller' }),
  ),
  heldCase('13: reseller with reseller, on premises', (cast) => ({
    licenses: [cast.premises(0, { type: 'reseller' }), cast.premises(1, { type: 'reseller' })],
    request: cast.premisesRequest(0),
  })),
  heldCase('13 before 14: into a reseller license, one of a reseller and one of ProtectLink', (cast) => ({
    licenses: [
      cast.premises(0, { type: 'reseller' }),
      cast.premises(1, { type: 'protectlink' }),
      cast.premises(2, { type: 'reseller' }),
    ],
    request: cast.premisesRequest(0, [1, 2]),
  })),
  service('14: ProtectLink into retail', 'MERGE_TYPES_NOT_ALLOWED', (cast) =>
    twoServices(cast, {}, { type: 'protectlink' }),
  ),
  premises(
    '14: of several, one may not merge',
    'MERGE_TYPES_NOT_ALLOWED',
    [{}, { type: 'oem' }, { type: 'protectlink' }],
    (cast) => cast.premisesRequest(0, [1, 2]),
  ),
  ...Object.entries(unusable).flatMap(([code, all]) =>
    all.map((changes) => ({
      name: `5 to 7: ${code} ${JSON.stringify(Object.keys(changes))} beside an active license does not matter`,
      play: (cast: Cast) => {
        const { licenses, request } = twoServices(cast);
        return {
          accounts: bothAccounts(cast),
          licenses: [
            ...licenses,
            cast.service(2, changes),
            cast.service(3, { ...changes, account: cast.from }),
          ],
          request,
          expected: twoMerged(cast),
        };
      },
    })),
  ),
];

function twoMerged({ into, from, code }: Cast): ExpectedEnd {
  const survivor = { activationCode: code(0, 'WS'), account: into, seats: 100, validThrough: day(100) };
  return { status: 'fulfilled', survivor, merged: [code(1, 'WS')], emptied: from };
}

function heldCase(
  name: string,
  given: (cast: Cast) => Pick<ReturnType<typeof twoServices>, 'licenses' | 'request'>,
): CaseRow {
  return {
    name: `${name}: MERGE_RESELLER_WITH_RESELLER`,
    play: (cast) => ({
      accounts: bothAccounts(cast),
      ...given(cast),
      expected: held('MERGE_RESELLER_WITH_RESELLER'),
    }),
  };
}

function regions(name: string, expected: ExpectedEnd, changes: Changes = {}): CaseRow {
  return {
    name,
    play: (cast) => ({
      ...twoServices(cast, changes, changes),
      accounts: [
        { id: cast.into, reseller: 'northwind', region: 'emea' },
        { id: cast.from, reseller: 'northwind', region: 'apac' },
      ],
      expected,
    }),
  };
}
