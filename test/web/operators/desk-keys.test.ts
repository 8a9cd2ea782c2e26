import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endOperator, endReseller, makeOperator, rotateHolder } from '#src/fulfillment/batch/key-holders.ts';
import { relayEvents } from '#src/fulfillment/batch/relay-events.ts';
import { makeEndpoint } from '#src/fulfillment/batch/webhook-endpoints.ts';
import { listOperators } from '#src/persistence/api-keys.ts';
import { reading, statement } from '#src/persistence/database.ts';
import { createSealing } from '#src/webhooks/sealing.ts';
import { bearer, fulfilled, get, operatorKey, order, post } from '#test/http/requests.ts';
import { listening, openTestApp, type TestApp } from '#test/http/test-app.ts';
import { describeInBrowser, openBrowser, visitor } from '#test/web/browser.ts';

const change = { by: 'operator root', reason: 'It has ended' };

describe('ending the key of a reseller', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await openTestApp();
  });
  afterAll(() => t.close());

  test('disables its webhook endpoints, and nobody else’s; with a new key it enables them again', async () => {
    const key = await t.reseller('leaving');
    const staying = await t.reseller('staying');
    const url = 'https://hooks.example/chancery';
    const ids: string[] = [];
    for (const who of [key, key, staying, operatorKey])
      ids.push((await post(t, who, '/v1/webhook-endpoints', { url })).json<{ id: string }>().id);
    const [own = '', rested = '', others = '', operators = ''] = ids;
    await t.app.inject({
      method: 'PATCH',
      url: `/v1/webhook-endpoints/${rested}`,
      headers: bearer(key),
      payload: { enabled: false },
    });
    await fulfilled(t, key, order());
    while (await relayEvents(t.fulfillment));
    expect(await endReseller(t.database, 'leaving', change)).toBe(1);
    const shown = async (id: string) =>
      (await get(t, operatorKey, `/v1/webhook-endpoints/${id}`)).json<Record<string, unknown>>();
    expect(await shown(own)).toMatchObject({ enabled: false, disabledBecause: 'KEY_ENDED' });
    expect(await shown(rested)).toMatchObject({ enabled: false, disabledBecause: 'BY_OWNER' });
    expect(await shown(others)).toMatchObject({ enabled: true });
    expect(await shown(operators)).toMatchObject({ enabled: true });
    const deliveries = await statement(
      reading(t.database),
      'select distinct endpoint, state from delivery order by state',
    );
    expect(deliveries).toEqual([
      { endpoint: own, state: 'cancelled' },
      { endpoint: operators, state: 'pending' },
    ]);
    expect((await get(t, operatorKey, `/v1/audit?subject=${own}`)).json()).toMatchObject({
      items: [
        {
          by: 'operator root',
          action: 'endpoint-disabled',
          because: 'It has ended',
          details: { because: 'KEY_ENDED' },
        },
        { action: 'endpoint-added' },
      ],
    });
    const anew = await rotateHolder(t.database, 'reseller', 'leaving', change);
    expect(await shown(own)).toMatchObject({ enabled: false });
    const enabled = await t.app.inject({
      method: 'PATCH',
      url: `/v1/webhook-endpoints/${own}`,
      headers: bearer(anew),
      payload: { enabled: true },
    });
    expect(enabled.json()).toMatchObject({ enabled: true });
  });
});

test('of two last admins that end each other at once, one stays', async () => {
  const t = await openTestApp({ operatorApiKey: undefined });
  for (let round = 0; round < 5; round += 1) {
    const names = [`a-${round}`, `b-${round}`];
    for (const name of names) await makeOperator(t.database, name, 'admin', change);
    if (round > 0) await endOperator(t.database, `a-${round - 1}`, change, true).catch(() => {});
    if (round > 0) await endOperator(t.database, `b-${round - 1}`, change, true).catch(() => {});
    const ended = await Promise.allSettled(names.map((name) => endOperator(t.database, name, change, true)));
    expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const live = (await listOperators(reading(t.database))).filter(({ keySince }) => keySince !== null);
    expect(live).toHaveLength(1);
  }
  await t.close();
});

describeInBrowser('keys at the desk', () => {
  let browser: Browser;
  let t: TestApp;
  let url: string;
  let key: string;

  async function signedIn(): Promise<Page> {
    const { page } = await visitor(browser, { width: 1280, locale: 'en' });
    await page.goto(`${url}/ops`);
    await page.getByRole('textbox', { name: 'Operator key' }).fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    return page;
  }

  async function end(page: Page, name: string): Promise<void> {
    await page.getByRole('row', { name }).getByRole('button', { name: 'End' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('Left');
    await page.getByRole('button', { name: 'End' }).click();
  }

  beforeAll(async () => {
    browser = await openBrowser();
    t = await openTestApp({ operatorApiKey: undefined });
    url = await listening(t);
    key = await makeOperator(t.database, 'maria', 'admin', change);
  });
  afterAll(async () => {
    await t.close();
    await browser.close();
  });

  test('the last admin’s does not end, and why is said; it does when another can get in', async () => {
    await makeOperator(t.database, 'noor', 'decider', change);
    const page = await signedIn();
    await page.goto(`${url}/ops/operators`);
    await end(page, 'maria');
    expect(await page.getByRole('alert').innerText()).toContain('"maria" is the last admin');
    expect((await get(t, key, '/v1/audit')).statusCode).toBe(200);
    await makeOperator(t.database, 'ada', 'admin', change);
    await page.goto(`${url}/ops/operators`);
    await end(page, 'ada');
    await page.getByText('The key of ada has ended.').waitFor();
    await end(page, 'noor');
    await page.getByText('The key of noor has ended.').waitFor();
  });

  test('of many resellers come by pages, and are found by a part of their names', async () => {
    for (let i = 100; i < 160; i += 1) await t.reseller(`R-${i}`);
    const sealing = createSealing([Buffer.alloc(32)]);
    const made = await makeEndpoint(
      t.database,
      sealing,
      { reseller: 'R-159', url: 'https://hooks.example/', types: [] },
      change,
    );
    expect(made).toBeDefined();
    const page = await signedIn();
    await page.goto(`${url}/ops/resellers`);
    const names = page.getByRole('rowheader');
    expect(await names.count()).toBe(50);
    await page.getByRole('link', { name: 'Next page' }).click();
    expect(await names.allInnerTexts()).toEqual(Array.from({ length: 10 }, (_, i) => `R-${150 + i}`));
    await page.getByRole('textbox', { name: 'Name holds' }).fill('r-15');
    await page.getByRole('button', { name: 'Filter' }).click();
    expect(await names.count()).toBe(10);
    await end(page, 'R-159');
    await page.getByText('The key of R-159 has ended. Webhook endpoints disabled with it: 1.').waitFor();
  });
});
