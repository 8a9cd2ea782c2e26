import type { LicenseStatus } from '#src/domain/license.ts';
import { activationCode, type GivenAccount, type GivenLicense } from '#test/fulfillment/given-holdings.ts';
import { day } from '#test/fulfillment/messages-by-hand.ts';

/** A merge request with what is held before it, and how it must end; the same over HTTP and through a queue. */
export interface MergeCase {
  readonly accounts: readonly GivenAccount[];
  readonly licenses: readonly GivenLicense[];
  /** Without number, instant and reseller: it is northwind's. */
  readonly request: object;
  readonly expected: ExpectedEnd;
}

export type ExpectedEnd =
  | { readonly status: 'rejected' | 'held'; readonly code: string }
  | {
      readonly status: 'fulfilled';
      readonly survivor: {
        readonly activationCode: string;
        readonly account: string;
        readonly seats: number;
        readonly validThrough: string;
      };
      /** Activation Codes. */
      readonly merged: readonly string[];
      /** The account that has no active license left and follows the survivor's. */
      readonly emptied?: string;
    };

/** A case that can be played any number of times in one ledger, each time by accounts and codes of its own. */
export interface CaseRow {
  readonly name: string;
  readonly play: (cast: Cast) => MergeCase;
}

/** Who and what a case is about. */
export interface Cast {
  readonly into: string;
  readonly from: string;
  /** A code that is no other case's. */
  readonly code: (number: number, prefix?: string) => string;
  /** A license of WFBS-SVC, by default `into`'s, retail, 50 seats, 100 days. */
  readonly service: (number: number, changes?: Changes) => GivenLicense;
  /** A license of WFBS on premises, of `into`'s. */
  readonly premises: (number: number, changes?: Changes) => GivenLicense;
  readonly serviceRequest: (changes?: object) => object;
  /** Within `into`; the numbers are those of the codes. */
  readonly premisesRequest: (retain: number, merge?: readonly number[]) => object;
}

export type Changes = Partial<GivenLicense>;

const codesPerCast = 30;

export function castOf(number: number): Cast {
  const [into, from] = [`into-${number}`, `from-${number}`];
  const code = (i: number, prefix = 'WF') => activationCode(prefix, number * codesPerCast + i);
  return {
    into,
    from,
    code,
    service: (i, changes) => ({
      account: into,
      activationCode: code(i, 'WS'),
      pid: '100502EN01',
      seats: 50,
      validThrough: day(100),
      ...changes,
    }),
    premises: (i, changes) => ({
      account: into,
      activationCode: code(i),
      pid: '100501EN01',
      seats: 50,
      validThrough: day(100),
      ...changes,
    }),
    serviceRequest: (changes) => ({ kind: 'service', product: 'WFBS-SVC', into, from, ...changes }),
    premisesRequest: (retain, merge) => ({
      kind: 'on-premises',
      account: into,
      retain: code(retain),
      ...(merge && { merge: merge.map((i) => code(i)) }),
    }),
  };
}

/** Both northwind's and of one region. */
export function bothAccounts({ into, from }: Cast): readonly GivenAccount[] {
  return [
    { id: into, reseller: 'northwind' },
    { id: from, reseller: 'northwind' },
  ];
}

export function refused(code: string): ExpectedEnd {
  return { status: 'rejected', code };
}

export function held(code: string): ExpectedEnd {
  return { status: 'held', code };
}

/** Changes that make a license unusable, by the code that says so. */
export const unusable = {
  MERGE_EXPIRED: [{ status: 'expired', validThrough: day(-1) }, { validThrough: day(-1) }],
  MERGE_NOT_USABLE: [{ status: 'suspended' }, { status: 'revoked' }],
} as const satisfies Record<string, readonly { status?: LicenseStatus; validThrough?: string }[]>;
