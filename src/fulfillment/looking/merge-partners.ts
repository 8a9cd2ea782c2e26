import { type Product } from '#src/domain/catalog.ts';
import type { Reason } from '#src/domain/decision.ts';
import type { Account } from '#src/domain/holdings.ts';
import { productFamily, statusOn, type License } from '#src/domain/license.ts';
import type { MergeHoldings } from '#src/domain/merging/merge-holdings.ts';
import type { MergeRequest } from '#src/domain/merging/merge-request.ts';
import { planMerge } from '#src/domain/merging/plan-merge.ts';
import { resellerSeen, shownCode, type Viewer } from '#src/fulfillment/looking/visibility.ts';

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

/** Partners that are looked at for a license at most, by PID and code or by account. */
export const mostPartners = 100;

export interface Looking {
  readonly account: Account;
  readonly viewer: Viewer;
  readonly today: string;
  readonly plan: (request: MergeRequest, holdings: MergeHoldings) => ReturnType<typeof planMerge>;
  readonly survivorOf: (license: License) => License | undefined;
  /** By the id of those accounts that were merged. */
  readonly survivingAccounts: ReadonlyMap<string, Account>;
}

export interface Partners {
  readonly with: readonly MergePartner[];
  readonly more: number;
}

export interface Neighbours {
  readonly accounts: readonly Account[];
  /** Of the families that were asked for. */
  readonly licenses: readonly License[];
}

/** On premises every pair is looked at by itself: nothing else of the account bears on it. */
export function premisesPartners(
  siblings: readonly License[],
  look: Looking,
): (license: License) => Partners {
  const { account, viewer, plan } = look;
  const accounts = new Map([[account.id, account]]);
  return (license) => {
    const others = siblings.slice(0, mostPartners + 1).filter(({ id }) => id !== license.id);
    const listed = others.slice(0, mostPartners);
    return {
      more: siblings.length - 1 - listed.length,
      with: listed.map((other) => {
        const request: MergeRequest = {
          ...blank(viewer),
          kind: 'on-premises',
          account: account.id,
          retain: license.activationCode,
          merge: [other.activationCode],
        };
        const pair = [license, other];
        const decision = plan(request, holdingsOf(accounts, pair, look));
        return partner({ activationCode: shownCode(other.activationCode, account, viewer) }, decision);
      }),
    };
  };
}

/**
 * A service request names accounts and retains their active license. Asked here is whether this very license could be retained: when it
 * is not active and another is, it is looked at alone, so that the checks say what is wrong with it. What they then say depends on its
 * state alone, so that it is asked once for each state and neighbour.
 */
export function servicePartners(
  product: Product,
  siblings: readonly License[],
  neighbours: Neighbours,
  look: Looking,
): (license: License) => Partners {
  const { account, viewer, plan, today } = look;
  const family = productFamily(product.pid);
  const theirs = Map.groupBy(
    neighbours.licenses.filter(({ pid }) => productFamily(pid) === family),
    (license) => license.account,
  );
  const others = neighbours.accounts.filter(({ id }) => theirs.has(id));
  const hasActive = siblings.some((license) => statusOn(license, today) === 'active');
  const known = new Map<string, readonly MergePartner[]>();
  return (license) => {
    const status = statusOn(license, today);
    const isAlone = hasActive && status !== 'active';
    const state = isAlone ? `${status} ${look.survivorOf(license)?.id}` : 'whole';
    const partners =
      known.get(state) ??
      others.map((from) => {
        const request: MergeRequest = {
          ...blank(viewer),
          kind: 'service',
          product: product.name,
          into: account.id,
          from: from.id,
        };
        const licenses = [...(isAlone ? [license] : siblings), ...(theirs.get(from.id) ?? [])];
        const accounts = new Map([account, from].map((one) => [one.id, one]));
        const decision = plan(request, holdingsOf(accounts, licenses, look));
        return partner({ account: from.id }, decision);
      });
    known.set(state, partners);
    return { with: partners, more: 0 };
  };
}

function partner(
  named: Pick<MergePartner, 'account' | 'activationCode'>,
  decision: ReturnType<typeof planMerge>,
): MergePartner {
  switch (decision.outcome) {
    case 'planned':
      return { ...named, mergeable: 'yes', ...decision.plan.after };
    case 'held':
      return { ...named, mergeable: 'held', reason: decision.reason };
    case 'rejected':
      return { ...named, mergeable: 'no', reason: decision.reason };
  }
}

function holdingsOf(
  accounts: ReadonlyMap<string, Account>,
  licenses: readonly License[],
  { survivorOf, survivingAccounts }: Looking,
): MergeHoldings {
  const survivors = new Map(
    licenses.flatMap((license): readonly [string, License][] => {
      const survivor = license.mergedInto === null ? undefined : survivorOf(license);
      return survivor ? [[license.id, survivor]] : [];
    }),
  );
  return { accounts, survivingAccounts, licenses, survivors };
}

function blank(viewer: Viewer) {
  return { requestNumber: '', requestedAt: '', reseller: resellerSeen(viewer) };
}
