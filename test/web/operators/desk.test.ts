import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOperator } from '#src/fulfillment/batch/key-holders.ts';
import { inTransaction, reading, statement } from '#src/persistence/database.ts';
import { keepRejectedMessage } from '#src/persistence/rejected-messages.ts';
import { addAccount } from '#test/http/holdings.ts';
import { get, order, orderFor, post } from '#test/http/requests.ts';
import { listening, openTestApp, type TestApp } from '#test/http/test-app.ts';
import { describeInBrowser, openBrowser, visitor } from '#test/web/browser.ts';
import { openJudge } from '#test/web/customers/judge.ts';

const kept = 'OS-2345-67892-34567-89234-56789-2345A';
const other = 'OS-9345-67892-34567-89234-56789-2345B';
const held = 'PO-held-1';
const company = `<b>ACME</b> & Söhne \u202e%_ ${'W'.repeat(150)}`;

let browser: Browser;
let t: TestApp;
let url: string;
let northwind: string;
const keys: Record<string, string> = {};

async function send(body: Record<string, unknown>): Promise<string> {
  const { id } = (await post(t, northwind, '/v1/upgrade-orders', body)).json<{ id: string }>();
  await t.fulfil(id);
  return id;
}

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
  expect(page.url()).not.toContain('67892');
}

async function showsNoCode(page: Page): Promise<void> {
  expect(await page.content()).not.toMatch(/67892|-[0-9A-Z]{5}-[0-9A-Z]{5}-/);
}

async function rejectedMessage(number: string): Promise<void> {
  const content = { ...order(), orderNumber: number, reseller: 'northwind', seats: 'many', keep: [kept] };
  await inTransaction(t.database, (tx) =>
    keepRejectedMessage(tx, {
      queue: 'upgrade-orders',
      jobName: 'upgrade-order',
      code: 'INVALID_MESSAGE',
      message: 'It cannot be accepted.',
      errors: [{ path: 'seats', message: 'must be a number' }],
      content,
      fingerprint: Buffer.from(number.padEnd(32, 'x')).toString('hex'),
      acceptedFingerprint: null,
    }),
  );
}

