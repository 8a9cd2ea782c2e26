import type { RegistrationKey } from '#src/domain/holdings.ts';
import { type License } from '#src/domain/license.ts';

/** Whether two states of a license are the same, its grants and code aside. */
export function sameLicense(one: License, other: License): boolean {
  return figuresOfLicense(one) === figuresOfLicense(other);
}

export function figuresOfLicense(license: License): string {
  const { seats, validThrough, anchor, status, edition, extendedBy, mergedInto } = license;
  return JSON.stringify([seats, validThrough, anchor, status, edition, [...extendedBy].sort(), mergedInto]);
}

/** Whether two states of a key are the same, its grants, code and certificate aside. */
export function sameKey(one: RegistrationKey, other: RegistrationKey): boolean {
  return figuresOfKey(one) === figuresOfKey(other);
}

export function figuresOfKey(key: RegistrationKey): string {
  const { account, orderNumber, seats, startsOn, validThrough, anchor, aliasOf, suspended, endedOn } = key;
  const { account: _, company, contact, email, country } = key.customer;
  const customer = [company, contact, email, country];
  return JSON.stringify([
    [account, orderNumber, seats, startsOn, validThrough, anchor, aliasOf, suspended, endedOn],
    customer,
  ]);
}
