import type {
  CertificateCustomer,
  CertificateFacts,
  CertificateLine,
  MergedLicenseFacts,
} from '#src/domain/certificate-facts.ts';
import { maskCode } from '#src/domain/code.ts';

/**
 * Who looks. A reseller sees what is its own and what is nobody's yet, and full codes only of accounts that are its own
 * (rules §3). An operator sees all, but no codes when its role only sees (contract §9). A customer is a member of accounts, and sees those alone (rules §9).
 */
export type Viewer =
  | { readonly kind: 'operator'; readonly seesCodes?: boolean }
  | { readonly kind: 'reseller'; readonly name: string }
  | { readonly kind: 'customer'; readonly accounts: ReadonlySet<string> };

/** An account as far as the question of who may see it goes. */
export interface OwnedAccount {
  readonly id: string;
  /** Null while it is nobody's. */
  readonly reseller: string | null;
}

/** The accounts that stand on a certificate, and who sold its Registration Key: null when it has none, or one that is no more. */
export interface CertificateOwners {
  readonly accounts: readonly OwnedAccount[];
  readonly keySoldBy: string | null;
}

/** Whether the account is there for the viewer: what is not is answered exactly as if it were unknown. */
export function existsFor(account: OwnedAccount, viewer: Viewer): boolean {
  switch (viewer.kind) {
    case 'operator':
      return true;
    case 'reseller':
      return account.reseller === null || account.reseller === viewer.name;
    case 'customer':
      return viewer.accounts.has(account.id);
  }
}

/** Whether the viewer sees the account's codes in full: not those of an account that is nobody's yet. */
function showsCodesOf(account: OwnedAccount, viewer: Viewer): boolean {
  if (viewer.kind === 'operator') return viewer.seesCodes !== false;
  return existsFor(account, viewer) && (viewer.kind !== 'reseller' || account.reseller !== null);
}

/** The code in full or masked, as the viewer may see the account's codes. */
export function shownCode(code: string, account: OwnedAccount, viewer: Viewer): string {
  return showsCodesOf(account, viewer) ? code : maskCode(code);
}

/** Which messages the viewer may list: those of this reseller alone; undefined: of any. */
export function resellerSeen(viewer: Viewer): string | undefined {
  return viewer.kind === 'reseller' ? viewer.name : undefined;
}

/** Whether a certificate may be shown as it is, with its PDF: no code on it is masked for the viewer. */
export function showsAllOf(
  facts: Pick<CertificateFacts, 'customer'>,
  owners: CertificateOwners,
  viewer: Viewer,
): boolean {
  return showsActivationCodes(facts, owners, viewer) && showsKey(facts, owners, viewer);
}

/** What the viewer may see of a certificate's facts: codes masked, and customers of other resellers without their particulars. */
export function shownFacts<Facts extends CertificateFacts>(
  facts: Facts,
  owners: CertificateOwners,
  viewer: Viewer,
): Facts {
  const known = showsActivationCodes(facts, owners, viewer) ? facts : withMaskedLicenses(facts);
  const keyed = showsKey(facts, owners, viewer) ? known : withMaskedKey(known);
  return isAnothers(facts, owners, viewer) ? { ...keyed, customer: stranger } : keyed;
}

/** The same facts with every code masked: for a place that shows none, whoever looks. */
export function masked<Facts extends CertificateFacts>(facts: Facts): Facts {
  return withMaskedKey(withMaskedLicenses(facts));
}

/** Whether the customer on the certificate is not there for the viewer: a reseller may have sold a key to an account that was merged. */
export function isAnothers(
  { customer }: Pick<CertificateFacts, 'customer'>,
  { accounts }: CertificateOwners,
  viewer: Viewer,
): boolean {
  const account = accounts.find(({ id }) => id === customer.account);
  return account !== undefined && !existsFor(account, viewer);
}

/** Stands for a customer that the viewer is not told of. */
const stranger: CertificateCustomer = {
  account: null,
  company: 'a customer of another reseller',
  email: 'not shown',
};

function showsActivationCodes(
  { customer }: Pick<CertificateFacts, 'customer'>,
  { accounts }: CertificateOwners,
  viewer: Viewer,
): boolean {
  if (viewer.kind === 'operator') return viewer.seesCodes !== false;
  if (customer.account === null) return true;
  return accounts.length > 0 && accounts.every((account) => showsCodesOf(account, viewer));
}

/** A Registration Key is shown to the reseller who sold it, and to nobody else's; and to the account's members (rules §5.4, §9). */
function showsKey(
  facts: Pick<CertificateFacts, 'customer'>,
  owners: CertificateOwners,
  viewer: Viewer,
): boolean {
  const { keySoldBy } = owners;
  if (viewer.kind === 'reseller' && keySoldBy !== null && keySoldBy !== viewer.name) return false;
  return showsActivationCodes(facts, owners, viewer);
}

function withMaskedKey<Facts extends CertificateFacts>(facts: Facts): Facts {
  const known: CertificateFacts = facts;
  const shown = withoutSecret(facts);
  if (known.kind !== 'upgrade' && known.kind !== 'change') return shown;
  return known.registrationKey === null
    ? shown
    : { ...shown, registrationKey: maskCode(known.registrationKey) };
}

function withMaskedLicenses<Facts extends CertificateFacts>(facts: Facts): Facts {
  const known: CertificateFacts = facts;
  const shown = withoutSecret(facts);
  switch (known.kind) {
    case 'upgrade':
    case 'change':
      return { ...shown, lines: known.lines.map(maskedLine) };
    case 'merge':
      return { ...shown, survivor: maskedLicense(known.survivor), merged: known.merged.map(maskedLicense) };
    case 'undo-merge':
      return {
        ...shown,
        survivor: maskedLicense(known.survivor),
        restored: known.restored.map(maskedLicense),
      };
  }
}

function maskedLine(line: CertificateLine): CertificateLine {
  return line.activationCode === undefined
    ? line
    : { ...line, activationCode: maskCode(line.activationCode) };
}

function maskedLicense(license: MergedLicenseFacts): MergedLicenseFacts {
  return { ...license, activationCode: maskCode(license.activationCode) };
}

/** Without the secret that would let codes be tried out against the signature. */
function withoutSecret<Facts extends CertificateFacts>(facts: Facts): Facts {
  return { ...facts, secret: undefined };
}
