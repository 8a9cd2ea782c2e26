import { describe, expect, test } from 'vitest';
import {
  accepted,
  activationCode,
  aCustomer,
  anUpgradeOrder,
  faultyPaths,
  refused,
  type Sent,
} from '#test/jobs/messages.ts';

const at = (field: string, value: unknown): Sent => {
  const [parent, child] = field.split('.');
  return anUpgradeOrder(
    child === undefined ? { [field]: value } : { [parent ?? '']: aCustomer({ [child]: value }) },
  );
};

describe('an order is refused with the path of the fault', () => {
  test.each<[string, unknown]>([
    ['term', 'P0Y'],
    ['term', 'P1000Y'],
    ['term', 'P11Y'],
    ['term', 12],
    ['startsOn', '2026-02-31'],
    ['startsOn', '2026-13-01'],
    ['startsOn', '2026-12-01T00:00:00Z'],
    ['startsOn', '2200-01-01'],
    ['startsOn', '0001-01-01'],
    ['placedAt', '2026-02-31T09:30:00Z'],
    ['placedAt', '2026-11-20'],
    ['placedAt', '2026-11-20T09:30:00'],
    ['placedAt', '2026-11-20T24:00:00Z'],
    ['placedAt', '2026-11-20T09:30:00+25:00'],
    ['placedAt', '2026-11-20T09:30:00Z[Europe/Berlin]'],
    ['placedAt', '0000-01-01T00:00:00+01:00'],
    ['placedAt', '9999-12-31T23:59:59-01:00'],
    ['placedAt', 1_763_631_000],
    ['seats', -5],
    ['seats', 0],
    ['seats', 1.5],
    ['seats', 1_000_001],
    ['seats', 1e300],
    ['seats', Number.NaN],
    ['seats', Number.POSITIVE_INFINITY],
    ['seats', '250'],
    ['seats', true],
    ['orderNumber', ''],
    ['orderNumber', ' '],
    ['orderNumber', '\u200B'],
    ['customer.company', '   '],
    ['customer.company', '\u200B\u200B'],
    ['customer.company', '\u3164'],
    ['customer.company', '\u2800\u00AD'],
    ['customer.contact', '\u00A0'],
    ['orderNumber', 'x'.repeat(65)],
    ['orderNumber', 'x'.repeat(10_000)],
    ['orderNumber', 'PO-ü'],
    ['orderNumber', 'PO\n1'],
    ['orderNumber', 'PO\u00001'],
    ['orderNumber', 123],
    ['reseller', ' northwind'],
    ['reseller', ''],
    ['suite', ''],
    ['suite', 'S'.repeat(65)],
    ['suite', ['SPC']],
    ['keep', activationCode],
    ['allowFewerSeats', 'false'],
    ['allowFewerSeats', 0],
    ['register', true],
    ['customer', 'ACME'],
    ['customer', []],
    ['customer.account', 'ACME'],
    ['customer.account', '-acme'],
    ['customer.account', 'a'.repeat(64)],
    ['customer.account', ''],
    ['customer.company', ''],
    ['customer.company', 'x'.repeat(201)],
    ['customer.company', 'ACME\u0000'],
    ['customer.company', 'ACME\r\nBcc: all'],
    ['customer.company', 'ACME\u001B[31m'],
    ['customer.company', 'ACME\u0085'],
    ['customer.company', 'ACME \uD83E'],
    ['customer.company', { name: 'ACME' }],
    ['customer.contact', ''],
    ['customer.email', 'it@acme'],
    ['customer.email', 'it acme@acme.example'],
    ['customer.email', `${'i'.repeat(250)}@acme.example`],
    ['customer.country', 'Germany'],
    ['customer.country', 'de'],
  ])('%s: %j', (field, value) => {
    const { code, errors } = refused('upgrade-order', at(field, value));
    expect(code).toBe('INVALID_MESSAGE');
    expect([...new Set(errors.map(({ path }) => path))]).toEqual([field]);
    expect(errors[0]?.message).not.toBe('');
  });

  test.each([
    'reseller',
    'orderNumber',
    'placedAt',
    'customer',
    'customer.company',
    'customer.email',
    'suite',
    'seats',
  ])('%s is missing, or null', (field) => {
    expect(refused('upgrade-order', at(field, undefined)).errors).toEqual([
      { path: field, message: 'is missing' },
    ]);
    expect(faultyPaths('upgrade-order', at(field, null))).toEqual([field]);
  });

  test('term is missing, and validThrough with it; or both are there', () => {
    const exactlyOne = [{ path: 'term', message: 'name exactly one of "term" and "validThrough"' }];
    expect(refused('upgrade-order', at('term', undefined)).errors).toEqual(exactlyOne);
    expect(refused('upgrade-order', at('validThrough', '2028-01-31')).errors).toEqual(exactlyOne);
    expect(faultyPaths('upgrade-order', at('term', null))).toEqual(['term']);
    expect(faultyPaths('upgrade-order', at('validThrough', '2028-02-30'))).toContain('validThrough');
  });

  test.each([
    'customer.account',
    'customer.contact',
    'customer.country',
    'startsOn',
    'keep',
    'allowFewerSeats',
    'register',
  ])('%s may be absent, but not null', (field) => {
    expect(faultyPaths('upgrade-order', at(field, null))).toEqual([field]);
  });

  test('a code of "keep" is not one, or there are too many', () => {
    const keep = [activationCode, 'OS-1', 7, 'SP-2345-6789-2345-678G'];
    expect(faultyPaths('upgrade-order', anUpgradeOrder({ keep }))).toEqual(['keep.1', 'keep.2', 'keep.3']);
    const many = Array.from({ length: 101 }, () => activationCode);
    expect(faultyPaths('upgrade-order', anUpgradeOrder({ keep: many }))).toEqual(['keep']);
  });

  test('a field is unknown, at whatever depth', () => {
    const order = anUpgradeOrder({
      seat: 5,
      customer: aCustomer({ vat: 'DE1' }),
      register: { acceptedAgreementAt: '2026-11-20T09:31:00Z', by: 'me' },
    });
    expect(faultyPaths('upgrade-order', order)).toEqual(['customer.vat', 'register.by', 'seat']);
    const polluting: unknown = JSON.parse(
      JSON.stringify(anUpgradeOrder()).replace('{', '{"__proto__": {"seats": 1},'),
    );
    expect(faultyPaths('upgrade-order', polluting)).toEqual(['__proto__']);
  });

  test.each([null, undefined, 'order', 7, true, [], [anUpgradeOrder()]])('it is no object but %j', (sent) => {
    expect(refused('upgrade-order', sent)).toEqual({
      code: 'INVALID_MESSAGE',
      errors: [{ path: '', message: 'the message must be a JSON object' }],
    });
  });

  test('it registers at once without an account', () => {
    const register = { acceptedAgreementAt: '2026-11-20T09:31:00Z' };
    const customer = aCustomer({ account: undefined });
    expect(faultyPaths('upgrade-order', anUpgradeOrder({ register, customer }))).toEqual([
      'customer.account',
    ]);
  });

  test.each([
    {},
    { acceptedAgreementAt: null },
    { acceptedAgreementAt: false },
    { acceptedAgreementAt: 'yes' },
  ])('it registers at once without the agreement: %j', (register) => {
    expect(refused('upgrade-order', anUpgradeOrder({ register }))).toMatchObject({
      code: 'AGREEMENT_NOT_ACCEPTED',
      errors: [{ path: 'register.acceptedAgreementAt' }],
    });
  });
});

