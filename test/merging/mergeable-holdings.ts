import type { Database } from '#src/persistence/database.ts';
import type { GivenAccount } from '#test/fulfillment/given-holdings.ts';
import { day } from '#test/fulfillment/messages-by-hand.ts';
import { givenMerged } from '#test/merging/given-merged.ts';
import { castOf, unusable, type Changes } from '#test/merging/merge-case.ts';

/** Accounts between which every check of a pair has something to say. */
export async function givenMergeable(database: Database): Promise<void> {
  const accounts = [...Object.keys(services), 'premises'].map((id): GivenAccount => ({
    id,
    reseller: 'northwind',
    ...(id === 'i-far' && { region: 'apac' }),
  }));
  const held = Object.entries(services).flatMap(([account, all]) =>
    all.map((changes) => ({ account, changes })),
  );
  await givenMerged(
    database,
    [
      ...accounts,
      { id: 'theirs', reseller: 'southwind' },
      { id: 'nobodys', reseller: null },
      { id: 'nobodys-too', reseller: null },
      { id: 'empty', reseller: 'northwind' },
    ],
    [
      ...held.map(({ account, changes }, i) => cast.service(i, { account, ...changes })),
      ...onPremises.map((changes, i) => cast.premises(i, { account: 'premises', ...changes })),
      cast.service(20, { account: 'theirs' }),
      cast.service(21, { account: 'nobodys' }),
      cast.service(22, { account: 'nobodys-too' }),
      cast.premises(23, { account: 'nobodys' }),
      cast.premises(24, { account: 'nobodys' }),
    ],
  );
}

export const cast = castOf(0);
const survivor = '00000000-0000-7000-8000-0000000000a1';
const merged = { status: 'merged', mergedInto: survivor } as const;

/** The WFBS-SVC licenses of each account of northwind's, numbered in this order. */
export const services: Readonly<Record<string, readonly Changes[]>> = {
  'a-reseller': [{ type: 'reseller', seats: 10 }],
  'a-second-reseller': [{ type: 'reseller' }],
  'b-retail': [{ type: 'retail', id: survivor, validThrough: day(300) }],
  'c-oem': [{ type: 'oem' }],
  'd-protectlink': [{ type: 'protectlink' }],
  'e-trial': [{ edition: 'trial' }],
  'f-expired': [unusable.MERGE_EXPIRED[1]],
  'g-suspended': [unusable.MERGE_NOT_USABLE[0]],
  'h-two': [{}, { pid: '100502DE01' }],
  'i-far': [{}],
  'j-merged': [merged],
  'k-expired-and-active': [unusable.MERGE_EXPIRED[0], {}, merged],
};

const onPremises: readonly Changes[] = [
  { type: 'reseller' },
  { type: 'reseller', seats: 7, validThrough: day(9) },
  { type: 'retail' },
  { type: 'oem', pid: '100501DE01' },
  { type: 'protectlink' },
  { edition: 'trial' },
  unusable.MERGE_EXPIRED[1],
  unusable.MERGE_NOT_USABLE[1],
  { pid: '100101EN01' },
  { pid: '100102EN01' },
  { pid: '100102DE01' },
];
