import { randomUUID } from 'node:crypto';
import type { GivenLicense } from '#test/fulfillment/given-holdings.ts';
import {
  bothAccounts,
  refused,
  type CaseRow,
  type Cast,
  type Changes,
  type MergeCase,
} from '#test/merging/merge-case.ts';

/** A case that ends as rejected; by default of two accounts of northwind's. */
export function service(name: string, code: string, given: (cast: Cast) => Given): CaseRow {
  return {
    name: `${name}: ${code}`,
    play: (cast) => {
      const { accounts = bothAccounts(cast), licenses, also = [], request } = given(cast);
      return { accounts, licenses: [...licenses, ...also], request, expected: refused(code) };
    },
  };
}

/** Of one account. @param request by default: to retain the first, without a choice */
export function premises(
  name: string,
  code: string,
  licenses: readonly Changes[],
  request: (cast: Cast) => object = (cast) => cast.premisesRequest(0),
): CaseRow {
  return service(name, code, (cast) => ({
    licenses: licenses.map((changes, i) => cast.premises(i, changes)),
    request: request(cast),
  }));
}

/** `from` into `into`, each with one license. */
export function twoServices(cast: Cast, into: Changes = {}, from: Changes = {}): Given {
  return {
    licenses: [cast.service(0, into), cast.service(1, { account: cast.from, ...from })],
    request: cast.serviceRequest(),
  };
}

/** The license was merged before, into one of a third account. */
export function mergedBefore(cast: Cast, license: GivenLicense): Given {
  const survivor = {
    ...license,
    id: randomUUID(),
    account: `third-${cast.into}`,
    activationCode: cast.code(20),
  };
  return {
    accounts: [...bothAccounts(cast), { id: survivor.account, reseller: 'northwind' }],
    licenses: [survivor, { ...license, status: 'merged', mergedInto: survivor.id }],
    request: cast.serviceRequest(),
  };
}

/** What is there, and what is asked. */
export interface Given {
  readonly accounts?: MergeCase['accounts'];
  readonly licenses: MergeCase['licenses'];
  readonly also?: MergeCase['licenses'];
  readonly request: object;
}
