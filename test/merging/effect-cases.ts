import { day } from '#test/fulfillment/messages-by-hand.ts';
import { bothAccounts, type CaseRow, type Cast } from '#test/merging/merge-case.ts';

/** What a merge does where it does something (rules §5.4), and whom it takes along. */
export const effectCases: readonly CaseRow[] = [
  premises(
    'exactly two: the other one merges by itself',
    [
      [50, 100],
      [50, 100],
    ],
    undefined,
    [100, 100],
  ),
  premises(
    'the date is weighed by seat-days and rounded up',
    [
      [10, 100],
      [20, 101],
    ],
    undefined,
    [30, 101],
  ),
  premises(
    'a small license hardly moves the date of a large one',
    [
      [1000, 100],
      [1, 1100],
    ],
    undefined,
    [1001, 101],
  ),
  premises(
    'never later than the latest',
    [
      [7, 30],
      [3, 30],
    ],
    undefined,
    [10, 30],
  ),
  premises(
    'that ends today is active still',
    [
      [10, 0],
      [30, 100],
    ],
    undefined,
    [40, 75],
  ),
  premises(
    'of three, one is chosen: the third stays',
    [
      [10, 100],
      [20, 100],
      [30, 100],
    ],
    [1],
    [30, 100],
  ),
  premises(
    'of three, both are chosen: one step, not two',
    [
      [1, 1],
      [1, 1],
      [1, 2],
    ],
    [1, 2],
    [3, 2],
  ),
  premises(
    'of four, three are chosen',
    [
      [10, 10],
      [10, 20],
      [10, 30],
      [10, 41],
    ],
    [1, 2, 3],
    [40, 26],
  ),
  {
    name: 'takes type, PID and Activation Code from the survivor, whatever the variant of the other',
    play: (cast) => ({
      accounts: bothAccounts(cast),
      licenses: [
        cast.service(0, { pid: '100502DE01', type: 'oem' }),
        cast.service(1, { pid: '100502EN01', account: cast.from }),
      ],
      request: cast.serviceRequest(),
      expected: {
        status: 'fulfilled',
        survivor: {
          activationCode: cast.code(0, 'WS'),
          account: cast.into,
          seats: 100,
          validThrough: day(100),
        },
        merged: [cast.code(1, 'WS')],
        emptied: cast.from,
      },
    }),
  },
  {
    name: 'leaves an account with another active license where it is',
    play: (cast) => ({
      accounts: bothAccounts(cast),
      licenses: [
        cast.service(0),
        cast.service(1, { account: cast.from }),
        cast.premises(2, { account: cast.from, edition: 'trial' }),
      ],
      request: cast.serviceRequest({ product: '100502EN01' }),
      expected: {
        status: 'fulfilled',
        survivor: {
          activationCode: cast.code(0, 'WS'),
          account: cast.into,
          seats: 100,
          validThrough: day(100),
        },
        merged: [cast.code(1, 'WS')],
      },
    }),
  },
  {
    name: "of accounts that are nobody's yet is done for any reseller",
    play: (cast) => ({
      accounts: bothAccounts(cast).map((account) => ({ ...account, reseller: null })),
      licenses: [
        cast.premises(0, { account: cast.from }),
        cast.service(0),
        cast.service(1, { account: cast.from }),
      ],
      request: cast.serviceRequest(),
      expected: {
        status: 'fulfilled',
        survivor: {
          activationCode: cast.code(0, 'WS'),
          account: cast.into,
          seats: 100,
          validThrough: day(100),
        },
        merged: [cast.code(1, 'WS')],
      },
    }),
  },
];

/**
 * @param given seats and days left of each license; the first is retained
 * @param choice the numbers of those that the request names
 * @param then seats and days left of the survivor
 */
function premises(
  name: string,
  given: readonly (readonly [number, number])[],
  choice: readonly number[] | undefined,
  [seats, daysLeft]: readonly [number, number],
): CaseRow {
  const merged = choice ?? [1];
  return {
    name,
    play: (cast: Cast) => ({
      accounts: bothAccounts(cast),
      licenses: given.map(([each, left], i) => cast.premises(i, { seats: each, validThrough: day(left) })),
      request: cast.premisesRequest(0, choice),
      expected: {
        status: 'fulfilled',
        survivor: { activationCode: cast.code(0), account: cast.into, seats, validThrough: day(daysLeft) },
        merged: merged.map((i) => cast.code(i)),
      },
    }),
  };
}
