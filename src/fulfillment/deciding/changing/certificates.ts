import { productOfPid } from '#src/domain/catalog.ts';
import type {
  CertificateCustomer,
  CertificateLine,
  ChangeCertificateFacts,
} from '#src/domain/certificate-facts.ts';
import type { Account, RegistrationKey } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import type { ChangeRequest } from '#src/domain/lifecycle/change-request.ts';
import type { ChangeMaterial } from '#src/fulfillment/deciding/changing/material.ts';
import type {
  Case,
  CertificateDraft,
  DecidingContext,
  StatedFacts,
} from '#src/fulfillment/deciding/decided.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';

/** A line of a license before and after a change. */
export function lineOf(
  before: License,
  after: License,
  action: CertificateLine['action'],
  { catalog }: DecidingContext,
): CertificateLine {
  return {
    component: productOfPid(catalog, after.pid)?.name ?? after.pid,
    pid: after.pid,
    action,
    activationCode: after.activationCode,
    seats: after.seats,
    previousSeats: before.seats,
    validThrough: after.validThrough,
    previouslyValidThrough: before.validThrough,
    notes: [],
  };
}

export type StatedChange = Pick<ChangeCertificateFacts, 'change' | 'returned' | 'lines'>;

/** What a change says of its key, or of its one license. */
export function changeFacts(
  set: WorkingSet,
  { content }: Case<ChangeRequest>,
  key: RegistrationKey | undefined,
  license: License | undefined,
  stated: StatedChange,
  { catalog, time }: DecidingContext,
): StatedFacts {
  const account = set.account(license?.account ?? key?.account ?? '');
  const product = license && productOfPid(catalog, license.pid);
  const figures = license ?? key;
  return {
    kind: 'change',
    ...stated,
    issuedOn: time.today,
    reseller: content.reseller ?? content.of ?? null,
    orderNumber: content.requestNumber,
    customer: account ? customerOf(account) : (key?.customer ?? nobody),
    registrationKey: key?.code ?? null,
    suite: key
      ? { code: key.suite, name: key.suiteName }
      : license
        ? { code: license.pid, name: product?.name ?? license.pid }
        : null,
    ...(figures && { seats: figures.seats, validThrough: figures.validThrough }),
  };
}

/**
 * The next certificate of a change: in the series of the key, or of the key that the license was issued for, or of the license itself
 * (rules §8.4).
 * @param license the one license that the change is about; undefined: the key is meant
 */
export function changeCertificate(
  set: WorkingSet,
  request: Case<ChangeRequest>,
  key: RegistrationKey | undefined,
  license: License | undefined,
  stated: StatedChange,
  material: ChangeMaterial,
  context: DecidingContext,
): { readonly draft: CertificateDraft; readonly key: RegistrationKey | undefined } {
  const series = key ?? (license && issuingKey(set, license));
  const about = key ? undefined : license;
  if (series) {
    const now = set.key(series.id) ?? series;
    const { number, version } = now.certificate;
    set.changeKey({ ...now, certificate: { number, version: version + 1 } });
    const facts = changeFacts(set, request, now, about, stated, context);
    const draft = { series: now.id, number: number === '' ? undefined : number, version: version + 1, facts };
    return { draft, key: now };
  }
  if (!license) throw new Error('A change was fulfilled and is about nothing.');
  // Another message of the same transaction may have written one: it has no number yet.
  const { number = '', version: before = 0 } =
    set.licenseSeries(license.id) ?? material.series?.get(license.id) ?? {};
  const version = before + 1;
  set.setLicenseSeries({ license: license.id, number, version });
  const facts = changeFacts(set, request, undefined, license, stated, context);
  const draft = { series: license.id, number: number === '' ? undefined : number, version, facts };
  return { draft, key: undefined };
}

function issuingKey(set: WorkingSet, license: License): RegistrationKey | undefined {
  let key = license.registrationKey === null ? undefined : set.key(license.registrationKey);
  while (key?.aliasOf) key = set.key(key.aliasOf);
  return key;
}

const nobody: CertificateCustomer = { account: null, company: '', email: '' };

export function customerOf(account: Account): CertificateCustomer {
  return {
    account: account.id,
    company: account.company,
    ...(account.contact !== null && { contact: account.contact }),
    email: account.email,
    country: account.country,
  };
}
