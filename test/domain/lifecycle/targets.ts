import { addDays } from '#src/domain/calendar.ts';
import type { RegistrationKey } from '#src/domain/holdings.ts';
import type { License } from '#src/domain/license.ts';
import type { KeyTarget, LicenseTarget } from '#src/domain/lifecycle/change-target.ts';
import { aKey, aLicense, today } from '#test/domain/examples.ts';

/** A key of 250 seats that ends in 60 days, anchored a year before its end. */
function key(changes: Partial<RegistrationKey> = {}): RegistrationKey {
  return aKey({ validThrough: addDays(today, 60), anchor: '2025-08-15', ...changes });
}

export function keyTarget(
  changes: Partial<RegistrationKey> = {},
  licenses: readonly License[] = [],
): KeyTarget {
  return { what: 'key', key: key(changes), licenses };
}

export function licenseTarget(changes: Partial<License> = {}): LicenseTarget {
  const license = aLicense({ validThrough: addDays(today, 60), ...changes });
  return { what: 'license', license, survivor: license.status === 'merged' ? aLicense() : license };
}

export const head = { requestNumber: 'CR-1', requestedAt: '2026-06-15T09:00:00Z' } as const;

export function approving(...codes: readonly string[]) {
  return { codes: new Set(codes), keep: [] };
}
