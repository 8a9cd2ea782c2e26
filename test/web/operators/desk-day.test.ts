import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOperator } from '#src/fulfillment/batch/key-holders.ts';
import { reading, statement } from '#src/persistence/database.ts';
import { addAccount } from '#test/http/holdings.ts';
import { fulfilled, get, order, orderFor, post } from '#test/http/requests.ts';
import { listening, openTestApp, type TestApp } from '#test/http/test-app.ts';
import { describeInBrowser, openBrowser, visitor } from '#test/web/browser.ts';
import { openJudge } from '#test/web/customers/judge.ts';

const code = 'OS-2345-67892-34567-89234-56789-2345A';

let browser: Browser;
let t: TestApp;
let url: string;
let northwind: string;
let registrationKey: string;
const keys: Record<string, string> = {};

async function signedIn(role: string, width = 1280): Promise<Page> {
  const { page } = await visitor(browser, { width, locale: 'en' });
  await page.goto(`${url}/ops`);
  await page.getByRole('textbox', { name: 'Operator key' }).fill(keys[role] ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return page;
}

async function find(page: Page, text: string): Promise<void> {
  await page.getByRole('searchbox', { name: 'Search' }).fill(text);
  await page.getByRole('button', { name: 'Search' }).click();
  await page.waitForLoadState('load');
}

function pathOf(page: Page): string {
  return new URL(page.url()).pathname;
}

/** Holds of orders for fewer seats than their accounts have. */
async function holds(name: string, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const symbols = Array.from(
      `${name.length}${String(i).padStart(4, '0')}`,
      (digit) => 'ABCDEFGHJK'[Number(digit)],
    );
    const activationCode = `OS-2345-67892-34567-89234-${name.slice(0, 5).toUpperCase().padEnd(5, 'X')}-${symbols.join('')}`;
    await addAccount(t.database, `${name}-${i}`, 'northwind', [{ activationCode, seats: 500 }]);
    await fulfilled(t, northwind, orderFor(`${name}-${i}`, { orderNumber: `PO-${name}-${i}` }));
  }
}

