import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOperator } from '#src/fulfillment/batch/key-holders.ts';
import { reading, statement } from '#src/persistence/database.ts';
import { bearer, fulfilled, get, operatorKey, order } from '#test/http/requests.ts';
import { listening } from '#test/http/test-app.ts';
import { describeInBrowser, openBrowser, visitor } from '#test/web/browser.ts';
import { openJudge } from '#test/web/customers/judge.ts';
import type { Receiver } from '#test/webhooks/receiver.ts';
import { openWebhookSite, type WebhookSite } from '#test/webhooks/webhook-site.ts';

const closings: (() => Promise<void>)[] = [];
const keys: Record<string, string> = {};
let browser: Browser;
let site: WebhookSite;
let url: string;
let receiver: Receiver;
let status = 204;

async function signedIn(role: string, width = 1280): Promise<Page> {
  const { page } = await visitor(browser, { width, locale: 'en' });
  await page.goto(`${url}/ops`);
  await page.getByRole('textbox', { name: 'Operator key' }).fill(keys[role] ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return page;
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

describeInBrowser('the desk’s webhook endpoints', () => {
  beforeAll(async () => {
    browser = await openBrowser();
    site = await openWebhookSite((work) => closings.push(work));
    url = await listening(site.t);
    receiver = await site.receiver({
      answer: (_, response) => response.writeHead(status).end('<b>no</b> \u202e'),
    });
    for (const role of ['viewer', 'decider', 'admin'] as const)
      keys[role] = await makeOperator(site.t.database, `the-${role}`, role, { by: 'operator root' });
  });
  afterAll(async () => {
    for (const close of closings.reverse()) await close();
    await browser.close();
  });

  test('are added, tried out, told again, rotated, disabled and removed', async () => {
    const { t, northwind } = site;
    const page = await signedIn('admin');
    await page.getByRole('link', { name: 'Endpoints' }).click();
    const field = page.getByRole('textbox', { name: 'URL' });
    await field.fill('https://10.0.0.1/hooks');
    await press(page, 'Add');
    expect(await page.getByRole('alert').innerText()).toContain('not a public address');
    expect(await field.inputValue()).toBe('https://10.0.0.1/hooks');
    await field.fill(receiver.url);
    await page.getByRole('textbox', { name: 'Reseller' }).fill('northwind');
    await page.getByRole('checkbox', { name: 'upgrade_order.fulfilled' }).check();
    await press(page, 'Add');
    expect(await page.getByRole('status').innerText()).toMatch(/whsec_\S{44}/);
    await page.getByRole('link', { name: 'Endpoints' }).click();
    expect(await page.content()).not.toContain('whsec_');
    await page.getByRole('link', { name: receiver.url }).click();
    const id = page.url().split('/').at(-1) ?? '';
    status = 500;
    await press(page, 'Test');
    await page.getByRole('cell', { name: 'webhook.test' }).waitFor();
    const message = await fulfilled(t, northwind, order());
    await site.tell(id);
    status = 204;
    const failing = 'that answer no attempt: 1. What they miss is tried again for three days.';
    await page.goto(`${url}/ops`);
    await page.getByText(failing).waitFor();
    expect(await page.getByText('0 undelivered outcomes').count()).toBe(1);
    // It is given up.
    await statement(
      reading(t.database),
      `update delivery set state = 'failed', next_attempt_at = null where endpoint = $1`,
      [id],
    );
    await page.goto(`${url}/ops`);
    await page.getByRole('link', { name: '1 undelivered outcomes' }).click();
    await page.getByRole('link', { name: receiver.url }).click();
    const row = page.getByRole('row', { name: 'upgrade_order.fulfilled' });
    expect(await row.innerText()).toContain('The receiver answered 500.');
    expect(await page.content()).not.toContain('<b>no</b>');
    await row.getByRole('button', { name: 'Replay' }).click();
    await page.getByRole('cell', { name: 'pending', exact: true }).waitFor();
    await site.tell(id);
    await page.goto(`${url}/ops/messages/${message}`);
    const told = page.getByRole('table', { name: 'What webhook endpoints were told of it' });
    expect(await told.innerText()).toMatch(/delivered[^]*failed|failed[^]*delivered/);
    expect(await told.getByRole('columnheader', { name: 'Message' }).count()).toBe(0);
    await page.goto(`${url}/ops`);
    expect(await page.getByText(failing).count()).toBe(0);
    await page.getByText('0 undelivered outcomes').waitFor();
    await page.goto(`${url}/ops/endpoints/${id}`);
    for (const name of ['Rotate', 'Disable']) {
      await press(page, name);
      await press(page, name);
      expect(await page.getByRole('alert').innerText()).toContain('Enter a reason.');
      await page.getByRole('textbox', { name: 'Reason' }).fill('Because of the test');
      await press(page, name);
      if (name === 'Rotate') expect(await page.getByRole('status').innerText()).toMatch(/whsec_\S{44}/);
    }
    await press(page, 'Enable');
    await page.getByRole('button', { name: 'Disable' }).waitFor();
    await press(page, 'Remove');
    await page.getByRole('textbox', { name: 'Reason' }).fill('Because of the test');
    await press(page, 'Remove');
    await page.getByText('There is none yet.').waitFor();
    const audit = await get(t, operatorKey, `/v1/audit?subject=${id}`);
    expect(
      audit.json<{ items: { action: string; by: string }[] }>().items.map(({ action, by }) => [action, by]),
    ).toEqual(
      ['removed', 'changed', 'disabled', 'secret-rotated', 'added'].map((action) => [
        `endpoint-${action}`,
        'operator the-admin',
      ]),
    );
  });

  test('are for admins alone', async () => {
    const { id } = await site.endpoint(operatorKey, receiver.url);
    for (const role of ['viewer', 'decider']) {
      const page = await signedIn(role);
      expect(await page.getByRole('link', { name: 'Endpoints' }).count()).toBe(0);
      for (const path of ['/ops/endpoints', `/ops/endpoints/${id}`]) {
        const answer = await page.goto(`${url}${path}`);
        expect(answer?.status()).toBe(403);
      }
    }
    await site.t.app.inject({
      method: 'DELETE',
      url: `/v1/webhook-endpoints/${id}`,
      headers: bearer(operatorKey),
    });
  });

  test.each([360, 1280])('are valid, accessible and fit at %i px', { timeout: 120_000 }, async (width) => {
    const { t, northwind } = site;
    const endpoint = await site.endpoint(operatorKey, `${receiver.url}?${'x'.repeat(300)}`);
    status = 500;
    const message = await fulfilled(t, northwind, order());
    await site.tell(endpoint.id);
    status = 204;
    const page = await signedIn('admin', width);
    const judge = await openJudge(browser, page);
    for (const path of [
      '/ops/endpoints',
      `/ops/endpoints/${endpoint.id}`,
      `/ops/endpoints/${endpoint.id}?state=pending`,
      `/ops/messages/${message}`,
      '/ops',
    ]) {
      await page.goto(`${url}${path}`);
      await judge.look(page, path);
    }
  });
});