describeInBrowser("the operators' desk", () => {
  beforeAll(async () => {
    browser = await openBrowser();
    t = await openTestApp();
    url = await listening(t);
    northwind = await t.reseller('northwind');
    for (const role of ['viewer', 'decider', 'admin'] as const)
      keys[role] = await makeOperator(t.database, `the-${role}`, role, { by: 'operator root' });
    const two = [{ activationCode: kept }, { activationCode: other, seats: 5 }];
    await addAccount(t.database, 'acme', 'northwind', two);
    await statement(reading(t.database), 'update account set company = $1', [company]);
    await send(orderFor('acme', { orderNumber: held }));
    await send(order({ orderNumber: 'PO-plain' }));
    await rejectedMessage('PO-refused');
  });
  afterAll(async () => {
    await t.close();
    await browser.close();
  });

  test('finds an order, sees why it is held and what approving gives, and decides it', async () => {
    const page = await signedIn('decider');
    await find(page, held);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain(held);
    await showsNoCode(page);
    await page.getByRole('link', { name: 'Decide its hold' }).click();
    await page.getByText('Approving it and keeping OS-…-345A would give').waitFor();
    await page.getByRole('radio', { name: 'OS-…-345A' }).check();
    await page.getByRole('button', { name: 'Approve' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('Enter a reason.');
    await page.getByRole('textbox', { name: 'Reason' }).fill(`Confirmed by phone, ${kept}`);
    await page.getByRole('radio', { name: 'OS-…-345A' }).check();
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('heading', { level: 1, name: held }).waitFor();
    await showsNoCode(page);
    const { items } = (await get(t, northwind, `/v1/upgrade-orders?orderNumber=${held}`)).json();
    expect(items).toMatchObject([{ status: 'fulfilled' }]);
    await page.getByRole('link', { name: 'Audit' }).click();
    const row = page.getByRole('row', { name: 'hold-approved' });
    expect(await row.innerText()).toContain('Confirmed by phone, OS-…-345A');
  });

  test('decides thirty at once, a row for each, one that somebody else decided meanwhile included', async () => {
    for (let i = 0; i < 30; i += 1) {
      await addAccount(t.database, `many-${i}`, 'northwind', [
        {
          activationCode: `OS-2345-67892-34567-89234-567${'ABC'[Math.floor(i / 10)]}${'ABCDEFGHJK'[i % 10]}-2345A`,
        },
        {
          activationCode: `OS-2345-67892-34567-89234-567${'ABC'[Math.floor(i / 10)]}${'ABCDEFGHJK'[i % 10]}-2345B`,
        },
      ]);
      await send(orderFor(`many-${i}`, { orderNumber: `PO-many-${i}` }));
    }
    const page = await signedIn('decider');
    await page.getByRole('link', { name: 'Holds', exact: true }).click();
    for (const box of await page.getByRole('checkbox').all()) await box.check();
    const { items } = (await get(t, keys['admin'] ?? '', '/v1/holds')).json<{ items: { id: string }[] }>();
    expect(items).toHaveLength(30);
    await post(t, keys['admin'] ?? '', `/v1/holds/${items[0]?.id}/reject`, { reason: 'first' });
    await page.getByRole('textbox', { name: 'Reason' }).fill('Ordered by mistake');
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByRole('heading', { name: 'Decided holds' }).waitFor();
    expect(await page.getByText('Rejected.', { exact: true }).count()).toBe(29);
    expect(await page.getByText('It was rejected by the-admin').count()).toBe(1);
    await showsNoCode(page);
  });

  test('refuses more than a hundred, and decides none', async () => {
    const id = await send(orderFor('many-2', { orderNumber: 'PO-alone' }));
    const { hold } = (await get(t, northwind, `/v1/upgrade-orders/${id}`)).json<{ hold: string }>();
    const form = new URLSearchParams({ decision: 'rejected', reason: 'x', [`hold-${hold}`]: 'yes' });
    for (let i = 0; i < 100; i += 1) form.set(`hold-${crypto.randomUUID()}`, 'yes');
    const payload = form.toString();
    const headers = {
      authorization: `Bearer ${keys['decider']}`,
      'content-type': 'application/x-www-form-urlencoded',
    };
    const answer = await t.app.inject({ method: 'POST', url: '/ops/holds', payload, headers });
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toContain('101 are ticked');
    expect((await get(t, northwind, `/v1/upgrade-orders/${id}`)).json()).toMatchObject({
      status: 'held',
      hold,
    });
    const foreign = { ...headers, authorization: '', 'sec-fetch-site': 'cross-site' };
    const crossed = await t.app.inject({ method: 'POST', url: '/ops/holds', payload, headers: foreign });
    expect(crossed.statusCode).toBe(403);
  });

  test('corrects and replays a refused message; a code that is left masked stays what it was', async () => {
    const page = await signedIn('decider');
    await page.getByRole('link', { name: 'Rejected', exact: true }).click();
    await page.getByRole('link', { name: 'INVALID_MESSAGE' }).click();
    await showsNoCode(page);
    const content = page.getByRole('textbox', { name: 'Corrected content' });
    const shown = await content.inputValue();
    expect(shown).toContain('OS-…-345A');
    await content.fill('{');
    await page.getByRole('button', { name: 'Replay' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('not valid JSON');
    await content.fill(shown.replace('"many"', '70'));
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByRole('heading', { level: 1, name: 'PO-refused' }).waitFor();
    const [row] = await statement<{ content: { keep: string[]; seats: number } }>(
      reading(t.database),
      `select content from message where number = 'PO-refused'`,
    );
    expect(row?.content).toMatchObject({ keep: [kept], seats: 70 });
    await rejectedMessage('PO-never');
    await page.getByRole('link', { name: 'Rejected', exact: true }).click();
    await page.getByRole('link', { name: 'INVALID_MESSAGE' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('A test of the sender');
    await page.getByRole('button', { name: 'Set aside' }).click();
    await page.getByText('None waits.').waitFor();
  });

  test('reveals the one code, says so in the audit, and moves the account', async () => {
    const page = await signedIn('decider');
    await find(page, kept);
    expect(new URL(page.url()).pathname).toBe('/ops/accounts/acme');
    await showsNoCode(page);
    expect(await page.content()).not.toContain('<b>ACME');
    expect(await page.content()).not.toContain('\u202e');
    await page
      .getByRole('row', { name: 'OS-…-345A' })
      .getByRole('button', { name: 'Reveal' })
      .first()
      .click();
    await page.getByRole('button', { name: 'Reveal' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('Enter a reason.');
    await page.getByRole('textbox', { name: 'Reason' }).fill('Asked by phone');
    await page.getByRole('button', { name: 'Reveal' }).click();
    await page.getByText(kept).waitFor();
    expect(await page.content()).not.toContain(other);
    await page.getByRole('textbox', { name: 'Reseller' }).fill('nobody-knows');
    await page.getByRole('textbox', { name: 'Reason' }).fill('Changed its supplier');
    await page.getByRole('button', { name: 'Move' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('nobody-knows');
    await page.getByRole('textbox', { name: 'Reason' }).fill('Changed its supplier');
    await page.getByRole('textbox', { name: 'Reseller' }).fill('');
    await page.getByRole('button', { name: 'Move' }).click();
    await page.getByText('The account belongs to nobody now.').waitFor();
    await page.goto(`${url}/ops/audit?action=code-revealed`);
    const row = page.getByRole('row', { name: 'Asked by phone' });
    expect(await row.innerText()).toContain('operator the-decider');
    await showsNoCode(page);
  });

  test('makes, rotates and ends a key, shown once', async () => {
    const page = await signedIn('admin');
    await page.getByRole('link', { name: 'Operators', exact: true }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('noor');
    await page.getByRole('combobox', { name: 'Role' }).selectOption('viewer');
    await page.getByRole('button', { name: 'Add' }).click();
    const shown = /chk_[\w-]{43}/.exec(await page.content())?.[0] ?? '';
    expect((await get(t, shown, '/v1/audit')).statusCode).toBe(200);
    await page.goto(`${url}/ops/operators`);
    expect(await page.content()).not.toContain('chk_');
    const row = page.getByRole('row', { name: 'noor' });
    await row.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('Lost');
    await page.getByRole('button', { name: 'Rotate' }).click();
    expect(/chk_[\w-]{43}/.exec(await page.content())?.[0]).not.toBe(shown);
    await row.getByRole('button', { name: 'End' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('Left');
    await page.getByRole('button', { name: 'End' }).click();
    await page.getByText('The key of noor has ended.').waitFor();
    await page.goto(`${url}/ops/audit?subject=noor`);
    expect(await page.getByRole('row', { name: /key-(made|rotated|ended)/ }).count()).toBe(3);
  });

  test('a viewer is offered no change, and refused when it tries', async () => {
    const page = await signedIn('viewer');
    for (const path of ['/ops/accounts/acme', '/ops/holds', '/ops/operators', '/ops/resellers']) {
      await page.goto(url + path);
      const names = await page.getByRole('main').getByRole('button').allInnerTexts();
      expect([path, names]).toEqual([path, []]);
    }
    const headers = {
      authorization: `Bearer ${keys['viewer']}`,
      'content-type': 'application/x-www-form-urlencoded',
    };
    for (const path of [
      '/ops/holds',
      '/ops/accounts/acme/move',
      '/ops/accounts/acme/reveal',
      '/ops/operators/add',
    ]) {
      const { statusCode } = await t.app.inject({ method: 'POST', url: path, payload: 'reason=x', headers });
      expect([path, statusCode]).toEqual([path, 403]);
    }
    const paused = await t.app.inject({
      method: 'PUT',
      url: '/ops/queues/api/queues/registrations/pause',
      headers: { authorization: `Bearer ${keys['viewer']}` },
    });
    expect(paused.statusCode).toBe(403);
  });

  test('what is done on the board stands in the audit', async () => {
    for (const change of ['pause', 'resume']) {
      const { statusCode } = await t.app.inject({
        method: 'PUT',
        url: `/ops/queues/api/queues/registrations/${change}`,
        headers: { authorization: `Bearer ${keys['decider']}` },
      });
      expect(statusCode).toBe(200);
    }
    const audit = await get(t, keys['admin'] ?? '', '/v1/audit?action=queue-changed');
    expect(audit.json()).toMatchObject({
      items: [{ by: 'operator the-decider', on: { kind: 'queue', id: 'registrations' } }, {}],
    });
  });

  test.each([360, 1280])('its pages are free of findings at %i px', { timeout: 180_000 }, async (width) => {
    const page = await signedIn('admin', width);
    const judge = await openJudge(browser, page);
    const customer = { account: 'many-1', company, email: 'it@acme.example' };
    const id = await send(
      orderFor(`many-1`, { orderNumber: `PO-look-${width}-${'N'.repeat(40)}`, customer }),
    );
    await rejectedMessage(`PO-look-${width}`);
    const [refused] = await statement<{ id: string }>(
      reading(t.database),
      'select id from rejected_message where replayed_at is null and set_aside_at is null limit 1',
    );
    const { hold } = (await get(t, northwind, `/v1/upgrade-orders/${id}`)).json<{ hold: string }>();
    for (const path of [
      '/ops',
      '/ops/messages?reseller=northwind&kind=upgrade-order&from=2020-01-01&to=2090-01-01&reason=AMBIGUOUS_PRODUCT_FAMILY',
      `/ops/messages/${id}`,
      '/ops/holds',
      `/ops/holds/${hold}`,
      '/ops/rejected',
      `/ops/rejected/${refused?.id}`,
      '/ops/accounts/acme',
      '/ops/resellers',
      '/ops/operators',
      '/ops/audit?action=key-made',
      '/ops/mails',
      '/ops/nope',
    ]) {
      await page.goto(url + path);
      await judge.look(page, path);
      await showsNoCode(page);
    }
  });
});
