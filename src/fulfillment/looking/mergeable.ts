import { productOfPid, type Product } from '#src/domain/catalog.ts';
import type { Reason } from '#src/domain/decision.ts';
import type { Account } from '#src/domain/holdings.ts';
import { productFamily, statusOn, type License, type LicenseStatus } from '#src/domain/license.ts';
import { planMerge } from '#src/domain/merging/plan-merge.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import {
  mostPartners,
  premisesPartners,
  servicePartners,
  type Looking,
  type MergePartner,
  type Neighbours,
  type Partners,
} from '#src/fulfillment/looking/merge-partners.ts';
import { existsFor, shownCode, type Viewer } from '#src/fulfillment/looking/visibility.ts';
import { inTransaction, type Transaction } from '#src/persistence/database.ts';
import { findAccounts, findLicensesOfAccounts, findMergeChain } from '#src/persistence/ledger.ts';
import { findSurvivors } from '#src/persistence/locks.ts';
import { findFamilyLicenses, findNeighbours } from '#src/persistence/neighbours.ts';
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
  /** With this license retained: an entry for each other license of the account, or each account that has the service; 100 at most. */
  readonly with: readonly MergePartner[];
  /** How many further partners are not listed. */
  readonly more?: number;
  /** When there is nobody to merge with at all: why. */
  readonly reason?: Reason;
}

/** A page of the list, by PID, then code of the license; a product whose licenses go on stands on the next page again. */
export interface MergeablePage {
  readonly products: readonly MergeableProduct[];
  /** Id of the last license shown, when there are more after it. */
  readonly next: string | undefined;
}

export interface MergeableWanted {
  /** Licenses at most. */
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/**
 * Runs the checks of a merge request for the pairs that the account's products offer. Has no effect. Partners of a service merge are
 * the other accounts of the same reseller that have the service; to an operator also nobody's accounts when this one is nobody's. A
 * reseller is told of no account but its own. What a page costs grows with the account's licenses, not with their pairs.
 * @returns undefined when there is no such account, or it is another reseller's
 */
export function mergeable(
  fulfillment: Fulfillment,
  account: string,
  viewer: Viewer,
  wanted: MergeableWanted = { limit: mostPartners },
): Promise<MergeablePage | undefined> {
  // In a transaction for its one connection and one moment; it writes nothing.
  return inTransaction(fulfillment.database, (tx) => mergeableIn(tx, fulfillment, account, viewer, wanted));
}

async function mergeableIn(
  tx: Transaction,
  { catalog }: Fulfillment,
  id: string,
  viewer: Viewer,
  { limit, after }: MergeableWanted,
): Promise<MergeablePage | undefined> {
  const [account] = await findAccounts(tx, [id]);
  if (!account || !existsFor(account, viewer)) return undefined;
  const [{ today }, own] = await Promise.all([transactionTime(tx), findLicensesOfAccounts(tx, [id])]);
  const start = after === undefined ? 0 : own.findIndex((license) => license.id === after) + 1;
  const shown = own.slice(start, start + limit);
  const siblings = Map.groupBy(own, (license) => productFamily(license.pid));
  const families = [...new Set(shown.map(({ pid }) => productFamily(pid)))];
  const products = families.flatMap((family) => {
    const [first] = siblings.get(family) ?? [];
    const product = first && productOfPid(catalog, first.pid);
    return product ? [{ family, product }] : [];
  });
  const neighbours = await loadNeighbours(
    tx,
    account,
    viewer,
    products.flatMap(({ family, product }) => (product.delivery === 'service' ? [family] : [])),
  );
  const beyond = [...own, ...neighbours.licenses].flatMap(({ mergedInto }) => mergedInto ?? []);
  const chain = new Map(
    [...own, ...neighbours.licenses, ...(await findMergeChain(tx, [...new Set(beyond)]))].map((license) => [
      license.id,
      license,
    ]),
  );
  const look: Looking = {
    account,
    viewer,
    today,
    plan: (request, holdings) => planMerge(request, holdings, catalog, today),
    survivingAccounts: await findSurvivingAccounts(tx, [account, ...neighbours.accounts]),
    survivorOf: (license) => {
      let at: License | undefined = license;
      while (at?.mergedInto) at = chain.get(at.mergedInto);
      return at;
    },
  };
  const described = products.map(({ family, product }): MergeableProduct => {
    const ofFamily = siblings.get(family) ?? [];
    const partnersOf =
      product.delivery === 'service'
        ? servicePartners(product, ofFamily, neighbours, look)
        : premisesPartners(ofFamily, look);
    const licenses = shown
      .filter(({ pid }) => productFamily(pid) === family)
      .map((license) => describe(license, partnersOf(license), product, look));
    return { product: product.name, pid: product.pid, kind: product.delivery, licenses };
  });
  return {
    products: described,
    next: start + shown.length < own.length ? shown.at(-1)?.id : undefined,
  };
}

async function loadNeighbours(
  tx: Transaction,
  account: Account,
  viewer: Viewer,
  families: readonly string[],
): Promise<Neighbours> {
  if (families.length === 0 || (viewer.kind !== 'operator' && account.reseller === null))
    return { accounts: [], licenses: [] };
  const ids = await findNeighbours(tx, account, families, mostPartners);
  const [accounts, licenses] = await Promise.all([
    findAccounts(tx, ids),
    findFamilyLicenses(tx, ids, families, mostPartners),
  ]);
  const byId = new Map(accounts.map((one) => [one.id, one]));
  return {
    accounts: ids.flatMap((id) => byId.get(id) ?? []).filter((one) => existsFor(one, viewer)),
    licenses,
  };
}

async function findSurvivingAccounts(
  tx: Transaction,
  accounts: readonly Account[],
): Promise<ReadonlyMap<string, Account>> {
  const merged = accounts.filter(({ mergedInto }) => mergedInto !== null).map(({ id }) => id);
  if (merged.length === 0) return new Map();
  const survivors = await findSurvivors(tx, merged);
  const byId = new Map((await findAccounts(tx, [...survivors.values()])).map((one) => [one.id, one]));
  return new Map(
    [...survivors].flatMap(([id, survivor]): readonly [string, Account][] => {
      const found = byId.get(survivor);
      return found ? [[id, found]] : [];
    }),
  );
}

function describe(
  license: License,
  { with: partners, more }: Partners,
  product: Product,
  { account, viewer, today }: Looking,
): MergeableLicense {
  const { pid, seats, validThrough, type, edition } = license;
  return {
    activationCode: shownCode(license.activationCode, account, viewer),
    pid,
    seats,
    validThrough,
    type,
    edition,
    status: statusOn(license, today),
    with: partners,
    ...(more > 0 && { more }),
    ...(partners.length === 0 && { reason: loneReason(product) }),
  };
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
