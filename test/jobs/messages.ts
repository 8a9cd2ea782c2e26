import type { MessageKind } from '#jobs/kinds.ts';
import { parseMessage, type FieldError, type Message } from '#jobs/message.ts';

/** A message as a program outside sends it. */
export type Sent = Readonly<Record<string, unknown>>;

export const registrationKey = 'SP-2345-6789-2345-678G';
export const activationCode = 'OS-2345-67892-34567-89234-56789-23459';
export const secondActivationCode = 'OS-3345-67892-34567-89234-56789-2345A';

export function anUpgradeOrder(changes: Sent = {}): Sent {
  return {
    reseller: 'northwind',
    orderNumber: 'PO-2026-00123',
    placedAt: '2026-11-20T09:30:00Z',
    customer: aCustomer(),
    suite: 'SPC',
    seats: 250,
    term: 'P1Y',
    ...changes,
  };
}

export function aCustomer(changes: Sent = {}): Sent {
  return { account: 'acme', company: 'ACME GmbH', email: 'it@acme.example', ...changes };
}

export function aRegistration(changes: Sent = {}): Sent {
  return {
    reseller: 'northwind',
    registrationKey,
    account: 'acme',
    acceptedAgreementAt: '2026-11-21T10:00:00Z',
    ...changes,
  };
}

export function aNewAccount(changes: Sent = {}): Sent {
  return {
    id: 'nordlys',
    company: 'Nordlys AS',
    email: 'it@nordlys.example',
    country: 'NO',
    region: 'emea',
    ...changes,
  };
}

export function aServiceMerge(changes: Sent = {}): Sent {
  return {
    reseller: 'northwind',
    requestNumber: 'MR-77',
    requestedAt: '2026-11-20T09:30:00Z',
    kind: 'service',
    product: 'WFBS-SVC',
    into: 'acme',
    from: 'acme-branch',
    ...changes,
  };
}

export function anOnPremisesMerge(changes: Sent = {}): Sent {
  return {
    reseller: 'northwind',
    requestNumber: 'MR-78',
    requestedAt: '2026-11-20T09:30:00Z',
    kind: 'on-premises',
    account: 'acme',
    retain: activationCode,
    ...changes,
  };
}

/** @throws when the message is not accepted, with its faults */
export function accepted(kind: MessageKind, sent: unknown): Message {
  const parsed = parseMessage(kind, sent);
  if (parsed.ok) return parsed.message;
  throw new Error(`${parsed.code}: ${JSON.stringify(parsed.errors)}`);
}

/** @throws when the message is accepted */
export function refused(
  kind: MessageKind,
  sent: unknown,
): { readonly code: string; readonly errors: readonly FieldError[] } {
  const parsed = parseMessage(kind, sent);
  if (!parsed.ok) return { code: parsed.code, errors: parsed.errors };
  throw new Error('The message was accepted.');
}

/** The paths of all faults, in alphabetical order. */
export function faultyPaths(kind: MessageKind, sent: unknown): readonly string[] {
  return refused(kind, sent)
    .errors.map(({ path }) => path)
    .sort();
}

export function fingerprintOf(kind: MessageKind, sent: unknown): string {
  return accepted(kind, sent).fingerprint;
}
