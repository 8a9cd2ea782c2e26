import type { CalendarDate } from '#src/domain/calendar.ts';

export const licenseTypes = ['reseller', 'retail', 'oem', 'protectlink'] as const;
export type LicenseType = (typeof licenseTypes)[number];

export const editions = ['full', 'trial'] as const;
export type Edition = (typeof editions)[number];

export const licenseStatuses = ['active', 'expired', 'suspended', 'revoked', 'merged'] as const;
export type LicenseStatus = (typeof licenseStatuses)[number];

/** An Activation Code with what it activates. Seats and validity are the result of its grants (rules §1). */
export interface License {
  readonly id: string;
  readonly activationCode: string;
  readonly account: string;
  readonly pid: string;
  readonly type: LicenseType;
  readonly edition: Edition;
  readonly status: LicenseStatus;
  readonly seats: number;
  /** Inclusive. */
  readonly validThrough: CalendarDate;
  /** Id of the license that this one was merged into; set exactly when the status is `merged`. */
  readonly mergedInto: string | null;
  /** Id of the Registration Key whose registration issued the code; null for one that was imported. */
  readonly registrationKey: string | null;
  /** Ids of the Registration Keys that have given this license what they give; a registration does not give it again. */
  readonly extendedBy: readonly string[];
  /** How many grants the license has. */
  readonly grants: number;
  /** The day that the term of its end is counted from; null when the end came from elsewhere (rules §8.2). */
  readonly anchor: CalendarDate | null;
  /** Id of the return that revoked it: it never counts again (rules §8.4). Null for all others, revoked ones included. */
  readonly revokedBy: string | null;
}

/** The first six digits of a PID; the rest is edition or variant and is never compared (rules §1). */
export function productFamily(pid: string): string {
  return pid.slice(0, 6);
}

export function isProductId(text: string): boolean {
  return /^\d{6}[0-9A-Z]{0,10}$/.test(text);
}

/** The status as it counts today: an `active` license whose date has passed is `expired`, whether or not anything marked it. */
export function statusOn(license: License, today: CalendarDate): LicenseStatus {
  return license.status === 'active' && license.validThrough < today ? 'expired' : license.status;
}
