import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser, openBrowser, visitor } from '#test/web/browser.ts';
import { codeMailedTo, openPortalSite } from '#test/web/customers/portal-site.ts';
import { signUpUntilProven } from '#test/web/customers/sign-up-steps.ts';

let browser: Browser;

/** What has the focus: its name, and whether it can be seen (WCAG 2.4.7 and 2.4.11). */
const focused = `(() => {
  const it = document.activeElement;
  if (!it || it === document.body) return null;
  const { left, top, width, height } = it.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const seen = document.elementFromPoint(Math.min(Math.max(x, 0), innerWidth - 1), Math.min(Math.max(y, 0), innerHeight - 1));
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(it);
  const labels = it.labels ? [...it.labels].map((label) => label.innerText) : [];
  return {
    name: (labels[0] ?? it.getAttribute('aria-label') ?? it.innerText ?? '').trim(),
    isInView: width > 0 && height > 0 && top < innerHeight && top + height > 0,
    isUncovered: seen !== null && (it.contains(seen) || seen.contains(it) || (it.labels ? [...it.labels].some((label) => label.contains(seen)) : false)),
    isMarked: (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) || boxShadow !== 'none',
  };
})()`;

interface Focus {
  readonly name: string;
  readonly isInView: boolean;
  readonly isUncovered: boolean;
  readonly isMarked: boolean;
}

/** Presses Tab until the control with the name has the focus. On the way the focus is never lost from sight. */
async function reach(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < 80; i += 1) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate<Focus | null>(focused);
    if (!focus) continue;
    passed.push(focus.name);
    expect(focus, `the focus at ${page.url()}`).toMatchObject({
      isInView: true,
      isUncovered: true,
      isMarked: true,
    });
    if (typeof name === 'string' ? focus.name === name : name.test(focus.name)) return;
  }
  throw new Error(`Tab does not reach ${String(name)}; it passes ${passed.join(', ')}.`);
}

