import { get } from 'node:http';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { freePort } from '#test/environment/free-port.ts';
import { describeWithNginx, startNginx } from '#test/environment/nginx.ts';
import { describeInBrowser, openBrowser, visitor } from '#test/web/browser.ts';
import { holdAccounts } from '#test/web/customers/holdings.ts';
import { openIssuer, type Issuer } from '#test/web/customers/oidc-issuer.ts';
import { openPortalSite, type PortalSite } from '#test/web/customers/portal-site.ts';

let browser: Browser;

async function siteWithIssuer(
  settings: Readonly<Record<string, string>>,
): Promise<{ site: PortalSite; issuer: Issuer }> {
  const issuer = await openIssuer();
  const site = await openPortalSite({
    OIDC_ISSUER: issuer.url,
    OIDC_CLIENT_ID: issuer.clientId,
    OIDC_CLIENT_SECRET: issuer.clientSecret,
    ...settings,
  });
  await holdAccounts(site, [['acme', 'ACME GmbH', 'it@acme.example']]);
  return { site, issuer };
}

/** From the portal at the address to the issuer and back. @returns where the browser was sent back to, and what its cookie is */
async function goThrough(url: string) {
  const { page, context } = await visitor(browser, { width: 1280, locale: 'en' });
  await page.goto(`${url}/portal`);
  await page.getByRole('link', { name: 'Sign in with your company account' }).click();
  await page.locator('input[name=login]').fill('it@acme.example');
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.locator('button[type=submit]').click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  expect(page.url()).toBe(`${url}/portal/licenses`);
  const links = await page.getByRole('main').getByRole('link').all();
  for (const link of links)
    expect(new URL((await link.getAttribute('href')) ?? '', url).href).toMatch(new RegExp(`^${url}/portal`));
  return (await context.cookies()).find(({ name }) => name === 'chancery_member');
}

describeInBrowser('the company account, behind a proxy', () => {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  describeWithNginx('nginx', () => {
    test(
      'with PUBLIC_URL the way back is below its path, whatever the proxy says',
      { timeout: 120_000 },
      async () => {
        const port = await freePort();
        const url = `http://127.0.0.1:${port}/licenses`;
        const { site, issuer } = await siteWithIssuer({ PUBLIC_URL: `${url}/` });
        issuer.leadsBackTo(`${url}/portal/oidc/callback`);
        const nginx = await startNginx(
          `location /licenses/ { proxy_pass ${site.url}/; proxy_set_header X-Forwarded-Host elsewhere.example; proxy_set_header X-Forwarded-Proto https; }`,
          port,
        );
        onTestFinished(() => nginx.stop());
        expect(await goThrough(url)).toMatchObject({
          path: '/licenses/portal',
          httpOnly: true,
          secure: false,
        });
        expect(issuer.asked.at(-1)?.searchParams.get('redirect_uri')).toBe(`${url}/portal/oidc/callback`);
      },
    );

    test(
      'without PUBLIC_URL it is where a trusted proxy says that the browser is',
      { timeout: 120_000 },
      async () => {
        const { site, issuer } = await siteWithIssuer({ TRUSTED_PROXIES: '127.0.0.1' });
        const nginx = await startNginx(`location /licenses/ {
        proxy_pass ${site.url}/; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Prefix /licenses; }`);
        onTestFinished(() => nginx.stop());
        const url = `${nginx.url}/licenses`;
        issuer.leadsBackTo(`${url}/portal/oidc/callback`);
        expect(await goThrough(url)).toMatchObject({ path: '/licenses/portal' });
        expect(issuer.asked.at(-1)?.searchParams.get('redirect_uri')).toBe(`${url}/portal/oidc/callback`);
      },
    );
  });

  test(
    'what a proxy says counts when it is trusted, and makes the cookie one for TLS alone',
    { timeout: 120_000 },
    async () => {
      const said = {
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'licenses.example',
        'x-forwarded-prefix': '/portal-of',
      };
      const begin = async ({ url }: PortalSite, headers: Readonly<Record<string, string>>) => {
        const answer = await fetch(`${url}/portal/oidc`, { headers, redirect: 'manual' });
        return {
          back: new URL(answer.headers.get('location') ?? '').searchParams.get('redirect_uri'),
          isForTls: /; Secure/.test(answer.headers.get('set-cookie') ?? ''),
        };
      };
      const { site: trusting } = await siteWithIssuer({ TRUSTED_PROXIES: '127.0.0.0/8' });
      expect(await begin(trusting, said)).toEqual({
        back: 'https://licenses.example/portal-of/portal/oidc/callback',
        isForTls: true,
      });
      const { site: alone } = await siteWithIssuer({});
      expect(await begin(alone, said)).toEqual({
        back: `${alone.url}/portal/oidc/callback`,
        isForTls: false,
      });
      const { site: named } = await siteWithIssuer({ PUBLIC_URL: 'https://licenses.example' });
      const back = 'https://licenses.example/portal/oidc/callback';
      expect(await begin(named, said)).toMatchObject({ back });
      // A proxy that nobody named passes the browser's Host on: it is PUBLIC_URL's, so that the browser came by TLS.
      const cookie = await new Promise<string>((resolve, reject) => {
        get(`${named.url}/portal/oidc`, { headers: { host: 'licenses.example' } }, (response) => {
          resolve(String(response.headers['set-cookie']));
          response.resume();
        }).on('error', reject);
      });
      expect(cookie).toMatch(/; HttpOnly; Secure/);
    },
  );
});
