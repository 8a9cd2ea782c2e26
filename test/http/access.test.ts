import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addOperator,
  addReseller,
  findKeyHolder,
  hashApiKey,
  HolderError,
  listOperators,
  listResellers,
  revokeKey,
  revokeOperator,
  rotateKey,
} from '#src/persistence/api-keys.ts';
import { inTransaction, reading, statement } from '#src/persistence/database.ts';
import { get, operatorKey, order, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let key: string;

beforeAll(async () => {
  t = await openTestApp();
  key = await t.reseller('northwind');
});
afterAll(() => t.close());

describe('API keys', () => {
  test('are recognisable, long and random, and only their hash is stored', async () => {
    expect(key).toMatch(/^chk_[\w-]{43}$/);
    const rows = await statement<{ row: string }>(
      reading(t.database),
      'select api_key::text as row from api_key',
    );
    expect(rows.map(({ row }) => row).join()).not.toContain(key.slice(4));
  });

  test('of a taken name are refused with a sentence', async () => {
    const again = inTransaction(t.database, (tx) => addReseller(tx, 'northwind', 'retail'));
    await expect(again).rejects.toThrow(
      new HolderError('There is a reseller "northwind" already; "reseller rotate" gives it a new key.'),
    );
    await inTransaction(t.database, (tx) => addOperator(tx, 'maria'));
    await expect(inTransaction(t.database, (tx) => addOperator(tx, 'maria'))).rejects.toThrow(HolderError);
    await expect(inTransaction(t.database, (tx) => addOperator(tx, 'operator'))).rejects.toThrow(HolderError);
  });

  test('that are rotated or revoked no longer belong to anybody', async () => {
    const first = await t.reseller('turner');
    const second = await inTransaction(t.database, (tx) => rotateKey(tx, 'turner'));
    const holder = (one: string) => findKeyHolder(reading(t.database), hashApiKey(one));
    expect(await holder(first)).toBeUndefined();
    expect(await holder(second)).toMatchObject({ kind: 'reseller', name: 'turner' });
    expect((await get(t, second, '/v1/upgrade-orders')).statusCode).toBe(200);
    expect((await get(t, first, '/v1/upgrade-orders')).statusCode).toBe(401);
    await inTransaction(t.database, (tx) => revokeKey(tx, 'turner'));
    expect(await holder(second)).toBeUndefined();
    expect(await listResellers(reading(t.database))).toContainEqual(
      expect.objectContaining({ name: 'turner', licenseType: 'reseller', keySince: null }),
    );
    await expect(inTransaction(t.database, (tx) => revokeKey(tx, 'turner'))).rejects.toThrow(HolderError);
    const third = await inTransaction(t.database, (tx) => rotateKey(tx, 'turner'));
    expect((await get(t, third, '/v1/upgrade-orders')).statusCode).toBe(200);
  });

  test('of operators can be revoked and given anew', async () => {
    await t.operator('piet');
    await inTransaction(t.database, (tx) => revokeOperator(tx, 'piet'));
    expect(await listOperators(reading(t.database))).toContainEqual(
      expect.objectContaining({ name: 'piet', keySince: null, revokedAt: expect.any(String) }),
    );
    const anew = await t.operator('piet');
    expect((await get(t, anew, '/v1/holds')).statusCode).toBe(200);
  });
});

describe('a call', () => {
  const calls = [
    '/v1/upgrade-orders',
    '/v1/registrations/x',
    '/v1/merge-requests',
    '/v1/accounts/a/licenses',
    '/v1/holds',
    '/v1/find?code=x',
    '/v1/certificates/LC-2026-0000001',
  ];

  test.each(calls)('without a valid key is 401 with WWW-Authenticate: %s', async (url) => {
    for (const headers of [
      {},
      { authorization: 'Bearer chk_wrong' },
      { authorization: 'Basic eDp5' },
      { authorization: key },
    ]) {
      const answer = await t.app.inject({ url, headers });
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['www-authenticate']).toContain('Bearer');
      expect(answer.json()).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    }
  });

  test('without a key is refused before its body is looked at', async () => {
    const answer = await t.app.inject({
      method: 'POST',
      url: '/v1/upgrade-orders',
      payload: 'x'.repeat(2 * 1024 * 1024),
      headers: { 'content-type': 'text/csv' },
    });
    expect(answer.statusCode).toBe(401);
  });

  test.each(['/v1/holds', '/v1/find?code=x'])('of operators is 403 for a reseller: %s', async (url) => {
    expect((await get(t, key, url)).json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const approval = await post(t, key, '/v1/holds/0199c0de-0000-7000-8000-000000000001/approve', {
      reason: 'x',
    });
    expect(approval.statusCode).toBe(403);
  });

  test('by the operator of the environment sees the orders of all resellers', async () => {
    await post(t, key, '/v1/upgrade-orders', order());
    const { items } = (await get(t, operatorKey, '/v1/upgrade-orders')).json();
    expect(items).toContainEqual(expect.objectContaining({ reseller: 'northwind' }));
  });
});

describe('the rate limit', () => {
  test('answers 429 with Retry-After per key, and leaves other keys alone', async () => {
    const limited = await openTestApp({ rateLimitPerMinute: 3 });
    const first = await limited.reseller('first');
    const second = await limited.reseller('second');
    for (let i = 0; i < 3; i += 1)
      expect((await get(limited, first, '/v1/upgrade-orders')).statusCode).toBe(200);
    const refused = await get(limited, first, '/v1/upgrade-orders');
    expect(refused.json()).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await post(limited, first, '/v1/upgrade-orders', order())).statusCode).toBe(429);
    expect((await get(limited, second, '/v1/upgrade-orders')).statusCode).toBe(200);
    expect((await get(limited, first, '/health/live')).statusCode).toBe(200);
    await limited.close();
  });

  test('counts callers without a key by their address, so that keys cannot be guessed', async () => {
    const limited = await openTestApp({ rateLimitPerMinute: 3 });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1)
      statuses.push((await get(limited, `guess-${i}`, '/v1/upgrade-orders')).statusCode);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    await limited.close();
  });
});

test('a request is one log line with route pattern and holder, without codes, keys, bodies or addresses', async () => {
  const code = 'OS-2345-67892-34567-89234-56789-2345C';
  await get(t, operatorKey, `/v1/find?code=${code}`);
  await post(
    t,
    key,
    '/v1/upgrade-orders',
    order({ keep: [code], customer: { company: 'Secretive Ltd', email: 'x@y.example' } }),
  );
  const lines = t.logged.join('');
  expect(lines).toContain('"route":"/v1/find"');
  expect(lines).toContain('"holder":"reseller northwind"');
  for (const secret of [code, code.replaceAll('-', ''), key, operatorKey, 'Secretive'])
    expect(lines).not.toContain(secret);
});
