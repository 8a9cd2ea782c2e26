import type { CalendarDate } from '#src/domain/calendar.ts';
import { productNamed, productOfPid, type Catalog, type Product } from '#src/domain/catalog.ts';
import { hasValidCheckSymbol, maskCode } from '#src/domain/code.ts';
import { planned, rejected } from '#src/domain/decision.ts';
import { belongsToAnother, type Account } from '#src/domain/holdings.ts';
import { productFamily, statusOn, type License } from '#src/domain/license.ts';
import type { MergeDecision } from '#src/domain/merging/merge-decision.ts';
import type { MergeHoldings } from '#src/domain/merging/merge-holdings.ts';
import type {
  MergeRequest,
  OnPremisesMergeRequest,
  ServiceMergeRequest,
} from '#src/domain/merging/merge-request.ts';

/** A side of the merge: one or more licenses of which one is to be merged, and how to call it in a sentence. */
export interface Side {
  readonly name: string;
  readonly licenses: readonly License[];
}

/** What both kinds of request come down to. */
export interface MergeSides {
  readonly product: Product;
  /** The side whose license survives. */
  readonly retained: Side;
  readonly others: readonly Side[];
  /** The account of the survivor. */
  readonly account: Account;
  /** The other account of a service merge. */
  readonly from: Account | undefined;
}

/** Checks 1 to 4 of rules §5.3: who meets whom, over which product. */
export function findSides(
  request: MergeRequest,
  holdings: MergeHoldings,
  catalog: Catalog,
  today: CalendarDate,
): MergeDecision<MergeSides> {
  return request.kind === 'service'
    ? serviceSides(request, holdings, catalog)
    : onPremisesSides(request, holdings, catalog, today);
}

/** A service merge: two accounts, one license each. */
function serviceSides(
  request: ServiceMergeRequest,
  holdings: MergeHoldings,
  catalog: Catalog,
): MergeDecision<MergeSides> {
  if (request.into === request.from) {
    return rejected(
      'MERGE_SAME_LICENSE',
      'Both sides are the same account; name the account that shall merge into this one.',
    );
  }
  const into = accountOf(request.into, request.reseller, holdings);
  const from = accountOf(request.from, request.reseller, holdings);
  if (!into || !from) return unknownAccount(into ? request.from : request.into);
  const product = productNamed(catalog, request.product);
  if (!product) return unknownProduct(request.product);
  if (!product.mergeable || product.delivery !== 'service') return notSupported(product, request.kind);
  const side = (account: Account): Side => ({
    name: `Account "${account.id}"`,
    licenses: ofProduct(account, product, holdings),
  });
  const sides = [side(into), side(from)] as const;
  const empty = sides.find(({ licenses }) => licenses.length === 0);
  if (empty)
    return rejected(
      'MERGE_NO_LICENSE',
      `${empty.name} has no license of ${product.name}; name an account that has one.`,
      {
        side: empty.name,
      },
    );
  const [retained, ...others] = sides;
  return planned({ product, retained, others, account: into, from });
}

/** An on-premises merge: the license to retain, and those named or all others of its product. */
function onPremisesSides(
  request: OnPremisesMergeRequest,
  holdings: MergeHoldings,
  catalog: Catalog,
  today: CalendarDate,
): MergeDecision<MergeSides> {
  if (request.merge?.includes(request.retain)) {
    return rejected(
      'MERGE_SAME_LICENSE',
      `${maskCode(request.retain)} cannot merge into itself; name other licenses of its product.`,
    );
  }
  const account = accountOf(request.account, request.reseller, holdings);
  if (!account) return unknownAccount(request.account);
  const licenseWith = (code: string) =>
    holdings.licenses.find((license) => license.account === account.id && license.activationCode === code);
  const retained = licenseWith(request.retain);
  if (!retained) return unknownLicense(request.retain, holdings);
  const chosen: License[] = [];
  for (const code of request.merge ?? []) {
    const license = licenseWith(code);
    if (!license) return unknownLicense(code, holdings);
    chosen.push(license);
  }
  const product = productOfPid(catalog, retained.pid);
  if (!product) return unknownProduct(retained.pid);
  if (!product.mergeable || product.delivery !== 'on-premises') return notSupported(product, request.kind);
  const others = ofProduct(account, product, holdings).filter(({ id }) => id !== retained.id);
  const sides = request.merge ? chosen.map(sideOf) : sidesOf(others, product, today);
  if (sides.length === 0) {
    return rejected(
      'MERGE_NO_LICENSE',
      `The account has no other license of ${product.name}; there is nothing to merge.`,
      {
        account: account.id,
      },
    );
  }
  return planned({ product, retained: sideOf(retained), others: sides, account, from: undefined });
}

/** The licenses that may merge when the request chose none: the active ones, or one side of those that are not, to say why. */
function sidesOf(others: readonly License[], product: Product, today: CalendarDate): readonly Side[] {
  const active = others.filter((license) => statusOn(license, today) === 'active');
  if (active.length > 0) return active.map(sideOf);
  return others.length > 0 ? [{ name: `The other license of ${product.name}`, licenses: others }] : [];
}

function accountOf(
  id: string,
  reseller: string | undefined,
  { accounts }: MergeHoldings,
): Account | undefined {
  const account = accounts.get(id);
  return account && reseller !== undefined && belongsToAnother(account, reseller) ? undefined : account;
}

function ofProduct(account: Account, product: Product, { licenses }: MergeHoldings): readonly License[] {
  return licenses.filter(
    (license) =>
      license.account === account.id &&
      license.revokedBy === null &&
      productFamily(license.pid) === productFamily(product.pid),
  );
}

function sideOf(license: License): Side {
  return { name: `License ${maskCode(license.activationCode)}`, licenses: [license] };
}

function unknownAccount(id: string): MergeDecision<never> {
  return rejected('UNKNOWN_ACCOUNT', `There is no account "${id}"; check how it is spelled.`, {
    account: id,
  });
}

function unknownProduct(product: string): MergeDecision<never> {
  return rejected(
    'UNKNOWN_PRODUCT',
    `The catalog has no product "${product}"; name it as the account's list of licenses does.`,
    { product },
  );
}

/** A code that the account does not have: mistyped when nobody has it and it fails the check symbol (rules §2). */
function unknownLicense(code: string, { licenses }: MergeHoldings): MergeDecision<never> {
  const details = { activationCode: maskCode(code) };
  return hasValidCheckSymbol(code) || licenses.some(({ activationCode }) => activationCode === code)
    ? rejected(
        'UNKNOWN_LICENSE',
        `The account has no license ${maskCode(code)}; compare it with the account's list of licenses.`,
        details,
      )
    : rejected(
        'MISTYPED_CODE',
        `${maskCode(code)} is mistyped: compare it with the License Certificate.`,
        details,
      );
}

function notSupported(
  { name, mergeable, delivery }: Product,
  kind: MergeRequest['kind'],
): MergeDecision<never> {
  const sentence = mergeable
    ? `${name} is delivered as ${delivery} and does not merge as ${kind}; ask with "kind" "${delivery}".`
    : `${name} does not support merging; contact the vendor.`;
  return rejected('MERGE_NOT_SUPPORTED', sentence, { product: name });
}
