import { AxeBuilder } from '@axe-core/playwright';
import { HtmlValidate } from 'html-validate';
import type { Browser, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import type { AtEnd } from '#test/mail/mail-catcher.ts';

const validator = new HtmlValidate({ extends: ['html-validate:recommended', 'html-validate:a11y'] });

/** All faults that html-validate finds in a page or mail. */
export async function htmlFaults(text: string): Promise<readonly string[]> {
  const { results } = await validator.validateString(text);
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, selector }) => `${ruleId} at ${selector ?? '?'}: ${message}`),
  );
}

/** Judges pages as they were sent: valid HTML, free of axe findings, no scrolling sideways, within the budget. */
export interface Judge {
  /** @param name of the page, for what is said when it fails */
  look(page: Page, name: string): Promise<void>;
}

export async function openJudge(browser: Browser, page: Page, atEnd: AtEnd = onTestFinished): Promise<Judge> {
  // axe is a script: it looks at the same page in a browser that may run some. One for all looks: each takes a process.
  const context = await browser.newContext({ viewport: page.viewportSize(), bypassCSP: true });
  atEnd(() => context.close());
  const copy = await context.newPage();
  const bodies = new Map<string, string>();
  page.on('response', (response) => {
    const type = response.headers()['content-type'] ?? '';
    if (type.startsWith('text/html'))
      response.text().then(
        (text) => bodies.set(response.url(), text),
        () => {},
      );
  });
  return {
    async look(seen, name) {
      await seen.waitForLoadState('load');
      const url = seen.url();
      const { width } = seen.viewportSize() ?? {};
      const content = await seen.content();
      await expect.poll(() => bodies.get(url), { timeout: 10_000 }).toBeDefined();
      const sent = bodies.get(url) ?? '';
      expect(await htmlFaults(sent), `${name} is valid HTML`).toEqual([]);
      expect(Buffer.byteLength(sent), `${name} stays within 30 kB`).toBeLessThan(30_000);
      expect(sent, `${name} has no script`).not.toMatch(/<script|javascript:| on[a-z]+=/i);
      await copy.route(url, (route) =>
        route.fulfill({ body: content, contentType: 'text/html; charset=utf-8' }),
      );
      await copy.goto(url);
      await copy.unroute(url);
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
      // There are no frames, so that axe may run in the page alone: otherwise it opens another one for what it found.
      const { violations } = await new AxeBuilder({ page: copy }).setLegacyMode().withTags(tags).analyze();
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
      );
      expect(found, `axe at ${name}, ${width} px`).toEqual([]);
      const sideways = Number(await copy.evaluate('document.documentElement.scrollWidth - innerWidth'));
      expect(sideways, `${name} does not scroll sideways at ${width} px`).toBeLessThanOrEqual(0);
    },
  };
}
