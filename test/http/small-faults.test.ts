import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { get, operatorKey, order, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let key: string;

beforeAll(async () => {
  t = await openTestApp();
  key = await t.reseller('northwind');
});
afterAll(() => t.close());

test.each([
  '/',
  '/docs',
  '/docs/json',
  '/v1/upgrade-orders',
  '/health/live',
  '/metrics',
  '/nothing',
  '/ops/login',
])('%s is not to be guessed at', async (url) => {
  expect((await t.app.inject({ url })).headers['x-content-type-options']).toBe('nosniff');
});

test('a file of /docs that is missing is 404, and what cannot be sent there 405', async () => {
  const missing = await t.app.inject({ url: '/docs/static/nothing.js' });
  expect(missing.json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  expect(missing.headers['allow']).toBeUndefined();
  expect((await t.app.inject({ url: '/docs/json', method: 'POST' })).statusCode).toBe(405);
});

test.each(['0x1', '1e0', '%201', '1%20', '+1', '', '1.5', '0', '-1', '99999999999999999999', '1&version=2'])(
  'version=%s is no number of a version',
  async (version) => {
    const answer = await get(t, key, `/v1/certificates/LC-2026-0000001?version=${version}`);
    expect(answer.json()).toMatchObject({
      status: 400,
      code: 'INVALID_QUERY',
      errors: [{ path: 'version' }],
    });
  },
);

test.each(['0x10', '1e1', '%2010', ''])('limit=%s is no limit', async (limit) => {
  expect((await get(t, key, `/v1/upgrade-orders?limit=${limit}`)).statusCode).toBe(400);
  expect((await get(t, key, '/v1/upgrade-orders?limit=10')).statusCode).toBe(200);
});

describe('the cursor of a list', () => {
  test('says nothing of how many messages there are', async () => {
    for (let i = 0; i < 3; i += 1) await post(t, key, '/v1/upgrade-orders', order());
    const first = (await get(t, key, '/v1/upgrade-orders?limit=1')).json();
    const shown = Buffer.from(String(first.next), 'base64url').toString('utf8');
    expect(shown).not.toMatch(/^\d+$/);
    const numbers = new Set<string>();
    let next: string | null = '';
    while (next !== null) {
      const query: string = next === '' ? '' : `&cursor=${next}`;
      const page: { items: { orderNumber: string }[]; next: string | null } = (
        await get(t, key, `/v1/upgrade-orders?limit=1${query}`)
      ).json();
      for (const { orderNumber } of page.items) {
        expect(numbers).not.toContain(orderNumber);
        numbers.add(orderNumber);
      }
      next = page.next;
    }
    expect(numbers.size).toBeGreaterThanOrEqual(3);
  });

  test.each(['0199c0de-0000-7000-8000-000000000001', '5', 'x'])(
    'that was never given out is refused: %s',
    async (position) => {
      const cursor = Buffer.from(position).toString('base64url');
      const answer = await get(t, key, `/v1/upgrade-orders?cursor=${cursor}`);
      expect(answer.json()).toMatchObject({ status: 400, errors: [{ path: 'cursor' }] });
    },
  );
});

test('metrics are for operators alone, where that is set', async () => {
  expect((await t.app.inject({ url: '/metrics' })).statusCode).toBe(200);
  const closed = await openTestApp({ metricsAccess: 'operator' });
  const reseller = await closed.reseller('northwind');
  expect((await closed.app.inject({ url: '/metrics' })).statusCode).toBe(401);
  expect((await get(closed, reseller, '/metrics')).statusCode).toBe(403);
  expect((await get(closed, operatorKey, '/metrics')).body).toContain('chancery_up');
  expect((await closed.app.inject({ url: '/health/ready' })).statusCode).toBe(200);
  await closed.close();
});

describe('a name that an object has twice', () => {
  test.each([
    ['{"seats":1,"seats":1000,"orderNumber":"PO-1"}', 'seats'],
    ['{"customer":{"company":"A","company":"B"}}', 'customer.company'],
    [String.raw`{"seats":1,"\u0073eats":2}`, 'seats'],
    ['{"SP-7K2M-9XQ4-TWHC-3MZC":1,"SP-7K2M-9XQ4-TWHC-3MZC":2}', 'SP-…-3MZC'],
  ])('is refused and named: %s', async (body, path) => {
    const answer = await t.app.inject({
      method: 'POST',
      url: '/v1/upgrade-orders',
      payload: body,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    });
    expect(answer.json()).toMatchObject({
      status: 400,
      code: 'INVALID_MESSAGE',
      errors: [{ path, message: 'is there twice' }],
    });
  });

  test('in different objects is fine', async () => {
    const customer = { company: 'A', email: 'a@b.example', contact: 'company' };
    expect((await post(t, key, '/v1/upgrade-orders', order({ customer }))).statusCode).toBe(202);
  });
});

describe('a browser', () => {
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

  test('is told at / where things are; a program too', async () => {
    const page = await t.app.inject({ url: '/', headers: browser });
    expect(page.statusCode).toBe(200);
    for (const place of ['/docs', '/ops', '/health/ready']) expect(page.body).toContain(`href="${place}"`);
    expect((await t.app.inject({ url: '/' })).json()).toMatchObject({ 'OpenAPI document': '/docs/json' });
  });

  test('gets a page where there is nothing; a program, and a call of the API, a problem', async () => {
    const page = await t.app.inject({ url: '/nothing?x=<script>', headers: browser });
    expect([page.statusCode, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.body).toContain('There is nothing at this address.');
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(page.body).not.toContain('<script>');
    expect((await t.app.inject({ url: '/nothing' })).json()).toMatchObject({ code: 'NOT_FOUND' });
    const call = await t.app.inject({ url: '/v1/nothing', headers: browser });
    expect(call.headers['content-type']).toContain('application/problem+json');
  });

  test('gets a page when it sent too many wrong keys', async () => {
    const headers = { ...browser, authorization: 'Bearer wrong' };
    let page = await t.app.inject({ url: '/ops/queues', headers });
    for (let i = 0; i < 12; i += 1) page = await t.app.inject({ url: '/ops/queues', headers });
    expect([page.statusCode, page.headers['content-type']]).toEqual([429, 'text/html; charset=utf-8']);
    expect(Number(page.headers['retry-after'])).toBeGreaterThan(0);
    expect((await get(t, operatorKey, '/ops/queues')).statusCode).toBe(200);
  });
});
