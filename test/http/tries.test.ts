import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAccount } from '#test/http/holdings.ts';
import { fulfilled, get, operatorKey, order, orderFor, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let key: string;
let others: string;

beforeAll(async () => {
  t = await openTestApp();
  key = await t.reseller('northwind');
  others = await t.reseller('southwind');
});
afterAll(() => t.close());

const outcome = async (id: string) => (await get(t, key, `/v1/upgrade-orders/${id}`)).json();

test('a rejected number is free: other content is a new try, the same content the first outcome', async () => {
  const wrong = order({ suite: 'spe' });
  const first = await fulfilled(t, key, wrong);
  const right = { ...wrong, suite: 'SPE' };
  const answer = await post(t, key, '/v1/upgrade-orders', right);
  expect(answer.statusCode).toBe(202);
  const { id } = answer.json<{ id: string }>();
  await t.fulfil(id);
  expect(await outcome(id)).toMatchObject({ status: 'fulfilled', replaces: first });
  expect(await outcome(first)).toMatchObject({ status: 'rejected', replacedBy: id });
  const again = await post(t, key, '/v1/upgrade-orders', wrong);
  expect(again.statusCode).toBe(200);
  expect(again.headers['idempotent-replayed']).toBe('true');
  expect(again.json()).toMatchObject({ id: first, status: 'rejected' });
  expect((await post(t, key, '/v1/upgrade-orders', { ...wrong, seats: 3 })).statusCode).toBe(409);
  const listed = (await get(t, key, `/v1/upgrade-orders?orderNumber=${String(wrong['orderNumber'])}`)).json();
  expect(listed).toMatchObject({ items: [{ id: first }, { id }] });
});

test('an order number is found with a blank at its end', async () => {
  const body = order();
  const id = await fulfilled(t, key, body);
  const number = String(body['orderNumber']);
  const repeated = await post(t, key, '/v1/upgrade-orders', { ...body, orderNumber: `${number} ` });
  expect([repeated.statusCode, repeated.json()]).toEqual([
    200,
    expect.objectContaining({ id, orderNumber: number }),
  ]);
  const listed = await get(t, key, `/v1/upgrade-orders?orderNumber=${encodeURIComponent(`${number}\u00A0`)}`);
  expect(listed.json()).toMatchObject({ items: [{ id }] });
  const found = await get(t, operatorKey, `/v1/find?code=${encodeURIComponent(` ${number}`)}`);
  expect(found.json()).toMatchObject({ items: [{ id }] });
});

test('a rejected order is retried by its reseller or an operator, and a worker is told', async () => {
  const body = orderFor('later');
  const id = await fulfilled(t, key, body);
  expect(await outcome(id)).toMatchObject({ status: 'rejected', reason: { code: 'UNKNOWN_ACCOUNT' } });
  await addAccount(t.database, 'later', 'northwind', []);
  const retry = (as: string) =>
    t.app.inject({
      method: 'POST',
      url: `/v1/upgrade-orders/${id}/retry`,
      headers: { authorization: `Bearer ${as}` },
    });
  expect((await retry(others)).statusCode).toBe(404);
  const told = t.enqueued.length;
  const answer = await retry(key);
  expect([answer.statusCode, answer.json()]).toEqual([202, { id, status: 'accepted' }]);
  expect(answer.headers['location']).toBe(`/v1/upgrade-orders/${id}`);
  expect(t.enqueued.slice(told)).toEqual([id]);
  expect((await retry(operatorKey)).json()).toMatchObject({
    code: 'NOT_REJECTED',
    status: 409,
    detail: 'It is accepted, not rejected.',
  });
  await t.fulfil(id);
  expect(await outcome(id)).toMatchObject({ status: 'fulfilled' });
  expect((await retry(key)).json()).toMatchObject({ code: 'NOT_REJECTED' });
});

test.each(['registrations', 'merge-requests'])(
  '%s can be retried too; unknown ones are not found',
  async (path) => {
    const nobody = '00000000-0000-7000-8000-000000000000';
    for (const id of [nobody, 'nonsense'])
      expect(
        (
          await t.app.inject({
            method: 'POST',
            url: `/v1/${path}/${id}/retry`,
            headers: { authorization: `Bearer ${key}` },
          })
        ).statusCode,
      ).toBe(404);
  },
);

test('a rejected merge request is retried as it is', async () => {
  const body = {
    requestNumber: 'MR-9',
    requestedAt: '2026-11-20T09:30:00Z',
    kind: 'service',
    product: 'WFBS-SVC',
    into: 'soon',
    from: 'soon-too',
  };
  const { id } = (await post(t, key, '/v1/merge-requests', body)).json<{ id: string }>();
  await t.fulfil(id);
  const read = async () => (await get(t, key, `/v1/merge-requests/${id}`)).json();
  expect(await read()).toMatchObject({ status: 'rejected', reason: { code: 'UNKNOWN_ACCOUNT' } });
  await addAccount(t.database, 'soon', 'northwind', []);
  await addAccount(t.database, 'soon-too', 'northwind', []);
  const answer = await t.app.inject({
    method: 'POST',
    url: `/v1/merge-requests/${id}/retry`,
    headers: { authorization: `Bearer ${key}` },
  });
  expect(answer.statusCode).toBe(202);
  await t.fulfil(id);
  expect(await read()).toMatchObject({ status: 'rejected', reason: { code: 'MERGE_NO_LICENSE' } });
});
