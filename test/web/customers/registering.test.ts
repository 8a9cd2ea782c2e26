import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser, openBrowser, visitor } from '#test/web/browser.ts';
import { codeMailedTo, openPortalSite, signInAs, type PortalSite } from '#test/web/customers/portal-site.ts';
import { signUpUntilProven } from '#test/web/customers/sign-up-steps.ts';

let browser: Browser;

/** From the start page to the page of the suite. */
async function signUp(site: PortalSite, page: Page, key: string, address: string): Promise<void> {
  await signUpUntilProven(site, page, key, address);
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  await page.getByRole('button', { name: 'Get Deployment Kit' }).waitFor();
}

describeInBrowser('registering', () => {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test(
    'the customer of an order owns products already: those keep their codes, the others are new',
    { timeout: 120_000 },
    async () => {
      const site = await openPortalSite();
      await site.query(
        `insert into account (id, company, email, country, region) values ('acme', 'ACME GmbH', 'it@acme.example', 'DE', 'emea')`,
      );
      const owned = 'OS-9K2M-4T7XW-Q8H3C-ZP5VN-6RJDA-BE2GY';
      await site.query(
        `insert into license (id, activation_code, account, pid, type, edition, status, seats, valid_through, grants)
       values (gen_random_uuid(), $1, 'acme', '100101DE02', 'retail', 'full', 'active', 200, current_date + 100, 1)`,
        [owned],
      );
      const customer = { account: 'acme', company: 'ACME GmbH', email: 'buying@acme.example', country: 'DE' };
      const key = await site.order({ customer });
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      await signUp(site, page, key, 'it@acme.example');
      const row = page.getByRole('row', { name: /OfficeScan/ });
      expect(await row.innerText()).toMatch(new RegExp(`Owned\\s+${owned}`));
      expect(await row.getByRole('checkbox').count()).toBe(0);
      expect(await page.getByRole('main').innerText()).toContain('need no replacing or reinstalling');
      await page.getByRole('checkbox', { name: 'Control Manager' }).check();
      await page.getByRole('button', { name: 'Get Activation Codes' }).click();
      await page.getByText('1 Activation Code was issued.').waitFor();
      const registered = await fetch(`${site.url}/v1/registrations/${await newestRegistration(site)}`, {
        headers: { authorization: `Bearer ${site.apiKey}` },
      });
      expect(await registered.json()).toMatchObject({ status: 'fulfilled', agreementVersion: '1' });
      // The address that the key was ordered for hears of it.
      await expect
        .poll(
          () =>
            site.mail.mails.filter(
              ({ to, parsed }) => to.includes('buying@acme.example') && parsed.attachments.length === 0,
            ).length,
          { timeout: 60_000 },
        )
        .toBe(1);
      const kit = await page.request.get(`${page.url()}/deployment-kit`, { timeout: 30_000 });
      await expect
        .poll(async () => (await page.request.get(`${page.url()}/deployment-kit`)).status(), {
          timeout: 60_000,
        })
        .toBe(200);
      expect(kit.headers()['content-type']).toMatch(/zip|html/);
    },
  );

  test(
    'a key that belongs to a customer is not given to somebody else, and whose it is is not said',
    { timeout: 60_000 },
    async () => {
      const site = await openPortalSite();
      await site.query(
        `insert into account (id, company, email, country, region) values ('acme', 'ACME GmbH', 'it@acme.example', 'DE', 'emea')`,
      );
      const key = await site.order({
        customer: { account: 'acme', company: 'ACME GmbH', email: 'it@acme.example', country: 'DE' },
      });
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      await signUpUntilProven(site, page, key, 'stranger@elsewhere.example');
      await page.getByRole('heading', { name: 'This key belongs to a customer already' }).waitFor();
      const text = await page.content();
      expect(text).not.toMatch(/acme/i);
      expect(await site.query("select from message where kind = 'registration'")).toHaveLength(0);
    },
  );

  test(
    'mistyped is told apart from unknown, what was typed stays, and ten wrong keys an hour are enough',
    { timeout: 90_000 },
    async () => {
      const site = await openPortalSite();
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      await page.goto(`${site.url}/portal/sign-up`);
      const enter = async (key: string) => {
        await page.getByRole('radio', { name: 'No, I am a first time user' }).check();
        await page.getByRole('textbox', { name: 'Registration Key' }).fill(key);
        await page.getByRole('button', { name: 'Continue' }).click();
        return page.getByRole('alert').innerText();
      };
      expect(await enter('SE-2222-2222-2222-2223')).toContain('is mistyped');
      expect(await page.getByRole('textbox', { name: 'Registration Key' }).inputValue()).toBe(
        'SE-2222-2222-2222-2223',
      );
      expect(await page.title()).toMatch(/^Error: /);
      expect(await enter('SE-2222-2222-2222-2222'.replace(/.$/, '2'))).toMatch(/mistyped|no such/);
      for (let i = 0; i < 8; i += 1) await enter('SE-2222-2222-2222-2223');
      expect(await enter('SE-2222-2222-2222-2223')).toContain('Too many keys');
    },
  );

  test(
    'a session that ends in the middle of a form loses nothing that was typed; other sites cannot post',
    { timeout: 90_000 },
    async () => {
      const site = await openPortalSite();
      await site.query(
        `insert into account (id, company, email, country, region) values ('acme', 'ACME GmbH', 'it@acme.example', 'DE', 'emea')`,
      );
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      await signInAs(site, page, 'it@acme.example');
      await page.getByRole('link', { name: 'Members' }).click();
      await page.getByRole('textbox', { name: 'E-mail address' }).fill('kim@acme.example');
      await site.query('update web_session set ended_at = now()');
      await page.getByRole('button', { name: 'Invite' }).click();
      await page.getByText('what you have typed is kept').waitFor();
      await page.getByRole('textbox', { name: 'E-mail address' }).fill('it@acme.example');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('textbox', { name: 'Code' }).fill(await codeMailedTo(site, 'it@acme.example', 2));
      await page.getByRole('button', { name: 'Sign in' }).click();
      expect(await page.getByRole('textbox', { name: 'E-mail address' }).inputValue()).toBe(
        'kim@acme.example',
      );
      await page.getByRole('button', { name: 'Invite' }).click();
      await page.getByText('kim@acme.example may act for this account now').waitFor();
      expect(await site.query('select address from member')).toEqual([{ address: 'kim@acme.example' }]);
      const posted = await page.request.post(`${site.url}/portal/members`, {
        form: { step: 'invite', email: 'thief@elsewhere.example' },
        headers: { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
      });
      expect(posted.status()).toBe(403);
      // Removed, a member is out at once.
      const { page: other } = await visitor(browser, { width: 1280, locale: 'en' });
      await signInAs(site, other, 'kim@acme.example');
      await page
        .getByRole('row', { name: 'kim@acme.example' })
        .getByRole('button', { name: 'Remove', exact: true })
        .click();
      await other.reload();
      expect(new URL(other.url()).pathname).toBe('/portal');
    },
  );

  test(
    'five wrong codes, and one from another browser, sign nobody in; unknown addresses look the same',
    { timeout: 90_000 },
    async () => {
      const site = await openPortalSite();
      await site.query(
        `insert into account (id, company, email, country, region) values ('acme', 'ACME GmbH', 'it@acme.example', 'DE', 'emea')`,
      );
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      const { page: other } = await visitor(browser, { width: 1280, locale: 'en' });
      const ask = async (at: Page, address: string) => {
        await at.goto(`${site.url}/portal`);
        await at.getByRole('textbox', { name: 'E-mail address' }).fill(address);
        await at.getByRole('button', { name: 'Continue' }).click();
      };
      const enter = async (at: Page, code: string) => {
        await at.getByRole('textbox', { name: 'Code' }).fill(code);
        await at.getByRole('button', { name: 'Sign in' }).click();
      };
      await ask(other, 'nobody@acme.example');
      const unknown = (await other.getByRole('main').innerText()).replace('nobody@acme.example', '…');
      await ask(page, 'it@acme.example');
      expect((await page.getByRole('main').innerText()).replace('it@acme.example', '…')).toBe(unknown);
      const code = await codeMailedTo(site, 'it@acme.example');
      await enter(other, code);
      expect(await other.title()).toMatch(/^Error: /);
      const wrong = code === '000000' ? '000001' : '000000';
      for (let i = 0; i < 5; i += 1) await enter(page, wrong);
      await enter(page, code);
      expect(await page.title()).toMatch(/^Error: /);
      expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
    },
  );
});

async function newestRegistration(site: PortalSite): Promise<string> {
  const [row] = await site.query<{ readonly id: string }>(
    "select id from message where kind = 'registration' order by accepted_number desc limit 1",
  );
  return row?.id ?? '';
}
