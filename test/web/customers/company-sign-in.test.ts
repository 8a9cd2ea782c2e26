import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { examine } from '#src/doctor/doctor.ts';
import { describeInBrowser, openBrowser, visitor } from '#test/web/browser.ts';
import { openJudge } from '#test/web/customers/judge.ts';
import { openIssuer, type Issuer } from '#test/web/customers/oidc-issuer.ts';
import { openPortalSite, signInAs, type PortalSite } from '#test/web/customers/portal-site.ts';

let browser: Browser;

const link = { name: 'Sign in with your company account' };

/** A portal with a real OpenID Connect provider beside it, and an account whose address is `it@acme.example`. */
async function openSiteWithIssuer(): Promise<{ site: PortalSite; issuer: Issuer }> {
  const issuer = await openIssuer();
  const site = await openPortalSite({
    OIDC_ISSUER: issuer.url,
    OIDC_CLIENT_ID: issuer.clientId,
    OIDC_CLIENT_SECRET: issuer.clientSecret,
  });
  issuer.leadsBackTo(`${site.url}/portal/oidc/callback`);
  await site.query(
    `insert into account (id, company, email, country, region) values ('acme', 'ACME GmbH', 'it@acme.example', 'DE', 'emea')`,
  );
  return { site, issuer };
}

/** At the provider: types the address as its login, and consents. */
async function signInAtIssuer(page: Page, address: string): Promise<void> {
  await page.locator('input[name=login]').fill(address);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.locator('button[type=submit]').click();
}

describeInBrowser('signing in with the company account (OpenID Connect)', () => {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test(
    'a verified address signs its member in, and the session is a new one',
    { timeout: 90_000 },
    async () => {
      const { site, issuer } = await openSiteWithIssuer();
      const { page, context } = await visitor(browser, { width: 1280, locale: 'en' });
      const judge = await openJudge(browser, page);
      await page.goto(`${site.url}/portal`);
      await judge.look(page, 'sign in with two ways');
      await page.getByRole('link', link).click();
      const before = (await context.cookies(`${site.url}/portal`)).find(
        ({ name }) => name === 'chancery_member',
      );
      await signInAtIssuer(page, 'IT@acme.example');
      await page.getByRole('button', { name: 'Sign out' }).waitFor();
      expect(page.url()).toBe(`${site.url}/portal/licenses`);
      expect(await page.getByRole('banner').innerText()).toContain('it@acme.example');
      const after = (await context.cookies(`${site.url}/portal`)).find(
        ({ name }) => name === 'chancery_member',
      );
      expect(after?.value).not.toBe(before?.value);
      const [asked] = issuer.asked;
      expect(asked?.searchParams.get('code_challenge_method')).toBe('S256');
      for (const name of ['state', 'nonce', 'code_challenge'])
        expect(asked?.searchParams.get(name)?.length, name).toBeGreaterThan(20);
      // Nothing of it stays in the database, nor goes into the log.
      const kept = await site.query<{ readonly data: object }>(
        'select data from web_session where ended_at is null',
      );
      expect(JSON.stringify(kept)).not.toMatch(/verifier|nonce/);
      const state = asked?.searchParams.get('state') ?? 'none';
      expect(site.logged.join('\n')).not.toContain(state);
      expect(site.mail.mails).toEqual([]);
    },
  );

  test(
    'an address that is not verified is refused; one of nobody is told how to go on',
    { timeout: 90_000 },
    async () => {
      const { site } = await openSiteWithIssuer();
      const { page } = await visitor(browser, { width: 360, locale: 'en' });
      const judge = await openJudge(browser, page);
      await page.goto(`${site.url}/portal`);
      await page.getByRole('link', link).click();
      await signInAtIssuer(page, 'unverified@acme.example');
      await page.getByText('Your company account has no verified e-mail address.').waitFor();
      await judge.look(page, 'refused');
      expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
      const { page: other } = await visitor(browser, { width: 360, locale: 'en' });
      await other.goto(`${site.url}/portal`);
      await other.getByRole('link', link).click();
      await signInAtIssuer(other, 'new@nordlys.example');
      await other.getByText('new@nordlys.example').first().waitFor();
      await other.getByRole('link', { name: 'Add a Registration Key' }).click();
      expect(new URL(other.url()).pathname).toBe('/portal/sign-up');
    },
  );

  test(
    'what comes back without having been sent, changed, twice or from elsewhere signs nobody in',
    { timeout: 90_000 },
    async () => {
      const { site, issuer } = await openSiteWithIssuer();
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      const refused = 'Signing in with your company account did not work.';
      await page.goto(`${site.url}/portal/oidc/callback?code=any&state=any`);
      await page.getByText(refused).waitFor();
      // A return address that a request names is not followed.
      await page.goto(
        `${site.url}/portal/oidc?return=https://elsewhere.example&redirect_uri=https://elsewhere.example`,
      );
      expect(issuer.asked.at(-1)?.searchParams.get('redirect_uri')).toBe(`${site.url}/portal/oidc/callback`);
      const returned: string[] = [];
      page.on('request', (request) => {
        if (request.url().includes('/oidc/callback')) returned.push(request.url());
      });
      await signInAtIssuer(page, 'it@acme.example');
      await page.getByRole('button', { name: 'Sign out' }).click();
      const [once] = returned;
      expect(once).toBeDefined();
      // The same once more, and by another browser that is in the middle of its own.
      await page.goto(once ?? '');
      await page.getByText(refused).waitFor();
      const { page: other } = await visitor(browser, { width: 1280, locale: 'en' });
      await other.goto(`${site.url}/portal/oidc`);
      await other.goto(once ?? '');
      await other.getByText(refused).waitFor();
      expect(await other.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
    },
  );

  test(
    'while the issuer is away the page and the doctor say so, and the code still works',
    { timeout: 90_000 },
    async () => {
      const { site, issuer } = await openSiteWithIssuer();
      const settings = {
        OIDC_ISSUER: issuer.url,
        OIDC_CLIENT_ID: issuer.clientId,
        OIDC_CLIENT_SECRET: issuer.clientSecret,
      };
      const found = async () =>
        (await examine({ ...settings, CATALOG_PATH: 'none.json' })).find(
          ({ check }) => check === 'Company sign-in',
        );
      expect(await found()).toMatchObject({ verdict: 'warning' });
      await issuer.close();
      expect(await found()).toMatchObject({ verdict: 'problem' });
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      const answer = await page.goto(`${site.url}/portal/oidc`);
      expect(answer?.status()).toBe(503);
      await page.getByText('sign in with a code').waitFor();
      await signInAs(site, page, 'it@acme.example');
    },
  );

  test('without the settings there is no such link and no such page', async () => {
    const site = await openPortalSite();
    const { page } = await visitor(browser, { width: 1280, locale: 'en' });
    await page.goto(`${site.url}/portal`);
    expect(await page.getByRole('link', link).count()).toBe(0);
    expect((await page.goto(`${site.url}/portal/oidc`))?.status()).toBe(404);
  });
});