describeInBrowser('the portal by the keyboard alone, and what axe has no rule for', () => {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  for (const width of [360, 1280])
    test(
      `from the key to Activation Codes without a mouse; the focus is never hidden (${width} px)`,
      { timeout: 180_000 },
      async () => {
        const site = await openPortalSite();
        const key = await site.order();
        const { page } = await visitor(browser, { width, locale: 'en' });
        const { keyboard } = page;
        await page.goto(`${site.url}/portal`);
        // The first stop leads past the header.
        await keyboard.press('Tab');
        await keyboard.press('Enter');
        expect(new URL(page.url()).hash).not.toBe('');
        await reach(page, 'Sign up now');
        await keyboard.press('Enter');
        await page.getByRole('heading', { name: 'Register a Registration Key' }).waitFor();
        await reach(page, /Yes, I have an account|Do you have an account/);
        await keyboard.press('ArrowDown');
        expect(await page.getByRole('radio', { name: 'No, I am a first time user' }).isChecked()).toBe(true);
        await reach(page, 'Registration Key');
        await keyboard.insertText(` ${key}\t`);
        await keyboard.press('Enter');
        await page.getByRole('button', { name: 'Continue' }).waitFor();
        await reach(page, 'I have read and accept the License Agreement');
        await keyboard.press('Space');
        await reach(page, 'Continue');
        await keyboard.press('Enter');
        await page.getByRole('heading', { name: 'Your details' }).waitFor();
        // A fault has the focus, and leads to its field.
        await reach(page, 'Continue');
        await keyboard.press('Enter');
        await page.getByRole('alert').waitFor();
        await reach(page, 'Enter the name of your company.');
        await keyboard.press('Enter');
        await keyboard.type('Nordlys AS');
        expect(await page.getByRole('textbox', { name: 'Company' }).inputValue()).toBe('Nordlys AS');
        await reach(page, 'E-mail address');
        await keyboard.type('kari@nordlys.example');
        await reach(page, 'Country');
        await keyboard.type('Norw');
        await reach(page, 'Region');
        await keyboard.type('Euro');
        await keyboard.press('Tab');
        await keyboard.press('Enter');
        await page.getByRole('textbox', { name: 'Code' }).waitFor();
        await reach(page, 'Code');
        // Pasted as mail programs copy it, with a blank in the middle and at the end.
        const code = await codeMailedTo(site, 'kari@nordlys.example');
        await keyboard.insertText(` ${code.slice(0, 3)} ${code.slice(3)} `);
        await keyboard.press('Enter');
        await page.getByRole('heading', { name: 'Check your registration' }).waitFor();
        await reach(page, 'Register');
        await keyboard.press('Enter');
        await page.getByRole('button', { name: 'Get Activation Codes' }).waitFor();
        await reach(page, 'OfficeScan');
        await keyboard.press('Space');
        await reach(page, 'Get Activation Codes');
        await keyboard.press('Enter');
        await page.getByText('1 Activation Code was issued.').waitFor();
        await reach(page, 'Get Deployment Kit');
      },
    );

  test(
    'help is in one place, nothing is asked twice, nothing is dragged, and codes can be pasted',
    { timeout: 120_000 },
    async () => {
      const site = await openPortalSite();
      const [first, second] = [
        await site.order(),
        await site.order({
          suite: 'SPC',
          customer: { company: 'Nordlys AS', email: 'kjop@nordlys.example', country: 'NO' },
        }),
      ];
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      const looked: string[] = [];
      const look = async () => {
        looked.push(new URL(page.url()).pathname);
        const links = await page.getByRole('banner').getByRole('link').allInnerTexts();
        // Always the last link of the header, before who is signed in.
        expect(links.at(-1), page.url()).toBe('Help');
        expect(await page.locator('[draggable=true], input[type=range], [ondrop]').count()).toBe(0);
        for (const field of await page.getByRole('textbox').all()) {
          expect(await field.getAttribute('onpaste')).toBeNull();
          expect(Number(await field.getAttribute('maxlength')), page.url()).toBeGreaterThanOrEqual(20);
        }
        // What is known of a person, browsers fill in; members invite others.
        if (page.url().endsWith('/members')) return;
        for (const [name, token] of [
          ['E-mail address', 'email'],
          ['Company', 'organization'],
          ['Code', 'one-time-code'],
        ] as const) {
          const field = page.getByRole('textbox', { name, exact: true });
          if ((await field.count()) > 0) expect(await field.getAttribute('autocomplete')).toBe(token);
        }
      };
      for (const path of ['', '/sign-up', '/help']) {
        await page.goto(`${site.url}/portal${path}`);
        await look();
      }
      await signUpUntilProven(site, page, first, 'kari@nordlys.example', true);
      await look();
      await page.getByRole('button', { name: 'Register', exact: true }).click();
      await page.getByRole('button', { name: 'Get Activation Codes' }).waitFor();
      for (const path of ['/licenses', '/members']) {
        await page.goto(`${site.url}/portal${path}`);
        await look();
      }
      // The second key: neither the address, nor the company, nor whether there is an account is asked again.
      await page.goto(`${site.url}/portal/licenses`);
      await page.getByRole('link', { name: 'Add a Registration Key' }).click();
      expect(await page.getByRole('radio', { name: 'Yes, I have an account' }).isChecked()).toBe(true);
      await page.getByRole('textbox', { name: 'Registration Key' }).fill(second);
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('checkbox', { name: 'I have read and accept the License Agreement' }).check();
      await page.getByRole('button', { name: 'Continue' }).click();
      expect(new URL(page.url()).pathname).toBe('/portal/sign-up/check');
      await look();
      await page.getByRole('button', { name: 'Register', exact: true }).click();
      await page.getByRole('button', { name: 'Get Activation Codes' }).waitFor();
      await look();
      expect(new Set(looked).size).toBeGreaterThanOrEqual(7);
      expect(site.mail.mails.filter(({ parsed }) => /^ {4}\d{6}$/m.test(parsed.text ?? ''))).toHaveLength(1);
      // The language is chosen on every page, on one that is not there, too.
      await page.goto(`${site.url}/portal/nothing-here`);
      await page.getByRole('link', { name: 'Deutsch' }).click();
      expect(await page.locator('html').getAttribute('lang')).toBe('de');
    },
  );
});
