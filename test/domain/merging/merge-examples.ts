import type { Account } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import type { MergeHoldings } from '#src/domain/merging/merge-holdings.ts';
import type { OnPremisesMergeRequest, ServiceMergeRequest } from '#src/domain/merging/merge-request.ts';
import { aLicense, anAccount } from '#test/domain/examples.ts';

/** `acme-branch` into `acme`, for the service WFBS-SVC. */
export function aServiceMerge(changes: Partial<ServiceMergeRequest> = {}): ServiceMergeRequest {
  return {
    reseller: 'northwind',
    requestNumber: 'MR-77',
    requestedAt: '2026-06-15T09:30:00Z',
    kind: 'service',
    product: 'WFBS-SVC',
    into: 'acme',
    from: 'acme-branch',
    ...changes,
  };
}

/** Within `acme`, whatever else there is of the product into the license given. */
export function anOnPremisesMerge(
  retain: License,
  changes: Partial<OnPremisesMergeRequest> = {},
): OnPremisesMergeRequest {
  return {
    reseller: 'northwind',
    requestNumber: 'MR-78',
    requestedAt: '2026-06-15T09:30:00Z',
    kind: 'on-premises',
    account: 'acme',
    retain: retain.activationCode,
    ...changes,
  };
}

/** A retail license of the service WFBS-SVC, of account `acme` unless told otherwise. */
export function aServiceLicense(changes: Partial<License> = {}): License {
  return aLicense({ pid: '100502EN01', ...changes });
}

/** A retail license of WFBS on premises, of account `acme` unless told otherwise. */
export function aPremisesLicense(changes: Partial<License> = {}): License {
  return aLicense({ pid: '100501EN01', ...changes });
}

/** Accounts `acme` and `acme-branch` of northwind, unless others are given, with the licenses. */
export function knowing(
  licenses: readonly License[],
  accounts: readonly Account[] = [anAccount(), anAccount('acme-branch')],
  survivors: readonly (readonly [License, License])[] = [],
  survivingAccounts: ReadonlyMap<string, Account> = new Map(),
): MergeHoldings {
  return {
    accounts: new Map(accounts.map((account) => [account.id, account])),
    survivingAccounts,
    licenses,
    survivors: new Map(survivors.map(([merged, survivor]) => [merged.id, survivor])),
  };
}
