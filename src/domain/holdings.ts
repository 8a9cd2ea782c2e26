import type { CalendarDate } from '#src/domain/calendar.ts';
import type { SuiteComponent } from '#src/domain/catalog.ts';
import type { CertificateCustomer } from '#src/domain/certificate-facts.ts';
import type { License, LicenseType } from '#src/domain/license.ts';

/** Who sells; has order numbers of its own. */
export interface Reseller {
  readonly name: string;
  /** The type of the Activation Codes that are issued for its orders. */
  readonly licenseType: LicenseType;
}

export interface Account {
  readonly id: string;
  readonly company: string;
  readonly contact: string | null;
  readonly email: string;
  readonly country: string;
  /** The business unit that looks after the customer. */
  readonly region: string;
  /** The reseller that the account belongs to; null while it is nobody's. */
  readonly reseller: string | null;
  /** Whether it came to its reseller by a fulfilled message, not by an import or an operator. */
  readonly claimed: boolean;
  readonly mergedInto: string | null;
}

export interface RegistrationKey {
  readonly id: string;
  readonly code: string;
  readonly suite: string;
  readonly suiteName: string;
  /** The component list of the suite as it was when the key was issued (rules §1). */
  readonly components: readonly SuiteComponent[];
  /** Null until a registration brings the account of an order that named none. */
  readonly account: string | null;
  readonly reseller: string;
  /** Of the latest order, for the certificate. */
  readonly orderNumber: string;
  readonly customer: CertificateCustomer;
  readonly seats: number;
  /** First day of the latest order's term, for the certificate; null for a key from before it was kept. */
  readonly startsOn: CalendarDate | null;
  readonly validThrough: CalendarDate;
  /** Id of the older key of the same account and suite that this one stands for now. */
  readonly aliasOf: string | null;
  /** The day that the term of its end is counted from; null when the end came from elsewhere (rules §8.2). */
  readonly anchor: CalendarDate | null;
  /** Whether what a registration issues is suspended (rules §8.4). */
  readonly suspended: boolean;
  /** The day on which a cancellation or a return ended it or will; an end of any other kind only lapses. */
  readonly endedOn: CalendarDate | null;
  /** Id of the message that ended it. */
  readonly endedBy: string | null;
  /** How many grants it has; its first is written down with its second. */
  readonly grants: number;
  readonly certificate: { readonly number: string; readonly version: number };
}

/** What is known today about the account that an order or registration names. */
export interface Holdings {
  /** The message's reseller; undefined when there is none of that name. */
  readonly reseller: Reseller | undefined;
  /** The account that the message names, or the survivor that it was merged into. */
  readonly account: Account | undefined;
  /** All licenses of that account, merged ones included. */
  readonly licenses: readonly License[];
  /** The account's own active Registration Keys. */
  readonly registrationKeys: readonly RegistrationKey[];
  /** For each code that the message's `keep` names and that exists, the license that it stands for after all merges. */
  readonly kept: ReadonlyMap<string, License>;
}

export function belongsToAnother(account: Account, reseller: string): boolean {
  return account.reseller !== null && account.reseller !== reseller;
}

/** Ids of the licenses that the codes stand for after all merges; codes that nobody has stand for none. */
export function licensesKept(codes: readonly string[], { kept }: Holdings): ReadonlySet<string> {
  return new Set(codes.flatMap((code) => kept.get(code)?.id ?? []));
}

/** Whether the key takes nothing more: cancelled with an end that is not in the future, or fallen with a return (rules §8.4). */
export function isEnded({ endedOn }: RegistrationKey, today: CalendarDate): boolean {
  return endedOn !== null && endedOn <= today;
}
