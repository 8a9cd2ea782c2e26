import { expect, test } from 'vitest';
import { wordsOf } from '#src/web/customers/words/words.ts';
import { describeInBrowser, visitor } from '#test/web/browser.ts';
import { openJudge } from '#test/web/customers/judge.ts';
import { shareSite } from '#test/web/customers/shared-site.ts';
import { everyWay } from '#test/web/customers/tongues.ts';

describeInBrowser('a network that asks for too much', () => {
  const shared = shareSite();

  test.each(everyWay)(
    'is told so: $language, $width px',
    { timeout: 90_000 },
    async ({ language, width }) => {
      const { site, browser } = shared();
      const { page } = await visitor(browser, { width, locale: language });
      const judge = await openJudge(browser, page);
      const answered = async () => (await fetch(`${site.url}/portal`)).status;
      await expect
        .poll(async () => Math.max(...(await Promise.all(Array.from({ length: 50 }, answered)))), {
          timeout: 60_000,
        })
        .toBe(429);
      const answer = await page.goto(`${site.url}/portal`);
      expect(answer?.status()).toBe(429);
      expect(Number(answer?.headers()['retry-after'])).toBeGreaterThan(0);
      const { failedTitle, tooMany } = wordsOf[language].problems;
      await page.getByText(tooMany).waitFor();
      await judge.look(page, 'too many requests');
      if (language !== 'ja') return;
      // One phrase, which breaks nowhere.
      const box = await page.getByRole('heading', { name: failedTitle }).boundingBox();
      expect(box?.height).toBeLessThan(60);
    },
  );
});
