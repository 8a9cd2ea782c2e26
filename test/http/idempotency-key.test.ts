import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statement } from '#src/persistence/database.ts';
import { get, order, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let northwind: string;
let contoso: string;

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  contoso = await t.reseller('contoso');
});
afterAll(() => t.close());

describe('an Idempotency-Key', () => {
  const withKey = (key: string) => ({ 'idempotency-key': key });

  test('with the same body answers as the first time', async () => {
    const body = order();
    const first = await post(t, northwind, '/v1/upgrade-orders', body, withKey('k-1'));
    const again = await post(t, northwind, '/v1/upgrade-orders', body, withKey('k-1'));
    expect([first.statusCode, again.statusCode]).toEqual([202, 200]);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.json().id).toBe(first.json().id);
  });

  test('with another body is refused, and nothing is recorded', async () => {
    await post(t, northwind, '/v1/upgrade-orders', order(), withKey('k-2'));
    const other = order();
    const refused = await post(t, northwind, '/v1/upgrade-orders', other, withKey('k-2'));
    expect(refused.statusCode).toBe(422);
    expect(refused.json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
    const found = await get(t, northwind, `/v1/upgrade-orders?orderNumber=${String(other['orderNumber'])}`);
    expect(found.json()).toEqual({ items: [], next: null });
  });

  test('belongs to the API key: another reseller may use the same', async () => {
    await post(t, northwind, '/v1/upgrade-orders', order(), withKey('k-3'));
    expect((await post(t, contoso, '/v1/upgrade-orders', order(), withKey('k-3'))).statusCode).toBe(202);
  });

  test('with two bodies at once admits one of them', async () => {
    const bodies = Array.from({ length: 8 }, () => order());
    const answers = await Promise.all(
      bodies.map((body) => post(t, northwind, '/v1/upgrade-orders', body, withKey('k-4'))),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 202)).toHaveLength(1);
    expect(answers.filter(({ statusCode }) => statusCode === 422)).toHaveLength(7);
  });

  test('may be used anew after 30 days', async () => {
    await post(t, northwind, '/v1/upgrade-orders', order(), withKey('k-5'));
    await statement(t.database.pool, "update idempotency_key set created_at = now() - interval '31 days'");
    expect((await post(t, northwind, '/v1/upgrade-orders', order(), withKey('k-5'))).statusCode).toBe(202);
    const left = await statement(t.database.pool, 'select key from idempotency_key');
    expect(left).toEqual([{ key: 'k-5' }]);
  });
});
