import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { adminOf, redisForTest, testFolder } from '#test/environment/redis-places.ts';
import { hasRedisServer } from '#test/environment/redis-program.ts';
import { describeInBrowser, openBrowser, visitor } from '#test/web/browser.ts';
import { codeMailedTo, openPortalSite } from '#test/web/customers/portal-site.ts';
import { signUpUntilProven } from '#test/web/customers/sign-up-steps.ts';

let browser: Browser;

describeInBrowser('what nobody may read by the way', () => {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test(
    `codes, keys and sessions stand in no address, log line, Redis value, subject or Referer${hasRedisServer ? '' : ' (skipped in part: no redis-server on the PATH)'}`,
    { timeout: 120_000 },
    async () => {
      const queue = hasRedisServer ? await redisForTest(await testFolder()) : undefined;
      const sent: string[] = [];
      if (queue) {
        // Everything that is ever written there, also what is gone again at the end.
        // Without the client's first INFO, whose echo it would take for an answer.
        const monitor = await adminOf(queue, { enableReadyCheck: false }).monitor();
        onTestFinished(() => monitor.disconnect());
        monitor.on('monitor', (_, words: readonly string[]) => void sent.push(words.join(' ')));
      }
      const site = await openPortalSite(queue ? { REDIS_URL: `redis://127.0.0.1:${queue.port}` } : {});
      const key = await site.order();
      const { page, context } = await visitor(browser, { width: 1280, locale: 'en' });
      const seen: string[] = [];
      page.on('request', (request) => seen.push(request.url(), request.headers()['referer'] ?? ''));
      await signUpUntilProven(site, page, key, 'kari@nordlys.example', true);
      await page.getByRole('button', { name: 'Register', exact: true }).click();
      await page.getByRole('button', { name: 'Get Activation Codes' }).waitFor();
      await page.getByRole('checkbox', { name: 'OfficeScan' }).check();
      await page.getByRole('button', { name: 'Get Activation Codes' }).click();
      await page.getByText('1 Activation Code was issued.').waitFor();
      await expect
        .poll(
          () =>
            site.mail.mails.filter(
              ({ to, parsed }) => to.includes('kari@nordlys.example') && parsed.attachments.length > 0,
            ).length,
          { timeout: 60_000 },
        )
        .toBe(2);
      const [license] = await site.query<{ readonly code: string }>(
        'select activation_code as code from license',
      );
      const cookies = (await context.cookies())
        .map(({ value }) => value)
        .filter((value) => value.length > 20);
      const secrets = [
        key,
        license?.code ?? 'none',
        await codeMailedTo(site, 'kari@nordlys.example'),
        ...cookies,
      ];
      expect(cookies).toHaveLength(1);
      const places = {
        addresses: seen.join('\n'),
        log: site.logged.join('\n'),
        redis: sent.join('\n'),
        subjects: site.mail.mails.map(({ parsed }) => parsed.subject ?? '').join('\n'),
      };
      if (queue) expect(sent.length).toBeGreaterThan(100);
      for (const secret of secrets)
        for (const [place, text] of Object.entries(places))
          expect(text.includes(secret), `a secret in ${place}`).toBe(false);
      const stored = await site.query<{ readonly row: string }>(
        `select row_to_json(web_session)::text as row from web_session union all select row_to_json(sign_in_code)::text from sign_in_code`,
      );
      for (const secret of secrets.slice(2))
        expect(stored.some(({ row }) => row.includes(secret))).toBe(false);
    },
  );
});
