import { addDays } from '#src/domain/calendar.ts';

/**
 * What the benchmark feeds, the same for the product and for the database alone. Every message is for an account of its own:
 * - an order upgrades an account that owns two of the suite's seven products: both are retained and extended, a Registration Key and a
 *   certificate are new;
 * - a registration of such a key whose account owns none of the seven products issues seven Activation Codes;
 * - a merge brings two accounts together that have one license each.
 */
export const reseller = 'northwind';
export const suite = 'SPE';

/** What a customer who orders owns of the suite already; the sixth digit of the PID numbers them from 1. */
export const owned = [
  { pid: '100101EN01', prefix: 'OS' },
  { pid: '100102EN01', prefix: 'CM' },
] as const;

export type Mix = 'orders' | 'registrations' | 'merges';

/** How many messages of a mix a measurement can use; each has accounts of its own. */
export interface BaseSize {
  readonly orders: number;
  readonly registrations: number;
  readonly merges: number;
}

/** Messages that the templates for the database alone are made of: those of one transaction. */
export const templateMessages = 100;

export const today = new Date().toISOString().slice(0, 10);
export const heldThrough = addDays(today, 100);

/** Ids are of one length, so that rows are of one size. `o`: orders, `r`: registrations, `s` and `t`: the sides of a merge. */
export function accountName(letter: 'o' | 'r' | 's' | 't', number: number): string {
  return `${letter}${String(number).padStart(8, '0')}`;
}

export function orderData(number: number, account = accountName('o', number)): object {
  return {
    reseller,
    orderNumber: `PO-${String(number).padStart(8, '0')}`,
    placedAt: `${today}T00:00:00Z`,
    customer: {
      account,
      company: `Company ${account} GmbH`,
      contact: 'IT Purchasing',
      email: `it@${account}.example`,
      country: 'DE',
    },
    suite,
    seats: 250,
    // The day after the end of what is owned: the usual renewal, of which the rules have nothing to remark.
    startsOn: addDays(heldThrough, 1),
    term: 'P1Y',
  };
}

export function registrationData(number: number, registrationKey: string): object {
  return {
    reseller,
    registrationKey,
    account: accountName('r', number),
    acceptedAgreementAt: `${today}T00:00:00Z`,
  };
}

/** Of the order of the number, which was fulfilled: seats, a renewal or a return. */
export function changeData(number: number): object {
  return {
    reseller,
    requestNumber: `CR-${String(number).padStart(8, '0')}`,
    requestedAt: `${today}T00:00:00Z`,
    order: `PO-${String(number).padStart(8, '0')}`,
    ...changes[number % changes.length],
  };
}

const changes = [{ kind: 'seats', seats: 300 }, { kind: 'renewal', term: 'P1Y' }, { kind: 'return' }];

export function mergeData(number: number): object {
  return {
    reseller,
    requestNumber: `MR-${String(number).padStart(8, '0')}`,
    requestedAt: `${today}T00:00:00Z`,
    kind: 'service',
    product: 'WFBS-SVC',
    into: accountName('s', number),
    from: accountName('t', number),
  };
}