describeInBrowser('an operator’s day', () => {
  beforeAll(async () => {
    browser = await openBrowser();
    t = await openTestApp();
    url = await listening(t);
    northwind = await t.reseller('northwind');
    for (const role of ['viewer', 'decider', 'admin'] as const)
      keys[role] = await makeOperator(t.database, `the-${role}`, role, { by: 'operator root' });
    await addAccount(t.database, 'acme', 'northwind', [{ activationCode: code, seats: 50 }]);
    await addAccount(t.database, 'acme-branch', 'northwind', []);
    const id = await fulfilled(t, northwind, order({ orderNumber: 'PO-no-account' }));
    const sold = await get(t, northwind, `/v1/upgrade-orders/${id}`);
    registrationKey = sold.json<{ registrationKey: string }>().registrationKey;
  });
  afterAll(async () => {
    await t.close();
    await browser.close();
  });

  test('sees all that ever happened to an account', async () => {
    const sold = await fulfilled(t, northwind, orderFor('acme', { orderNumber: 'PO-acme' }));
    const { registrationKey: key, certificate } = (
      await get(t, northwind, `/v1/upgrade-orders/${sold}`)
    ).json<{
      registrationKey: string;
      certificate: { number: string };
    }>();
    const registration = {
      registrationKey: key,
      account: 'acme',
      acceptedAgreementAt: '2026-11-21T10:00:00Z',
    };
    const registered = (await post(t, northwind, '/v1/registrations', registration)).json<{ id: string }>()
      .id;
    await t.fulfil(registered);
    const change = {
      requestNumber: 'CR-1',
      requestedAt: '2026-11-22T09:00:00Z',
      kind: 'seats',
      order: 'PO-acme',
      seats: 300,
    };
    const changed = (await post(t, northwind, '/v1/change-requests', change)).json<{ id: string }>().id;
    await t.fulfil(changed);
    const replacement = {
      requestNumber: 'CR-2',
      requestedAt: '2026-11-22T09:00:00Z',
      kind: 'code-replacement',
      activationCode: code,
      because: 'leaked',
    };
    const replaced = (await post(t, northwind, '/v1/change-requests', replacement)).json<{ id: string }>().id;
    await t.fulfil(replaced);
    await post(t, keys['admin'] ?? '', '/v1/accounts/acme/reseller', {
      reseller: null,
      reason: 'Left its reseller',
    });
    const page = await signedIn('viewer');
    await find(page, 'acme');
    expect(pathOf(page)).toBe('/ops/accounts/acme');
    const table = (name: string) => page.getByRole('table', { name });
    for (const [name, id] of [
      ['order', sold],
      ['registration', registered],
      ['change', changed],
    ] as const)
      expect(
        await table('Grants, the latest first')
          .getByRole('link', { name, exact: true })
          .first()
          .getAttribute('href'),
      ).toBe(`/ops/messages/${id}`);
    expect(await table('Registration Keys').getByRole('link', { name: 'PO-acme' }).getAttribute('href')).toBe(
      `/ops/messages/${sold}`,
    );
    expect(await table('Messages, the latest first').getByRole('link', { name: 'CR-1' }).count()).toBe(1);
    expect(
      await table('Certificates, the latest first').getByText(certificate.number).count(),
    ).toBeGreaterThan(2);
    expect(await table('Codes that were replaced').getByText('OS-…-345A').count()).toBe(1);
    expect(await table('Moves between resellers').getByText('Left its reseller').count()).toBe(1);
    expect(await table('Members').getByText('it@acme.example').count()).toBe(1);
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
    expect(await page.content()).not.toMatch(/67892|-[0-9A-Z]{5}-[0-9A-Z]{5}-/);
    await page.getByRole('link', { name: 'What persons changed of it' }).click();
    expect(await page.getByRole('row', { name: 'account-moved' }).innerText()).toContain('Left its reseller');
  });

  test('finds by every name that the contract lists', async () => {
    const page = await signedIn('viewer');
    const [sold] = (await get(t, northwind, '/v1/upgrade-orders?orderNumber=PO-no-account')).json<{
      items: { id: string; certificate: { number: string } }[];
    }>().items;
    const at = `/ops/messages/${sold?.id}`;
    await find(page, registrationKey.toLowerCase().replaceAll('-', ' '));
    expect(pathOf(page)).toBe(at);
    await find(page, sold?.certificate.number ?? '');
    expect(pathOf(page)).toBe(at);
    await find(page, sold?.id ?? '');
    expect(pathOf(page)).toBe(at);
    await find(page, registrationKey.slice(-4));
    expect(pathOf(page)).toBe(at);
    await find(page, 'acme gm');
    const rows = page.getByRole('table', { name: 'What was found' }).getByRole('link');
    expect(await rows.allInnerTexts()).toEqual(expect.arrayContaining(['acme', 'acme-branch']));
    const wrong = registrationKey.endsWith('2') ? '3' : '2';
    await find(page, registrationKey.slice(0, -1) + wrong);
    await page.getByText('somebody mistyped it').waitFor();
    expect(page.url()).toBe(`${url}/ops/search`);
    expect(await page.content()).not.toContain(registrationKey.slice(3, 12));
    await page.reload();
    await page.goto(`${url}/ops/search`);
    await page.getByRole('heading', { name: 'Search' }).waitFor();
  });

  test('finds the orders of a company that has no account, whatever became of them', async () => {
    const customer = (company: string) => ({ customer: { company, email: 'it@newcomer.example' } });
    const ordered = async (content: object) => {
      const { id } = (await post(t, northwind, '/v1/upgrade-orders', content)).json<{ id: string }>();
      await t.fulfil(id);
      return `/ops/messages/${id}`;
    };
    const sold = await ordered(order({ orderNumber: 'PO-NEW-1', ...customer('Newcomer & Söhne') }));
    const page = await signedIn('viewer');
    await find(page, 'newcomer');
    expect(pathOf(page)).toBe(sold);
    await find(page, 'po-new-1');
    expect(pathOf(page)).toBe(sold);
    const rejected = await ordered(
      order({ orderNumber: 'PO-NEW-2', suite: 'NONE', ...customer('NEWCOMER') }),
    );
    const named = { account: 'acme', company: 'Newcomer, by name', email: 'it@acme.example' };
    await ordered(order({ orderNumber: 'PO-NEW-3', seats: 500, customer: named }));
    await find(page, 'Newcomer');
    const rows = page.getByRole('table', { name: 'What was found' }).getByRole('row');
    expect(await rows.getByRole('link').allInnerTexts()).toEqual(['PO-NEW-2', 'PO-NEW-1']);
    expect(await rows.getByRole('link').first().getAttribute('href')).toBe(rejected);
    expect(await rows.last().innerText()).toContain('Newcomer & Söhne');
  });

  test('reveals a Registration Key that no account has yet, on its order’s page, and finds out who did and why', async () => {
    const page = await signedIn('decider');
    await find(page, 'PO-no-account');
    expect(await page.content()).not.toContain(registrationKey);
    await page.getByRole('button', { name: 'Reveal' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('The customer lost the mail');
    await page.getByRole('button', { name: 'Reveal' }).click();
    await page.getByText(registrationKey).waitFor();
    await page.getByRole('link', { name: 'What persons did about it' }).click();
    const row = page.getByRole('row', { name: 'code-revealed' });
    expect(await row.innerText()).toContain('operator the-decider');
    expect(await row.innerText()).toContain('The customer lost the mail');
    expect(await page.content()).not.toContain(registrationKey);
  });

  test('lets a second person act for an account, and takes the first one’s right', async () => {
    const page = await signedIn('admin');
    await page.goto(`${url}/ops/accounts/acme`);
    expect(await page.getByRole('button', { name: 'Remove' }).count()).toBe(0);
    const address = page.getByRole('textbox', { name: 'E-mail address' });
    await address.fill('not an address');
    await page.getByRole('button', { name: 'Invite' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('Enter an e-mail address');
    expect(await address.inputValue()).toBe('not an address');
    await address.fill('Second@ACME.example');
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByText('second@acme.example can act for the account now').waitFor();
    const { items } = (await get(t, keys['admin'] ?? '', '/v1/mails?to=second@acme.example')).json<{
      items: unknown[];
    }>();
    expect(items).toMatchObject([{ kind: 'invitation' }]);
    await page.getByRole('button', { name: 'Remove it@acme.example' }).click();
    await page.getByText('it@acme.example cannot act for the account any more').waitFor();
    expect(await page.getByRole('button', { name: 'Remove' }).count()).toBe(0);
    await page.goto(`${url}/ops/audit?account=acme`);
    for (const action of ['member-invited', 'member-removed'])
      expect(await page.getByRole('row', { name: action }).count()).toBe(1);
    const decider = await signedIn('decider');
    await decider.goto(`${url}/ops/accounts/acme`);
    expect(await decider.getByRole('button', { name: 'Invite' }).count()).toBe(0);
  });

  test(
    'signs in, searches, opens, ticks and decides thirty by the keyboard alone',
    { timeout: 120_000 },
    async () => {
      await holds('keyb', 30);
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      const press = (key: string) => page.keyboard.press(key);
      const focused = page.locator(':focus');
      const tabTo = async (target: Locator) => {
        for (let i = 0; i < 400; i += 1) {
          await press('Tab');
          if (await target.and(focused).count()) return;
        }
        throw new Error('The keyboard does not come there.');
      };
      await page.goto(`${url}/ops`);
      // The field has the focus already.
      await page.keyboard.type(keys['decider'] ?? '');
      await press('Enter');
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      await tabTo(page.getByRole('searchbox', { name: 'Search' }));
      await page.keyboard.type('PO-keyb-3');
      await press('Enter');
      await page.getByRole('heading', { level: 1, name: 'PO-keyb-3' }).waitFor();
      await tabTo(page.getByRole('link', { name: 'Decide its hold' }));
      await press('Enter');
      await tabTo(page.getByRole('textbox', { name: 'Reason' }));
      await page.keyboard.type('Agreed by phone');
      await tabTo(page.getByRole('button', { name: 'Approve' }));
      await press('Enter');
      await page.getByRole('heading', { level: 1, name: 'PO-keyb-3' }).waitFor();
      await page.getByText('The hold was approved.').waitFor();
      await tabTo(page.getByRole('link', { name: 'Holds', exact: true }));
      await press('Enter');
      await tabTo(page.getByRole('checkbox', { name: 'Decide PO-keyb-7' }));
      await press('Space');
      expect(await page.getByRole('checkbox', { name: 'Decide PO-keyb-7' }).isChecked()).toBe(true);
      await page.goto(page.url());
      await tabTo(page.getByRole('link', { name: 'Tick all on this page' }));
      await press('Enter');
      await page.waitForURL('**/ops/holds?tick=all');
      await tabTo(page.getByRole('textbox', { name: 'Reason' }));
      await page.keyboard.type('Fewer seats are wanted');
      await tabTo(page.getByRole('button', { name: 'Approve' }));
      await press('Enter');
      await page.getByRole('heading', { name: 'Decided holds' }).waitFor();
      expect(await page.getByRole('cell', { name: 'Approved.', exact: true }).count()).toBe(29);
      const [counted] = await statement<{ fulfilled: number }>(
        reading(t.database),
        `select count(*)::integer as fulfilled from message where status = 'fulfilled' and number like 'PO-keyb-%'`,
      );
      expect(counted).toEqual({ fulfilled: 30 });
    },
  );

  test.each([360, 1280])(
    'its pages between are free of findings at %i px',
    { timeout: 180_000 },
    async (width) => {
      await holds(`look${width}`, 2);
      const { page: outside } = await visitor(browser, { width, locale: 'en' });
      const atTheDoor = await openJudge(browser, outside);
      await outside.goto(`${url}/ops/login`);
      await atTheDoor.look(outside, 'sign in');
      const page = await signedIn('admin', width);
      const judge = await openJudge(browser, page);
      await page.goto(`${url}/ops/holds?tick=all`);
      await judge.look(page, 'holds, all ticked');
      await page.getByRole('button', { name: 'Reject' }).click();
      await judge.look(page, 'holds, without a reason');
      await page.getByRole('textbox', { name: 'Reason' }).fill('Ordered by mistake');
      await page.getByRole('button', { name: 'Reject' }).click();
      await judge.look(page, 'decided holds');
      await page.goto(`${url}/ops/mails`);
      await judge.look(page, 'mails');
      await find(page, 'acme gm');
      await judge.look(page, 'what was found');
      await find(page, 'nothing is named like that');
      await judge.look(page, 'nothing found');
      await page.goto(`${url}/ops/messages?status=done&from=never`);
      await judge.look(page, 'filters that cannot be');
      await page.goto(`${url}/ops/accounts/nobody-knows`);
      await judge.look(page, 'not found');
      await page.goto(`${url}/ops/accounts/acme`);
      await page.getByRole('button', { name: 'Reveal' }).first().click();
      await judge.look(page, 'why a code is revealed');
      await page.goto(`${url}/ops/resellers`);
      await page.getByRole('textbox', { name: 'Name' }).fill(`new-${width}`);
      await page.getByRole('button', { name: 'Add' }).click();
      await judge.look(page, 'a new key');
      if (width > 360) return;
      const cell = page.locator('td[data-label="Change"]').first();
      const [around, within] = [
        await cell.boundingBox(),
        await cell.getByRole('button').first().boundingBox(),
      ];
      expect((within?.y ?? Infinity) - (around?.y ?? 0), 'a button stands beside its name').toBeLessThan(10);
    },
  );
});
