import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addAccount } from '#test/http/holdings.ts';
import { fulfilled, get, order, orderFor, post } from '#test/http/requests.ts';
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

describe('lists', () => {
  test('page through the orders in the order of acceptance, without gaps or repeats', async () => {
    const key = await t.reseller('pager');
    const numbers: string[] = [];
    for (let i = 0; i < 7; i += 1) {
      const body = order();
      numbers.push(String(body['orderNumber']));
      await post(t, key, '/v1/upgrade-orders', body);
    }
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const url: string = `/v1/upgrade-orders?limit=3${next === '' ? '' : `&cursor=${next}`}`;
      const page = (await get(t, key, url)).json<{ items: { orderNumber: string }[]; next: string | null }>();
      seen.push(...page.items.map(({ orderNumber }) => orderNumber));
      next = page.next;
    }
    expect(seen).toEqual(numbers);
  });

  test('filter by number, status, account and time of acceptance', async () => {
    const key = await t.reseller('filterer');
    await addAccount(t.database, 'filtered', 'filterer');
    const body = orderFor('filtered');
    const id = await fulfilled(t, key, body);
    await post(t, key, '/v1/upgrade-orders', order());
    const ids = async (query: string) =>
      (await get(t, key, `/v1/upgrade-orders?${query}`))
        .json<{ items: { id: string }[] }>()
        .items.map((item) => item.id);
    expect(await ids(`orderNumber=${String(body['orderNumber'])}`)).toEqual([id]);
    expect(await ids('status=fulfilled')).toEqual([id]);
    expect(await ids('account=filtered')).toEqual([id]);
    expect(await ids('acceptedAfter=2020-01-01T00:00:00Z')).toHaveLength(2);
    const { acceptedAt } = (await get(t, key, `/v1/upgrade-orders/${id}`)).json<{ acceptedAt: string }>();
    expect(await ids(`acceptedAfter=${acceptedAt}`)).not.toContain(id);
    expect(await ids('acceptedAfter=2099-01-01T00:00:00%2B02:00')).toEqual([]);
  });

  test('name every bad filter with its path', async () => {
    const url = '/v1/upgrade-orders?status=done&limit=500&acceptedAfter=yesterday&account=%2A&colour=red';
    const answer = await get(t, northwind, url);
    expect(answer.statusCode).toBe(400);
    expect(
      answer
        .json()
        .errors.map(({ path }: { path: string }) => path)
        .sort(),
    ).toEqual(['acceptedAfter', 'account', 'colour', 'limit', 'status']);
    const cursor = await get(t, northwind, '/v1/upgrade-orders?cursor=abc');
    expect(cursor.json()).toMatchObject({ status: 400, errors: [{ path: 'cursor' }] });
  });
});

test('the history says what happened, when, and by whom', async () => {
  const id = await fulfilled(t, northwind, order());
  const { items } = (await get(t, northwind, `/v1/upgrade-orders/${id}/events`)).json();
  expect(items).toMatchObject([
    { event: 'accepted', by: 'reseller northwind' },
    { event: 'fulfilled', by: 'worker' },
  ]);
  expect(items[0].at).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
});

test("another reseller's order answers as an unknown one, everywhere", async () => {
  const id = await fulfilled(t, northwind, order());
  for (const url of [`/v1/upgrade-orders/${id}`, `/v1/upgrade-orders/${id}/events`]) {
    const foreign = await get(t, contoso, url);
    const unknown = await get(t, contoso, url.replace(id, '0199c0de-0000-7000-8000-000000000001'));
    const { instance: _, ...problem } = foreign.json();
    const { instance: __, ...unknownProblem } = unknown.json();
    expect(foreign.statusCode).toBe(404);
    expect(problem).toEqual(unknownProblem);
  }
  expect((await get(t, contoso, '/v1/upgrade-orders/not-an-id')).statusCode).toBe(404);
  expect((await get(t, contoso, `/v1/registrations/${id}`)).statusCode).toBe(404);
});
