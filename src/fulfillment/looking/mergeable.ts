import { newId } from '#src/mechanisms/new-id.ts';
import { maskCode } from '#src/domain/code.ts';
import { productOfPid, type Product } from '#src/domain/catalog.ts';
import { productFamily, statusOn, type License, type LicenseStatus } from '#src/domain/license.ts';
import type { MergeHoldings } from '#src/domain/merging/merge-holdings.ts';
import type { MergeRequest } from '#src/domain/merging/merge-request.ts';
import type { Reason } from '#src/domain/decision.ts';
import { planMerge } from '#src/domain/merging/plan-merge.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { loadWorkingSet } from '#src/fulfillment/deciding/load-working-set.ts';
import { mergeHoldings } from '#src/fulfillment/deciding/merge-request.ts';
import type { Viewer } from '#src/fulfillment/looking/outcome.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';
import { inTransaction, type Transaction } from '#src/persistence/database.ts';
import { findNeighbours } from '#src/persistence/neighbours.ts';
import { transactionTime } from '#src/persistence/transaction-time.ts';

/** The "Merge Products" list of an account: per product its licenses, and what each could merge with, or why it could not. */
export interface MergeableProduct {
  readonly product: string;
  readonly pid: string;
  readonly kind: Product['delivery'];
  readonly licenses: readonly MergeableLicense[];
}

export interface MergeableLicense {
  readonly activationCode: string;
  readonly pid: string;
  readonly seats: number;
  readonly validThrough: string;
  readonly type: License['type'];
  readonly edition: License['edition'];
  readonly status: LicenseStatus;
  /** With this license retained: one entry for each other license of the account, or each account that has the service. */
  readonly with: readonly MergePartner[];
  /** When there is nobody to merge with at all: why. */
  readonly reason?: Reason;
}

export interface MergePartner {
  /** For a service: the account that would merge into this one. */
  readonly account?: string;
  /** On premises: the license that would merge into this one. */
  readonly activationCode?: string;
  /** `held`: a person would have to approve. */
  readonly mergeable: 'yes' | 'held' | 'no';
  readonly seats?: number;
  readonly validThrough?: string;
  readonly reason?: Reason;
}

/** Accounts that are looked at as partners of a service merge at most, by id. */
const mostNeighbours = 100;

/**
 * Runs the checks of a merge request for every pair that the account's products offer. Has no effect. Partners of a service merge are
 * the other accounts of the same reseller that have the service; to an operator also nobody's accounts when this one is nobody's. A
 * reseller is told of no account but its own.
 * @returns undefined when there is no such account, or it is another reseller's
 */
export function mergeable(
  fulfillment: Fulfillment,
  account: string,
  viewer: Viewer,
): Promise<readonly MergeableProduct[] | undefined> {
  // In a transaction for its one connection and one moment; it writes nothing.
  return inTransaction(fulfillment.database, (tx) => mergeableIn(tx, fulfillment, account, viewer));
}

async function mergeableIn(
  tx: Transaction,
  fulfillment: Fulfillment,
  account: string,
  viewer: Viewer,
): Promise<readonly MergeableProduct[] | undefined> {
  const { today } = await transactionTime(tx);
  const neighbours = await findNeighbours(tx, account, mostNeighbours);
  const reseller = viewer.kind === 'reseller' ? viewer.name : undefined;
  const names = [account, ...neighbours].map((into) => ({
    kind: 'service' as const,
    into,
    from: into,
    product: '',
    requestNumber: '',
    requestedAt: '',
    reseller,
  }));
  const set = await loadWorkingSet(
    tx,
    names.map((content) => ({
      kind: 'merge-request',
      id: newId(),
      reseller: null,
      number: '',
      fingerprint: '',
      account: content.into,
      content,
    })),
    new Map(),
  );
  const found = set.account(account);
  if (!found || (reseller !== undefined && found.reseller !== null && found.reseller !== reseller))
    return undefined;
  const partners = neighbours.filter(
    (id) => viewer.kind === 'operator' || set.account(id)?.reseller === viewer.name,
  );
  const shown = (code: string) =>
    viewer.kind === 'operator' || found.reseller === viewer.name ? code : maskCode(code);
  const byFamily = Map.groupBy(set.licenses(account), (license) => productFamily(license.pid));
  return [...byFamily.values()].flatMap((licenses) => {
    const product = licenses[0] && productOfPid(fulfillment.catalog, licenses[0].pid);
    if (!product) return [];
    const { name, pid, delivery } = product;
    const described = licenses.map((license): MergeableLicense => {
      const possible = partnersOf(set, fulfillment, product, license, licenses, {
        account,
        neighbours: partners,
        reseller,
        today,
        shown,
      });
      const { activationCode, seats, validThrough, type, edition } = license;
      return {
        activationCode: shown(activationCode),
        pid: license.pid,
        seats,
        validThrough,
        type,
        edition,
        status: statusOn(license, today),
        ...possible,
      };
    });
    return [{ product: name, pid, kind: delivery, licenses: described }];
  });
}