test('every fault of an order is named in one answer, none with the content of its field', () => {
  const customer = {
    account: 'SECRET ONE',
    company: '',
    email: 'SECRET-TWO',
    country: 'SECRET',
    vat: 'SECRET',
  };
  const register = { acceptedAgreementAt: 'SECRET' };
  const order = {
    orderNumber: 'SECRET\n',
    placedAt: 'SECRET',
    customer,
    suite: 7,
    seats: -1,
    term: 'SECRET',
    keep: ['SECRET'],
    startsOn: 'SECRET',
    register,
    extra: 'SECRET',
  };
  const { code, errors } = refused('upgrade-order', order);
  expect(code).toBe('INVALID_MESSAGE');
  expect(JSON.stringify(errors)).not.toContain('SECRET');
  expect(errors.map(({ path }) => path).sort()).toEqual([
    'customer.account',
    'customer.company',
    'customer.country',
    'customer.email',
    'customer.vat',
    'extra',
    'keep.0',
    'orderNumber',
    'placedAt',
    'register.acceptedAgreementAt',
    'reseller',
    'seats',
    'startsOn',
    'suite',
    'term',
  ]);
});

describe('an order is accepted', () => {
  test.each([
    '🦊🦊🦊',
    'Ελληνικά ΑΕ',
    '日本語株式会社',
    'Łódź "&" <b>',
    '=HYPERLINK("x")',
    'x'.repeat(200),
    '🦊'.repeat(200),
  ])('from a company named %j', (company) => {
    const { content } = accepted('upgrade-order', anUpgradeOrder({ customer: aCustomer({ company }) }));
    expect(content).toMatchObject({ customer: { company } });
  });

  test.each([1, 1_000_000])('for %i seats', (seats) => {
    expect(accepted('upgrade-order', anUpgradeOrder({ seats })).content).toMatchObject({ seats });
  });

  test.each(['!', 'PO 1', '~'.repeat(64), "'; drop table message; --"])(
    'with the number %j',
    (orderNumber) => {
      expect(accepted('upgrade-order', anUpgradeOrder({ orderNumber })).number).toBe(orderNumber);
    },
  );

  test('with codes of elsewhere in "keep", which have the shape alone', () => {
    const foreign = 'OS-0O1I-LLLLL-00000-11111-OOOOO-IIIII';
    expect(accepted('upgrade-order', anUpgradeOrder({ keep: [foreign] })).content).toMatchObject({
      keep: [foreign],
    });
  });
});
