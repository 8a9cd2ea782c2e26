import { unusable, type CaseRow } from '#test/merging/merge-case.ts';
import { mergedBefore, premises, service, twoServices } from '#test/merging/refused-case.ts';

/** Checks 1 to 7 of rules §5.3, and that an earlier one decides before a later one. */
export const earlyCheckCases: readonly CaseRow[] = [
  service('1: both sides are the same account', 'MERGE_SAME_LICENSE', (cast) => ({
    licenses: [cast.service(0)],
    request: cast.serviceRequest({ from: cast.into }),
  })),
  service('1 before 2: both sides are the same unknown account', 'MERGE_SAME_LICENSE', (cast) => ({
    licenses: [],
    request: cast.serviceRequest({ into: 'nobody', from: 'nobody' }),
  })),
  premises('1: a license into itself', 'MERGE_SAME_LICENSE', [{}, {}], (cast) =>
    cast.premisesRequest(0, [0, 1]),
  ),
  premises('1 before 2: an unknown license into itself', 'MERGE_SAME_LICENSE', [{}, {}], (cast) =>
    cast.premisesRequest(9, [9]),
  ),
  service('2: into an account that does not exist', 'UNKNOWN_ACCOUNT', (cast) => ({
    licenses: [cast.service(1, { account: cast.from })],
    request: cast.serviceRequest({ into: 'nobody' }),
  })),
  service('2: from an account that does not exist', 'UNKNOWN_ACCOUNT', (cast) => ({
    licenses: [cast.service(0)],
    request: cast.serviceRequest({ from: 'nobody' }),
  })),
  service("2: from another reseller's account", 'UNKNOWN_ACCOUNT', (cast) => ({
    accounts: [
      { id: cast.into, reseller: 'northwind' },
      { id: cast.from, reseller: 'southwind' },
    ],
    ...twoServices(cast),
  })),
  service("2: into another reseller's account", 'UNKNOWN_ACCOUNT', (cast) => ({
    accounts: [
      { id: cast.into, reseller: 'southwind' },
      { id: cast.from, reseller: 'northwind' },
    ],
    ...twoServices(cast),
  })),
  service('2: a product that the catalog does not have', 'UNKNOWN_PRODUCT', (cast) => ({
    ...twoServices(cast),
    request: cast.serviceRequest({ product: 'Nonesuch' }),
  })),
  premises('2: in an account that does not exist', 'UNKNOWN_ACCOUNT', [{}, {}], (cast) => ({
    ...cast.premisesRequest(0),
    account: 'nobody',
  })),
  premises('2: a license to retain that nobody has', 'UNKNOWN_LICENSE', [{}, {}], (cast) =>
    cast.premisesRequest(9, [0]),
  ),
  premises('2: a license to merge that nobody has', 'UNKNOWN_LICENSE', [{}, {}], (cast) =>
    cast.premisesRequest(0, [1, 9]),
  ),
  service("2: a license that is another account's", 'UNKNOWN_LICENSE', (cast) => ({
    licenses: [cast.premises(0), cast.premises(1, { account: cast.from })],
    request: cast.premisesRequest(0, [1]),
  })),
  service('3: a service that does not merge', 'MERGE_NOT_SUPPORTED', (cast) => ({
    licenses: [
      cast.service(0, { pid: '100204EN01' }),
      cast.service(1, { pid: '100204EN01', account: cast.from }),
    ],
    request: cast.serviceRequest({ product: 'Hosted Email Security' }),
  })),
  service('3: an on-premises product as a service', 'MERGE_NOT_SUPPORTED', (cast) => ({
    licenses: [cast.premises(0), cast.premises(1, { account: cast.from })],
    request: cast.serviceRequest({ product: 'WFBS' }),
  })),
  premises('3: a service on premises', 'MERGE_NOT_SUPPORTED', [{ pid: '100502EN01' }, { pid: '100502EN01' }]),
  premises('3: a product that does not merge', 'MERGE_NOT_SUPPORTED', [
    { pid: '100101EN01' },
    { pid: '100101EN01' },
  ]),
  service(
    '3 before 4: of a service that does not merge nobody has a license',
    'MERGE_NOT_SUPPORTED',
    (cast) => ({
      licenses: [],
      request: cast.serviceRequest({ product: '100204EN01' }),
    }),
  ),
  service('4: the account merged from has no license of the product', 'MERGE_NO_LICENSE', (cast) => ({
    licenses: [cast.service(0), cast.premises(1, { account: cast.from })],
    request: cast.serviceRequest(),
  })),
  service('4: the account merged into has no license of the product', 'MERGE_NO_LICENSE', (cast) => ({
    licenses: [cast.service(1, { account: cast.from })],
    request: cast.serviceRequest(),
  })),
  premises('4: there is no other license', 'MERGE_NO_LICENSE', [{}]),
  service('4 before 6: one side has none, the other an expired one', 'MERGE_NO_LICENSE', (cast) => ({
    licenses: [cast.service(0, unusable.MERGE_EXPIRED[0])],
    request: cast.serviceRequest(),
  })),
  service(
    '5 before 6: one side was merged before, the other has expired',
    'MERGE_ALREADY_MERGED',
    (cast) => ({
      ...mergedBefore(cast, cast.service(1, { account: cast.from })),
      also: [cast.service(0, unusable.MERGE_EXPIRED[0])],
    }),
  ),
  service('5: the license merged from was merged before', 'MERGE_ALREADY_MERGED', (cast) => ({
    ...mergedBefore(cast, cast.service(1, { account: cast.from })),
    also: [cast.service(0)],
  })),
  service('5: the license merged into was merged before', 'MERGE_ALREADY_MERGED', (cast) => ({
    ...mergedBefore(cast, cast.service(0)),
    also: [cast.service(1, { account: cast.from })],
  })),
  service('5: the license to retain was merged before', 'MERGE_ALREADY_MERGED', (cast) => ({
    ...mergedBefore(cast, cast.premises(0)),
    also: [cast.premises(1)],
    request: cast.premisesRequest(0),
  })),
  service('5: a chosen license was merged before', 'MERGE_ALREADY_MERGED', (cast) => ({
    ...mergedBefore(cast, cast.premises(1)),
    also: [cast.premises(0), cast.premises(2)],
    request: cast.premisesRequest(0, [1, 2]),
  })),
  ...(['MERGE_EXPIRED', 'MERGE_NOT_USABLE'] as const).flatMap((code) =>
    unusable[code].flatMap((changes) => {
      const check = `${code === 'MERGE_EXPIRED' ? 6 : 7}: ${JSON.stringify(Object.keys(changes))} ${'status' in changes ? changes.status : 'passed'}`;
      return [
        service(`${check}, merged from`, code, (cast) => twoServices(cast, {}, changes)),
        service(`${check}, merged into`, code, (cast) => twoServices(cast, changes, {})),
        premises(`${check}, to retain`, code, [changes, {}]),
        premises(`${check}, the only other one`, code, [{}, changes]),
        premises(`${check}, chosen`, code, [{}, {}, changes], (cast) => cast.premisesRequest(0, [1, 2])),
      ];
    }),
  ),
  service('6 before 7: one side is suspended, the other has expired', 'MERGE_EXPIRED', (cast) =>
    twoServices(cast, unusable.MERGE_NOT_USABLE[0], unusable.MERGE_EXPIRED[0]),
  ),
  service('7 before 8: one side is a trial, the other revoked', 'MERGE_NOT_USABLE', (cast) =>
    twoServices(cast, { edition: 'trial' }, unusable.MERGE_NOT_USABLE[1]),
  ),
];