interface Looking {
  readonly account: string;
  readonly neighbours: readonly string[];
  readonly reseller: string | undefined;
  readonly today: string;
  readonly shown: (code: string) => string;
}

function partnersOf(
  set: WorkingSet,
  { catalog }: Fulfillment,
  product: Product,
  license: License,
  siblings: readonly License[],
  { account, neighbours, reseller, today, shown }: Looking,
): Pick<MergeableLicense, 'with' | 'reason'> {
  const head = { requestNumber: '', requestedAt: '', reseller };
  const requests: readonly (readonly [Pick<MergePartner, 'account' | 'activationCode'>, MergeRequest])[] =
    product.delivery === 'service'
      ? neighbours
          .filter((id) =>
            set.licenses(id).some(({ pid }) => productFamily(pid) === productFamily(product.pid)),
          )
          .map((from) => [
            { account: from },
            { ...head, kind: 'service', product: product.name, into: account, from },
          ])
      : siblings
          .filter(({ id }) => id !== license.id)
          .map((other) => [
            { activationCode: shown(other.activationCode) },
            {
              ...head,
              kind: 'on-premises',
              account,
              retain: license.activationCode,
              merge: [other.activationCode],
            },
          ]);
  const partners = requests.map(([partner, request]): MergePartner => {
    const holdings = mergeHoldings(set, request);
    const seen = request.kind === 'service' ? retaining(license, siblings, holdings, today) : holdings;
    const decision = planMerge(request, seen, catalog, today);
    switch (decision.outcome) {
      case 'planned':
        return { ...partner, mergeable: 'yes', ...decision.plan.after };
      case 'held':
        return { ...partner, mergeable: 'held', reason: decision.reason };
      case 'rejected':
        return { ...partner, mergeable: 'no', reason: decision.reason };
    }
  });
  if (partners.length > 0) return { with: partners };
  return { with: [], reason: loneReason(product) };
}

/**
 * A service request names accounts and retains their active license. Asked here is whether this very license could be retained: when it
 * is not active and another is, it is looked at alone, so that the checks say what is wrong with it.
 */
function retaining(
  license: License,
  siblings: readonly License[],
  holdings: MergeHoldings,
  today: string,
): MergeHoldings {
  const active = siblings.filter((other) => statusOn(other, today) === 'active');
  if (active.length === 0 || active.includes(license)) return holdings;
  const others = new Set(siblings.flatMap(({ id }) => (id === license.id ? [] : [id])));
  return { ...holdings, licenses: holdings.licenses.filter(({ id }) => !others.has(id)) };
}

function loneReason(product: Product): Reason {
  if (!product.mergeable)
    return {
      code: 'MERGE_NOT_SUPPORTED',
      message: `${product.name} does not support merging; contact the vendor.`,
      details: {},
    };
  const message =
    product.delivery === 'service'
      ? `No other account of the reseller has ${product.name}; there is nothing to merge.`
      : `The account has no other license of ${product.name}; there is nothing to merge.`;
  return { code: 'MERGE_NO_LICENSE', message, details: {} };
}
