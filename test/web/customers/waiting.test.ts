import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction, statement } from '#src/persistence/database.ts';
import { describeInBrowser, openBrowser, visitor } from '#test/web/browser.ts';
import { openJudge } from '#test/web/customers/judge.ts';
import { openPortalSite, signInAs } from '#test/web/customers/portal-site.ts';
import { signUpUntilProven } from '#test/web/customers/sign-up-steps.ts';

let browser: Browser;

describeInBrowser('what takes its time', () => {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test(
    'what is not decided at once is said to be worked on, and the page goes on by itself',
    { timeout: 120_000 },
    async () => {
      const site = await openPortalSite();
      const key = await site.order();
      const { page } = await visitor(browser, { width: 360, locale: 'en' });
      const judge = await openJudge(browser, page);
      await signUpUntilProven(site, page, key, 'kari@nordlys.example', true);
      const answers: string[] = [];
      page.on('response', (response) => {
        if (response.url().includes('/portal/requests/')) answers.push(response.headers()['refresh'] ?? '');
      });
      // Nobody can decide while the keys are held.
      await inTransaction(site.system.database, async (tx) => {
        await statement(tx, 'lock table registration_key in share row exclusive mode', []);
        await page.getByRole('button', { name: 'Register', exact: true }).click();
        await page.getByRole('heading', { name: 'We are working on it' }).waitFor();
      });
      expect(Number(answers[0])).toBeGreaterThan(0);
      await page.getByRole('button', { name: 'Get Activation Codes' }).waitFor({ timeout: 60_000 });
      await judge.look(page, 'suite after waiting');
      expect(await site.query("select from message where kind = 'registration'")).toHaveLength(1);
    },
  );

  test(
    'a session ends after eight hours without a look, and after a day at the latest',
    { timeout: 90_000 },
    async () => {
      const site = await openPortalSite();
      await site.query(
        `insert into account (id, company, email, country, region) values ('acme', 'ACME GmbH', 'it@acme.example', 'DE', 'emea')`,
      );
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      await signInAs(site, page, 'it@acme.example');
      const isIn = async () => {
        await page.goto(`${site.url}/portal/licenses`);
        return new URL(page.url()).pathname === '/portal/licenses';
      };
      const shift = (change: string) => site.query(`update web_session set ${change}`);
      await shift(
        "last_seen_at = now() - interval '7 hours 59 minutes', created_at = now() - interval '23 hours 59 minutes'",
      );
      expect(await isIn()).toBe(true);
      await shift("last_seen_at = now() - interval '8 hours 1 minute'");
      expect(await isIn()).toBe(false);
      await shift("last_seen_at = now(), created_at = now() - interval '24 hours 1 minute'");
      expect(await isIn()).toBe(false);
    },
  );
});
