import type { Catalog, LaterDatePolicy, MergeDatePolicy, MergeMatrix, Product } from '#src/domain/catalog.ts';
import { codeAlphabet, composeCode, randomSymbols, type CodeKind } from '#src/domain/code.ts';
import type { Account, Holdings, RegistrationKey, Reseller } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import { defaultChangeWindows } from '#src/domain/lifecycle/windows.ts';
import type { Registration } from '#src/domain/upgrading/registration.ts';
import type { UpgradeOrder } from '#src/domain/upgrading/upgrade-order.ts';

export const today = '2026-06-15';
export const yesterday = '2026-06-14';

export const officeScan = product('100101EN01', 'OfficeScan', 'OS');
export const controlManager = product('100102EN01', 'Control Manager', 'CM');
export const portalProtect = product('100401EN01', 'PortalProtect', 'PP');
export const wfbs = { ...product('100501EN01', 'WFBS', 'WF'), mergeable: true } satisfies Product;
export const wfbsService = {
  ...product('100502EN01', 'WFBS-SVC', 'WS'),
  mergeable: true,
  delivery: 'service',
} satisfies Product;

/** The matrix as published (rules §5.1). */
export const publishedMatrix: MergeMatrix = {
  reseller: { reseller: false, retail: true, oem: true, protectlink: false },
  retail: { reseller: true, retail: true, oem: true, protectlink: false },
  oem: { reseller: true, retail: true, oem: true, protectlink: false },
  protectlink: { reseller: false, retail: false, oem: false, protectlink: false },
};

interface CatalogChanges {
  readonly products?: readonly Product[];
  readonly suiteOf?: readonly Product[];
  readonly laterDate?: LaterDatePolicy;
  readonly validThrough?: MergeDatePolicy;
  readonly matrix?: MergeMatrix;
}

/** Suite `SPC` has OfficeScan and Control Manager, `SPX` has PortalProtect. */
export function aCatalog(changes: CatalogChanges = {}): Catalog {
  const {
    products = [officeScan, controlManager, portalProtect, wfbs, wfbsService],
    suiteOf = [officeScan, controlManager],
    laterDate = 'keep',
    validThrough = 'weighted',
    matrix = publishedMatrix,
  } = changes;
  return {
    products,
    suites: [
      { code: 'SPC', name: 'Smart Protection Complete', rkPrefix: 'SP', components: suiteOf },
      { code: 'SPX', name: 'Smart Protection Portal', rkPrefix: 'SX', components: [portalProtect] },
    ],
    agreement: { version: '1', text: 'Whatever.' },
    policies: { upgrade: { laterDate }, merge: { matrix, validThrough }, changes: defaultChangeWindows },
  };
}

export const northwind: Reseller = { name: 'northwind', licenseType: 'reseller' };

export function anAccount(id = 'acme', changes: Partial<Account> = {}): Account {
  return {
    id,
    company: 'ACME GmbH',
    contact: null,
    email: 'it@acme.example',
    country: 'DE',
    region: 'emea',
    reseller: 'northwind',
    claimed: false,
    mergedInto: null,
    ...changes,
  };
}

/** An active, full license of OfficeScan for account `acme`, 200 seats through 2027-03-31; code and id are its own. */
export function aLicense(changes: Partial<License> = {}): License {
  const number = nextNumber();
  return {
    id: `license-${number}`,
    activationCode: codeNumbered('activation-code', 'OS', number),
    account: 'acme',
    pid: '100101DE02',
    type: 'retail',
    edition: 'full',
    status: 'active',
    seats: 200,
    validThrough: '2027-03-31',
    mergedInto: null,
    registrationKey: null,
    extendedBy: [],
    grants: 1,
    anchor: null,
    revokedBy: null,
    ...changes,
  };
}

/** A key of suite SPC, registered to account `acme`, 250 seats through 2027-05-31; code and id are its own. */
export function aKey(changes: Partial<RegistrationKey> = {}): RegistrationKey {
  const number = nextNumber();
  return {
    id: `key-${number}`,
    code: codeNumbered('registration-key', 'SP', number),
    suite: 'SPC',
    suiteName: 'Smart Protection Complete',
    components: [officeScan, controlManager],
    account: 'acme',
    reseller: 'northwind',
    orderNumber: 'PO-1',
    customer: { account: 'acme', company: 'ACME GmbH', email: 'it@acme.example' },
    seats: 250,
    startsOn: '2026-06-01',
    validThrough: '2027-05-31',
    aliasOf: null,
    anchor: null,
    suspended: false,
    endedOn: null,
    endedBy: null,
    grants: 1,
    certificate: { number: 'LC-2026-0000001', version: 1 },
    ...changes,
  };
}

/** For `acme`: 250 seats of SPC through 2027-06-30. */
export function anOrder(changes: Partial<UpgradeOrder> = {}): UpgradeOrder {
  return {
    reseller: 'northwind',
    orderNumber: 'PO-2026-00123',
    placedAt: '2026-06-15T09:30:00Z',
    customer: { account: 'acme', company: 'ACME GmbH', email: 'it@acme.example' },
    suite: 'SPC',
    seats: 250,
    term: 'P1Y',
    startsOn: '2026-07-01',
    keep: [],
    allowFewerSeats: false,
    ...changes,
  };
}

export function aRegistration(key: RegistrationKey, changes: Partial<Registration> = {}): Registration {
  return {
    reseller: 'northwind',
    registrationKey: key.code,
    account: 'acme',
    acceptedAgreementAt: '2026-06-15T10:00:00Z',
    ...changes,
  };
}

/** What `acme`, an account of northwind, owns; `keep` finds each license under its code, a merged one's survivor included. */
export function owning(licenses: readonly License[] = [], changes: Partial<Holdings> = {}): Holdings {
  return {
    reseller: northwind,
    account: anAccount(),
    licenses,
    registrationKeys: [],
    kept: new Map(licenses.map((license) => [license.activationCode, survivorOf(license, licenses)])),
    ...changes,
  };
}

export function codeNumbered(kind: CodeKind, prefix: string, number: number): string {
  let symbols = '';
  for (
    let rest = number;
    symbols.length < randomSymbols[kind];
    rest = Math.floor(rest / codeAlphabet.length)
  ) {
    symbols += codeAlphabet.charAt(rest % codeAlphabet.length);
  }
  return composeCode(kind, prefix, symbols);
}

let made = 0;

function nextNumber(): number {
  made += 1;
  return made;
}

function survivorOf(license: License, licenses: readonly License[]): License {
  const next = licenses.find(({ id }) => id === license.mergedInto);
  return next ? survivorOf(next, licenses) : license;
}

function product(pid: string, name: string, acPrefix: string): Product {
  return { pid, name, acPrefix, delivery: 'on-premises', mergeable: false };
}
