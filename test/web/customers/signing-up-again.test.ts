import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser, openBrowser, visitor } from '#test/web/browser.ts';
import { codeMailedTo, openPortalSite } from '#test/web/customers/portal-site.ts';
import { signUpUntilProven } from '#test/web/customers/sign-up-steps.ts';

let browser: Browser;

describeInBrowser('signing up with what is not good any more, twice, or too often', () => {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test(
    'a key that has ended, and one that was replaced, are told as such where they are entered',
    { timeout: 90_000 },
    async () => {
      const site = await openPortalSite();
      const key = await site.order();
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      const enter = async (code: string) => {
        await page.goto(`${site.url}/portal/sign-up`);
        await page.getByRole('radio', { name: 'No, I am a first time user' }).check();
        await page.getByRole('textbox', { name: 'Registration Key' }).fill(code);
        await page.getByRole('button', { name: 'Continue' }).click();
      };
      await site.change({ kind: 'code-replacement', registrationKey: key, because: 'leaked' });
      await enter(key);
      expect(await page.getByRole('alert').innerText()).toContain('was replaced by a new one');
      expect(await page.getByRole('textbox', { name: 'Registration Key' }).inputValue()).toBe(key);
      const [row] = await site.query<{ readonly code: string }>('select code from registration_key');
      const newest = row?.code ?? '';
      expect(newest).not.toBe(key);
      await site.query('update retired_code set resolves_until = current_date');
      for (const good of [key, newest]) {
        await enter(good);
        await page.getByRole('heading', { name: 'Product information and License Agreement' }).waitFor();
        expect(await page.content()).not.toContain(newest);
      }
      await site.change({ kind: 'cancellation', registrationKey: newest });
      await enter(newest);
      expect(await page.getByRole('alert').innerText()).toContain('has ended');
      // Neither was a wrong try.
      expect(await site.query('select from wrong_key_try')).toEqual([]);
    },
  );

  test('two tabs, "Register" twice, and the back button register once', { timeout: 90_000 }, async () => {
    const site = await openPortalSite();
    const key = await site.order();
    const { page, context } = await visitor(browser, { width: 1280, locale: 'en' });
    await signUpUntilProven(site, page, key, 'kari@nordlys.example', true);
    await page.getByRole('button', { name: 'Register', exact: true }).waitFor();
    const second = await context.newPage();
    await second.goto(page.url());
    await page.getByRole('button', { name: 'Register', exact: true }).dblclick();
    await page.getByRole('button', { name: 'Get Activation Codes' }).waitFor();
    await second.getByRole('button', { name: 'Register', exact: true }).click();
    await second.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(await second.title()).not.toMatch(/^Error: /);
    await page.goBack();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(await site.query("select from message where kind = 'registration'")).toHaveLength(1);
    expect(await site.query('select from account')).toHaveLength(1);
    // Activation Codes, too: two tabs of the suite's page that ask for the same product get one.
    const [row] = await site.query<{ readonly id: string }>('select id from registration_key');
    for (const tab of [page, second]) {
      await tab.goto(`${site.url}/portal/suites/${row?.id}`);
      await tab.getByRole('checkbox', { name: 'OfficeScan' }).check();
    }
    await page.getByRole('button', { name: 'Get Activation Codes' }).dblclick();
    await page.getByText('1 Activation Code was issued.').waitFor();
    await second.getByRole('button', { name: 'Get Activation Codes' }).click();
    await second.waitForLoadState();
    expect(await site.query('select from license')).toHaveLength(1);
  });

  test(
    'an address gets five codes an hour, of all purposes together; the page does not tell',
    { timeout: 90_000 },
    async () => {
      const site = await openPortalSite();
      await site.query(
        `insert into account (id, company, email, country, region) values ('acme', 'ACME GmbH', 'it@acme.example', 'DE', 'emea')`,
      );
      const key = await site.order({
        customer: { company: 'Nordlys AS', email: 'innkjop@nordlys.example', country: 'NO' },
      });
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      const ask = async () => {
        await page.goto(`${site.url}/portal`);
        const other = page.getByRole('button', { name: 'Use another address' });
        if ((await other.count()) > 0) await other.click();
        await page.getByRole('textbox', { name: 'E-mail address' }).fill('IT@ACME.example');
        await page.getByRole('button', { name: 'Continue' }).click();
        return page.getByRole('main').innerText();
      };
      const first = await ask();
      for (let i = 1; i < 4; i += 1) expect(await ask()).toBe(first);
      await codeMailedTo(site, 'it@acme.example', 4);
      const { page: other } = await visitor(browser, { width: 1280, locale: 'en' });
      await signUpUntilProven(site, other, key, 'it@acme.example', false, 5);
      await other.getByRole('button', { name: 'Sign out' }).waitFor();
      expect(await ask()).toBe(first);
      expect(await site.query("select from mail where kind = 'sign-in'")).toHaveLength(5);
      // Twenty a network: the others of it are full, too.
      await site.query(
        `insert into sign_in_code (id, address, purpose, session, hmac, network, mailed)
         select gen_random_uuid(), 'n' || i || '@acme.example', purpose, session, hmac, network, true from generate_series(1, 15) as i,
           (select * from sign_in_code limit 1) as one`,
      );
      await site.query(
        `insert into account (id, company, email, country, region) values ('harbor', 'Harbor', 'it@harbor.example', 'DE', 'emea')`,
      );
      const { page: third } = await visitor(browser, { width: 1280, locale: 'en' });
      await third.goto(`${site.url}/portal`);
      await third.getByRole('textbox', { name: 'E-mail address' }).fill('it@harbor.example');
      await third.getByRole('button', { name: 'Continue' }).click();
      await third.getByRole('textbox', { name: 'Code' }).waitFor();
      expect(await site.query("select from mail where recipient = 'it@harbor.example'")).toEqual([]);
    },
  );
});
