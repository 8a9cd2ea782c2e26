import { describe, expect, test } from 'vitest';
import { canonicalTerm } from '#src/domain/term.ts';
import {
  accepted,
  activationCode,
  aCustomer,
  aNewAccount,
  anOnPremisesMerge,
  anUpgradeOrder,
  aRegistration,
  aServiceMerge,
  fingerprintOf,
  registrationKey,
  secondActivationCode,
  type Sent,
} from '#test/jobs/messages.ts';

const order = (changes: Sent = {}) => fingerprintOf('upgrade-order', anUpgradeOrder(changes));
const registration = (changes: Sent = {}) => fingerprintOf('registration', aRegistration(changes));

/** The same fields, each object's in the opposite order. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, field]) => [key, reversed(field)]),
  );
}

describe('two orders are the same', () => {
  test('whatever the order of their fields', () => {
    const full = anUpgradeOrder({
      startsOn: '2026-12-01',
      keep: [activationCode],
      register: { acceptedAgreementAt: '2026-11-20T09:31:00Z' },
    });
    expect(fingerprintOf('upgrade-order', reversed(full))).toBe(fingerprintOf('upgrade-order', full));
  });

  test.each([
    '2026-11-20T10:30:00+01:00',
    '2026-11-19T21:30:00-12:00',
    '2026-11-20T15:00:00+05:30',
    '2026-11-20T09:30:00.000Z',
    '2026-11-20T09:30:00.000000000+00:00',
    '2026-11-20T09:30:00-00:00',
    '2026-11-20t09:30:00z',
  ])('when they were placed at the same instant, such as %s', (placedAt) => {
    expect(order({ placedAt })).toBe(order());
  });

  test.each(['250', '250.0', '2.5e2', '25E+1', '2500e-1'])('when a number is spelled %s', (spelling) => {
    const json = JSON.stringify(anUpgradeOrder({ seats: 'SEATS' })).replace('"SEATS"', spelling);
    expect(fingerprintOf('upgrade-order', JSON.parse(json))).toBe(order());
  });

  test.each(['P12M', 'P1Y0M', 'P0Y12M', 'P01Y', 'P012M'])('when the term of a year is spelled %s', (term) => {
    expect(order({ term })).toBe(order({ term: canonicalTerm(12) }));
  });

  test('when a default is said or left out', () => {
    expect(order({ startsOn: '2026-11-20' })).toBe(order());
    expect(order({ allowFewerSeats: false })).toBe(order());
    expect(order({ keep: [] })).toBe(order());
    expect(order({ register: undefined, startsOn: undefined })).toBe(order());
  });

  test('when a code is spelled with other case, spaces and hyphens', () => {
    const typed = activationCode.toLowerCase().replaceAll('-', ' ');
    expect(order({ keep: [typed] })).toBe(order({ keep: [activationCode] }));
  });

  test('when "keep" names the same codes in another order, or one twice', () => {
    const keep = [activationCode, secondActivationCode];
    expect(order({ keep: [...keep.toReversed(), activationCode] })).toBe(order({ keep }));
  });

  test('when characters are written as escapes', () => {
    const text = JSON.stringify(anUpgradeOrder({ customer: aCustomer({ company: 'Zoë 🦊' }) }));
    const escaped = text.replace('Zoë 🦊', String.raw`Zo\u00eb \ud83e\udd8a`);
    expect(escaped).not.toBe(text);
    expect(fingerprintOf('upgrade-order', JSON.parse(escaped))).toBe(
      fingerprintOf('upgrade-order', JSON.parse(text)),
    );
  });
});

describe('an order is another one', () => {
  const customer = aCustomer();
  test.each<[string, Sent]>([
    ['reseller', { reseller: 'contoso' }],
    ['orderNumber', { orderNumber: 'PO-2026-00124' }],
    ['orderNumber in case', { orderNumber: 'po-2026-00123' }],
    ['orderNumber in a blank between', { orderNumber: 'PO-2026 -00123' }],
    ['placedAt', { placedAt: '2026-11-20T09:30:01Z' }],
    ['placedAt in a nanosecond', { placedAt: '2026-11-20T09:30:00.000000001Z' }],
    ['customer.account', { customer: { ...customer, account: 'acme2' } }],
    ['customer.account left out', { customer: { ...customer, account: undefined } }],
    ['customer.company', { customer: { ...customer, company: 'ACME AG' } }],
    ['customer.company in case', { customer: { ...customer, company: 'Acme GmbH' } }],
    ['customer.contact', { customer: { ...customer, contact: 'IT Purchasing' } }],
    ['customer.email', { customer: { ...customer, email: 'it2@acme.example' } }],
    ['customer.country', { customer: { ...customer, country: 'DE' } }],
    ['suite', { suite: 'SPE' }],
    ['seats', { seats: 251 }],
    ['term', { term: 'P13M' }],
    ['startsOn', { startsOn: '2026-11-21' }],
    ['keep', { keep: [activationCode] }],
    ['allowFewerSeats', { allowFewerSeats: true }],
    ['register', { register: { acceptedAgreementAt: '2026-11-20T09:31:00Z' } }],
  ])('when it differs in %s', (_, changes) => {
    expect(order(changes)).not.toBe(order());
  });

  test.each([
    'PO-2026-00123 ',
    '\u00A0PO-2026-00123',
    'PO\u20132026\u201100123',
    'ＰＯ－２０２６－００１２３',
    'PO-2026-\u200B00123',
  ])('but not when the order number is only pasted as %j', (orderNumber) => {
    expect(order({ orderNumber })).toBe(order());
    expect(accepted('upgrade-order', anUpgradeOrder({ orderNumber })).number).toBe('PO-2026-00123');
  });

  test('when company names look alike but are other characters', () => {
    const composed = order({ customer: aCustomer({ company: 'Zo\u00EB' }) });
    expect(order({ customer: aCustomer({ company: 'Zoe\u0308' }) })).not.toBe(composed);
  });
});

test('an order starts on the UTC date on which it was placed, unless it says when', () => {
  const startsOn = (changes: Sent) => accepted('upgrade-order', anUpgradeOrder(changes)).content;
  expect(startsOn({ placedAt: '2026-11-20T00:30:00+01:00' })).toMatchObject({ startsOn: '2026-11-19' });
  expect(startsOn({ placedAt: '2026-12-31T22:00:00-05:00' })).toMatchObject({ startsOn: '2027-01-01' });
  expect(startsOn({ startsOn: '2026-12-01' })).toMatchObject({ startsOn: '2026-12-01' });
});

describe('a registration', () => {
  test('is the same when only the instant of the acceptance differs', () => {
    expect(registration({ acceptedAgreementAt: '2027-01-01T00:00:00Z' })).toBe(registration());
  });

  test('is known by its content: its number is its fingerprint', () => {
    const { number, fingerprint } = accepted('registration', aRegistration());
    expect(number).toBe(fingerprint);
  });

  test('is the same whatever the spelling of the key and the order of the selection', () => {
    expect(registration({ registrationKey: registrationKey.toLowerCase().replaceAll('-', '') })).toBe(
      registration(),
    );
    const select = ['OfficeScan', '100201EN01'];
    expect(registration({ select: [...select.toReversed(), 'OfficeScan'] })).toBe(registration({ select }));
  });

  test.each<[string, Sent]>([
    ['reseller', { reseller: 'contoso' }],
    ['account', { account: 'acme2' }],
    ['newAccount', { account: undefined, newAccount: aNewAccount({ id: 'acme' }) }],
    ['select', { select: ['OfficeScan'] }],
    ['select, nothing rather than all', { select: [] }],
  ])('is a further one when it differs in %s', (_, changes) => {
    expect(registration(changes)).not.toBe(registration());
  });
});

describe('a merge request', () => {
  test('is the same in another spelling', () => {
    const codes = [activationCode, secondActivationCode];
    const request = anOnPremisesMerge({ retain: 'WF-2345-67892-34567-89234-56789-23459', merge: codes });
    const spelled = {
      ...request,
      requestedAt: '2026-11-20T10:30:00+01:00',
      merge: codes.map((code) => code.toLowerCase()).toReversed(),
    };
    expect(fingerprintOf('merge-request', reversed(spelled))).toBe(fingerprintOf('merge-request', request));
  });

  test.each<[string, Sent]>([
    ['reseller', { reseller: undefined }],
    ['requestNumber', { requestNumber: 'MR-770' }],
    ['requestedAt', { requestedAt: '2026-11-20T09:30:01Z' }],
    ['product', { product: '100502EN01' }],
    ['its direction', { into: 'acme-branch', from: 'acme' }],
  ])('is another one when it differs in %s', (_, changes) => {
    expect(fingerprintOf('merge-request', aServiceMerge(changes))).not.toBe(
      fingerprintOf('merge-request', aServiceMerge()),
    );
  });

  test('is another one when it chooses other licenses, or none', () => {
    const none = fingerprintOf('merge-request', anOnPremisesMerge());
    const one = fingerprintOf('merge-request', anOnPremisesMerge({ merge: [secondActivationCode] }));
    expect(one).not.toBe(none);
  });
});
