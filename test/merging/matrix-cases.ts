import { licenseTypes } from '#src/domain/license.ts';
import { day } from '#test/fulfillment/messages-by-hand.ts';
import {
  bothAccounts,
  held,
  refused,
  type CaseRow,
  type Cast,
  type ExpectedEnd,
} from '#test/merging/merge-case.ts';

/** Row: the survivor's type; column: the type of what merges into it (rules §5.1, §5.3 checks 13 and 14). */
const published = {
  reseller: { reseller: 'held', retail: 'yes', oem: 'yes', protectlink: 'no' },
  retail: { reseller: 'yes', retail: 'yes', oem: 'yes', protectlink: 'no' },
  oem: { reseller: 'yes', retail: 'yes', oem: 'yes', protectlink: 'no' },
  protectlink: { reseller: 'no', retail: 'no', oem: 'no', protectlink: 'no' },
} as const;

/** 10 seats for 100 days and 30 seats for 200 days are 40 seats for 175 days. */
const retained = { seats: 10, validThrough: day(100) } as const;
const merging = { seats: 30, validThrough: day(200) } as const;
const together = { seats: 40, validThrough: day(175) } as const;

/** All 16 cells, for both kinds of request. */
export const matrixCases: readonly CaseRow[] = licenseTypes.flatMap((survivor) =>
  licenseTypes.flatMap((merged): readonly CaseRow[] => {
    const answer = published[survivor][merged];
    return [
      {
        name: `${merged} into ${survivor}, a service: ${answer}`,
        play: (cast) => ({
          accounts: bothAccounts(cast),
          licenses: [
            cast.service(0, { ...retained, type: survivor }),
            cast.service(1, { ...merging, type: merged, account: cast.from }),
          ],
          request: cast.serviceRequest(),
          expected: expectedOf(answer, cast, 'WS', cast.from),
        }),
      },
      {
        name: `${merged} into ${survivor}, on premises: ${answer}`,
        play: (cast) => ({
          accounts: [{ id: cast.into, reseller: 'northwind' }],
          licenses: [
            cast.premises(0, { ...retained, type: survivor }),
            cast.premises(1, { ...merging, type: merged }),
          ],
          request: cast.premisesRequest(0),
          expected: expectedOf(answer, cast, 'WF'),
        }),
      },
    ];
  }),
);

function expectedOf(
  answer: 'yes' | 'no' | 'held',
  { into, code }: Cast,
  prefix: string,
  emptied?: string,
): ExpectedEnd {
  switch (answer) {
    case 'held':
      return held('MERGE_RESELLER_WITH_RESELLER');
    case 'no':
      return refused('MERGE_TYPES_NOT_ALLOWED');
    case 'yes':
      return {
        status: 'fulfilled',
        survivor: { activationCode: code(0, prefix), account: into, ...together },
        merged: [code(1, prefix)],
        ...(emptied !== undefined && { emptied }),
      };
  }
}
