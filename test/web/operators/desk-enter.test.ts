import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOperator } from '#src/fulfillment/batch/key-holders.ts';
import { addAccount } from '#test/http/holdings.ts';
import { fulfilled, get, orderFor } from '#test/http/requests.ts';
import { listening, openTestApp, type TestApp } from '#test/http/test-app.ts';
import { describeInBrowser, openBrowser, visitor } from '#test/web/browser.ts';

const ids: string[] = [];
let browser: Browser;
let t: TestApp;
let url: string;
let key: string;
let northwind: string;

async function signedIn(): Promise<Page> {
  const { page } = await visitor(browser, { width: 1280, locale: 'en' });
  await page.goto(`${url}/ops`);
  await page.getByRole('textbox', { name: 'Operator key' }).fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Holds', exact: true }).click();
  return page;
}

async function statusOf(id: string | undefined): Promise<string> {
  return (await get(t, northwind, `/v1/upgrade-orders/${id}`)).json<{ status: string }>().status;
}

describeInBrowser('Enter in the reason of a hold', () => {
  beforeAll(async () => {
    browser = await openBrowser();
    t = await openTestApp();
    url = await listening(t);
    northwind = await t.reseller('northwind');
    key = await makeOperator(t.database, 'noor', 'decider', { by: 'operator root' });
    for (const [i, symbol] of ['A', 'B', 'C'].entries()) {
      const activationCode = `OS-2345-67892-34567-89234-56789-2345${symbol}`;
      await addAccount(t.database, `acme-${i}`, 'northwind', [{ activationCode, seats: 500 }]);
      ids.push(await fulfilled(t, northwind, orderFor(`acme-${i}`, { orderNumber: `PO-enter-${i}` })));
    }
  });
  afterAll(async () => {
    await t.close();
    await browser.close();
  });

  test('decides nothing: it shows what approving would give, and keeps what was typed', async () => {
    const page = await signedIn();
    await page.getByRole('link', { name: 'PO-enter-0' }).click();
    const reason = page.getByRole('textbox', { name: 'Reason' });
    await reason.fill('Agreed by phone');
    await reason.press('Enter');
    await page.getByText('Nothing was decided yet.').waitFor();
    expect(await statusOf(ids[0])).toBe('held');
    expect(await reason.inputValue()).toBe('Agreed by phone');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('The hold was approved.').waitFor();
    expect(await statusOf(ids[0])).toBe('fulfilled');
  });

  test('of several decides none: each is previewed, and they are decided from there', async () => {
    const page = await signedIn();
    for (const box of await page.getByRole('checkbox').all()) await box.check();
    const reason = page.getByRole('textbox', { name: 'Reason' });
    await reason.fill('Agreed by phone');
    await reason.press('Enter');
    await page.getByRole('heading', { name: 'Preview of holds' }).waitFor();
    expect(await page.getByRole('table').innerText()).toMatch(/fulfilled\t100 seats[^]*fulfilled\t100 seats/);
    expect([await statusOf(ids[1]), await statusOf(ids[2])]).toEqual(['held', 'held']);
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('heading', { name: 'Decided holds' }).waitFor();
    expect([await statusOf(ids[1]), await statusOf(ids[2])]).toEqual(['fulfilled', 'fulfilled']);
  });
});
