import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statement } from '#src/persistence/database.ts';
import { get, operatorKey, order, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let key: string;

beforeAll(async () => {
  t = await openTestApp();
  key = await t.reseller('northwind');
});
afterAll(() => t.close());

interface Problem {
  readonly code: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

async function refusal(body: Record<string, unknown>, url = '/v1/upgrade-orders'): Promise<Problem> {
  const answer = await post(t, key, url, body);
  expect(answer.statusCode).toBe(400);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.body).not.toMatch(/node_modules|\.ts:/);
  return answer.json<Problem>();
}

test('every malformed field of an order is named in one answer, and nothing is recorded', async () => {
  const problem = await refusal({
    orderNumber: 'x'.repeat(10_000),
    placedAt: '2026-02-31T09:30:00Z',
    customer: { company: '', email: 'not-an-address', country: 'de', shoeSize: 46 },
    suite: '',
    seats: -5,
    term: 'P0Y',
    startsOn: '2026-02-31',
    keep: ['OS-SHORT'],
    allowFewerSeats: 'yes',
    discount: 10,
  });
  expect(problem.code).toBe('INVALID_MESSAGE');
  expect(problem.errors.map(({ path }) => path).sort()).toEqual([
    'allowFewerSeats',
    'customer.company',
    'customer.country',
    'customer.email',
    'customer.shoeSize',
    'discount',
    'keep.0',
    'orderNumber',
    'placedAt',
    'seats',
    'startsOn',
    'suite',
    'term',
  ]);
  expect(await statement(t.database.pool, 'select count(*)::int as n from message')).toEqual([{ n: 0 }]);
});

test('missing fields are told apart from wrong ones', async () => {
  const { errors } = await refusal({});
  expect(errors).toContainEqual({ path: 'seats', message: 'is missing' });
  expect(errors.map(({ path }) => path).sort()).toEqual([
    'customer',
    'orderNumber',
    'placedAt',
    'seats',
    'suite',
    'term',
  ]);
});

test.each([
  ['a term of P1000Y', { term: 'P1000Y' }, 'term'],
  ['a fraction of a seat', { seats: 1.5 }, 'seats'],
  ['more than a million seats', { seats: 1_000_001 }, 'seats'],
  ['an order number with an emoji', { orderNumber: '🎉' }, 'orderNumber'],
  ['a company with a NUL', { customer: { company: 'a\0b', email: 'it@acme.example' } }, 'customer.company'],
  [
    'half of a surrogate pair',
    { customer: { company: 'a\ud800', email: 'it@acme.example' } },
    'customer.company',
  ],
  ['a placedAt more than a day ahead', { placedAt: '2099-01-01T00:00:00Z' }, 'placedAt'],
  [
    'registering without an account',
    { register: { acceptedAgreementAt: '2026-11-20T09:31:00Z' } },
    'customer.account',
  ],
  ["another reseller's name", { reseller: 'contoso' }, 'reseller'],
])('%s is refused by its path', async (_, change, path) => {
  const { errors } = await refusal(order(change));
  expect(errors.map((error) => error.path)).toEqual([path]);
});

test("a reseller that is not the key's is told together with all other faults", async () => {
  const { errors } = await refusal(order({ reseller: 'contoso', seats: 0 }));
  expect(errors.map(({ path }) => path)).toEqual(['reseller', 'seats']);
});

test('an emoji company is accepted as it is', async () => {
  const company = '🥐 Bäckerei 株式会社 👩‍🍳';
  const answer = await post(
    t,
    key,
    '/v1/upgrade-orders',
    order({ customer: { company, email: 'it@acme.example' } }),
  );
  expect(answer.statusCode).toBe(202);
});

describe('a registration', () => {
  const registration = {
    registrationKey: 'SP-2222-2222-2222-2222',
    account: 'acme',
    acceptedAgreementAt: '2026-11-20T09:30:00Z',
  };

  test('with a wrong check symbol is MISTYPED_CODE, told apart from an unknown key', async () => {
    const mistyped = await refusal(
      { ...registration, registrationKey: 'SP-2222-2222-2222-2223' },
      '/v1/registrations',
    );
    expect(mistyped).toMatchObject({ code: 'MISTYPED_CODE', errors: [{ path: 'registrationKey' }] });
    const unknown = await post(t, key, '/v1/registrations', {
      ...registration,
      registrationKey: 'sp2222 2222-22222222',
    });
    expect(unknown.statusCode).toBe(202);
    const { id } = unknown.json<{ id: string }>();
    await t.fulfil(id);
    const outcome = await get(t, key, `/v1/registrations/${id}`);
    expect(outcome.json()).toMatchObject({
      status: 'rejected',
      reason: { code: 'UNKNOWN_REGISTRATION_KEY' },
    });
  });

  test('without the agreement is AGREEMENT_NOT_ACCEPTED', async () => {
    const { acceptedAgreementAt: _, ...without } = registration;
    expect(await refusal(without, '/v1/registrations')).toMatchObject({ code: 'AGREEMENT_NOT_ACCEPTED' });
  });

  test('of both an existing and a new account is refused', async () => {
    const newAccount = { id: 'new', company: 'N', email: 'n@n.example', country: 'NO', region: 'emea' };
    expect(await refusal({ ...registration, newAccount }, '/v1/registrations')).toMatchObject({
      errors: [{ path: 'account' }],
    });
  });
});

describe('a merge request', () => {
  const head = {
    requestNumber: 'MR-1',
    requestedAt: '2026-11-20T09:30:00Z',
    kind: 'on-premises',
    account: 'acme',
  };
  const code = 'WF-8QKX-5TNWH-C3MZP-9VGJY-D2RBE-7FAU4';

  test('with an empty list, or a code twice, is refused', async () => {
    const empty = await refusal({ ...head, retain: code, merge: [] }, '/v1/merge-requests');
    expect(empty.errors.map(({ path }) => path)).toEqual(['merge']);
    const twice = await refusal(
      { ...head, retain: code, merge: [code, code.toLowerCase()] },
      '/v1/merge-requests',
    );
    expect(twice.errors.map(({ path }) => path)).toEqual(['merge']);
  });

  test('of an operator has no reseller', async () => {
    const body = {
      requestNumber: 'MR-2',
      requestedAt: '2026-11-20T09:30:00Z',
      kind: 'service',
      product: 'WFBS-SVC',
      into: 'a',
      from: 'b',
    };
    const named = await post(t, operatorKey, '/v1/merge-requests', { ...body, reseller: 'northwind' });
    expect(named.json()).toMatchObject({ status: 400, errors: [{ path: 'reseller' }] });
    expect((await post(t, operatorKey, '/v1/merge-requests', body)).statusCode).toBe(202);
    const conflict = await post(t, operatorKey, '/v1/merge-requests', { ...body, from: 'c' });
    expect(conflict.json()).toMatchObject({ status: 409, code: 'REQUEST_CONFLICT' });
    expect((await get(t, operatorKey, '/v1/merge-requests?requestNumber=MR-2')).json().items).toHaveLength(1);
    expect((await get(t, key, '/v1/merge-requests?requestNumber=MR-2')).json().items).toEqual([]);
  });
});
