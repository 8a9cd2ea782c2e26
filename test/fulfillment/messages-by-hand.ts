import type { MessageKind } from '#jobs/kinds.ts';
import { parseMessage, type Message } from '#jobs/message.ts';
import { addDays } from '#src/domain/calendar.ts';

/** Today's date in UTC, and days from it. */
export function day(offset = 0): string {
  return addDays(new Date().toISOString().slice(0, 10), offset);
}

/** What a producer would send: a one-year order of northwind for the account `acme`, beginning today. */
export function orderData(changes: OrderChanges = {}): object {
  const { customer, ...others } = changes;
  return {
    reseller: 'northwind',
    orderNumber: 'PO-1',
    placedAt: `${day()}T00:00:00Z`,
    customer: { account: 'acme', company: 'ACME GmbH', email: 'it@acme.example', country: 'DE', ...customer },
    suite: 'SPE',
    seats: 100,
    term: 'P1Y',
    ...others,
  };
}

export interface OrderChanges {
  readonly reseller?: string;
  readonly orderNumber?: string;
  readonly placedAt?: string;
  /** `account: undefined` is an order without an account. */
  readonly customer?: { readonly account?: string | undefined; readonly company?: string };
  readonly suite?: string;
  readonly seats?: number;
  readonly term?: string | undefined;
  readonly validThrough?: string;
  readonly startsOn?: string;
  readonly keep?: readonly string[];
  readonly allowFewerSeats?: boolean;
  readonly register?: { readonly acceptedAgreementAt: string };
}

export const agreed = { acceptedAgreementAt: '2026-01-02T03:04:05Z' } as const;

export function registrationData(registrationKey: string, changes: RegistrationChanges = {}): object {
  const account = changes.newAccount ? {} : { account: 'acme' };
  return { reseller: 'northwind', registrationKey, ...agreed, ...account, ...changes };
}

export interface RegistrationChanges {
  readonly reseller?: string;
  readonly account?: string;
  readonly newAccount?: object;
  readonly select?: readonly string[];
}

export function newAccountData(id: string): object {
  return { id, company: `${id} AS`, email: `it@${id}.example`, country: 'NO', region: 'emea' };
}

export function serviceMergeData(into: string, from: string, changes: MergeChanges = {}): object {
  return { ...mergeHead, kind: 'service', product: 'WFBS-SVC', into, from, ...changes };
}

export function onPremisesMergeData(account: string, retain: string, changes: MergeChanges = {}): object {
  return { ...mergeHead, kind: 'on-premises', account, retain, ...changes };
}

export interface MergeChanges {
  readonly reseller?: string;
  readonly requestNumber?: string;
  readonly product?: string;
  readonly merge?: readonly string[];
}

const mergeHead = { requestNumber: 'MR-1', requestedAt: '2026-01-02T03:04:05Z' } as const;

export const order = (changes?: OrderChanges): Message => parsed('upgrade-order', orderData(changes));
export const registration = (key: string, changes?: RegistrationChanges): Message =>
  parsed('registration', registrationData(key, changes));
export const serviceMerge = (into: string, from: string, changes?: MergeChanges): Message =>
  parsed('merge-request', serviceMergeData(into, from, changes));
export const onPremisesMerge = (account: string, retain: string, changes?: MergeChanges): Message =>
  parsed('merge-request', onPremisesMergeData(account, retain, changes));

/** As a worker reads it; a message that does not parse is a fault of the test. */
export function parsed(kind: MessageKind, data: unknown): Message {
  const result = parseMessage(kind, data);
  if (!result.ok) throw new Error(`The test's message does not parse: ${JSON.stringify(result.errors)}`);
  return result.message;
}

/** What a producer would send: a change request of northwind. */
function changeData(changes: ChangeChanges): object {
  return { reseller: 'northwind', requestNumber: 'CR-1', requestedAt: '2026-01-02T03:04:05Z', ...changes };
}

export type ChangeChanges = { readonly kind: string } & Readonly<Record<string, unknown>>;

export const change = (changes: ChangeChanges): Message => parsed('change-request', changeData(changes));
