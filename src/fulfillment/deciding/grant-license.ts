import type { SuiteComponent } from '#src/domain/catalog.ts';
import type { CertificateLine } from '#src/domain/certificate-facts.ts';
import type { Note } from '#src/domain/decision.ts';
import type { License, LicenseType } from '#src/domain/license.ts';
import type { RetainedLicense } from '#src/domain/upgrading/plan-component.ts';
import type { Case } from '#src/fulfillment/deciding/decided.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';

/** Retains and extends a license for a Registration Key: a grant when anything changes or the key is new to it, none otherwise. */
export function retainLicense(
  set: WorkingSet,
  { cause }: Case<unknown>,
  registrationKey: string,
  component: SuiteComponent,
  { license, seats, validThrough, anchor, edition, notes }: RetainedLicense,
): CertificateLine {
  const changed =
    license.seats !== seats ||
    license.validThrough !== validThrough ||
    license.edition !== edition ||
    license.status !== 'active';
  const isServed = license.extendedBy.includes(registrationKey);
  const extendedBy = isServed ? license.extendedBy : [...license.extendedBy, registrationKey];
  if (changed || !isServed)
    set.grantLicense(
      { ...license, seats, validThrough, anchor, edition, status: 'active', extendedBy },
      cause,
      registrationKey,
    );
  return ownedLine(component, { ...license, seats, validThrough }, 'retained', license, notes);
}

/**
 * Issues a new license with a fresh Activation Code: the account owns none of the component's family.
 * @param namedKey the alias by which a registration named the key
 */
export function issueLicense(
  set: WorkingSet,
  { cause, issuer }: Pick<Case<unknown>, 'cause' | 'issuer'>,
  registrationKey: string,
  component: SuiteComponent,
  given: {
    readonly account: string;
    readonly type: LicenseType;
    readonly seats: number;
    readonly validThrough: string;
    readonly anchor: string | null;
    readonly status: 'active' | 'suspended';
  },
  namedKey: string = registrationKey,
): CertificateLine {
  const license: License = {
    ...issuer.license(component),
    pid: component.pid,
    edition: 'full',
    mergedInto: null,
    revokedBy: null,
    registrationKey,
    extendedBy: [...new Set([registrationKey, namedKey])],
    grants: 1,
    ...given,
  };
  set.addLicense(license, cause);
  const { activationCode, pid, seats, validThrough } = license;
  return { component: component.name, pid, action: 'issued', activationCode, seats, validThrough, notes: [] };
}

/** A line of a component that the account owns; `before` is the license as it was. */
export function ownedLine(
  component: SuiteComponent,
  license: License,
  action: 'retained' | 'issued',
  before: License,
  notes: readonly Note[] = [],
): CertificateLine {
  return {
    component: component.name,
    pid: license.pid,
    action,
    activationCode: license.activationCode,
    seats: license.seats,
    previousSeats: before.seats,
    validThrough: license.validThrough,
    previouslyValidThrough: before.validThrough,
    notes,
  };
}
