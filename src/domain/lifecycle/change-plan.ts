import type { CalendarDate } from '#src/domain/calendar.ts';
import type { RegistrationKey } from '#src/domain/holdings.ts';
import type { Edition, License, LicenseStatus } from '#src/domain/license.ts';
import type { FoundTarget } from '#src/domain/lifecycle/change-target.ts';

/** What a change does to its target: what becomes of the key, and a line for each license. */
export interface ChangePlan {
  readonly target: FoundTarget;
  /** What the key becomes; undefined when the target is one license, or nothing of the key changes. */
  readonly key: RegistrationKey | undefined;
  readonly lines: readonly ChangedLine[];
}

export interface ChangedLine {
  readonly action: 'changed' | 'unchanged' | 'suspended' | 'resumed' | 'replaced';
  readonly license: License;
  readonly seats: number;
  readonly validThrough: CalendarDate;
  readonly anchor: CalendarDate | null;
  readonly edition: Edition;
  readonly status: LicenseStatus;
}

/** The license as it is, as a line of a plan. */
export function unchangedLine(license: License): ChangedLine {
  const { seats, validThrough, anchor, edition, status } = license;
  return { action: 'unchanged', license, seats, validThrough, anchor, edition, status };
}

/** A line that says `changed` when anything of the license does. */
export function changedLine(
  license: License,
  to: Partial<Omit<ChangedLine, 'action' | 'license'>>,
): ChangedLine {
  const line = { ...unchangedLine(license), ...to };
  const isChanged =
    line.seats !== license.seats ||
    line.validThrough !== license.validThrough ||
    line.edition !== license.edition ||
    line.status !== license.status;
  return isChanged ? { ...line, action: 'changed' } : line;
}

/** Whether a change takes the license along when its key changes: not what lives on in another, nor what a return revoked. */
export function isServed({ status, revokedBy }: License): boolean {
  return status !== 'merged' && revokedBy === null;
}
