import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser, openBrowser, visitor } from '#test/web/browser.ts';
import { holdAccounts, holdLicenses } from '#test/web/customers/holdings.ts';
import { openJudge } from '#test/web/customers/judge.ts';
import { codeMailedTo, openPortalSite, signInAs, type PortalSite } from '#test/web/customers/portal-site.ts';

let browser: Browser;

const [mine, other] = ['WS-4NVX-K9TQH-3WMPZ-7CJGY-R2BDE-8FAU5', 'WS-7TPQ-2XMWK-H9NZC-4VJGY-B6RDE-5FAU8'];

const [retained, merged] = ['WF-8QKX-5TNWH-C3MZP-9VGJY-D2RBE-7FAU4', 'WF-3ZTM-W7QXK-6HNCP-2VJGY-R8DBE-9FAU5'];

/** Two accounts with one service. */
async function withHoldings(site: PortalSite): Promise<void> {
  await holdAccounts(site, [
    ['bakery', 'Bakery on the Corner', 'hello@bakery.example'],
    ['bakery-uptown', 'Bakery (Uptown)', 'uptown@bakery.example'],
  ]);
  await holdLicenses(site, [
    { code: mine, account: 'bakery', pid: '100502EN01', type: 'retail', seats: 10, days: 200 },
    { code: other, account: 'bakery-uptown', pid: '100502EN01', type: 'oem', seats: 30, days: 100 },
  ]);
}

describeInBrowser('merging, twice, undone, and by whom it may not be', () => {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test(
    'a merge that is sent from two tabs and twice is one; undone, both accounts have their licenses back',
    { timeout: 120_000 },
    async () => {
      const site = await openPortalSite();
      await withHoldings(site);
      const licenses = () =>
        site.query(
          `select activation_code as code, account, status, seats, valid_through as until from license where pid = '100502EN01' order by code`,
        );
      const before = await licenses();
      const { page, context } = await visitor(browser, { width: 360, locale: 'en' });
      const judge = await openJudge(browser, page);
      await signInAs(site, page, 'hello@bakery.example');
      await page.getByRole('link', { name: 'Merge Products' }).click();
      await enterCode(page, 'WS-4NVX-K9TQH-3WMPZ-7CJGY-R2BDE-8FAU5');
      await page.getByRole('button', { name: 'Sign in to merge' }).click();
      await page.getByRole('textbox', { name: 'E-mail address' }).fill('uptown@bakery.example');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page
        .getByRole('textbox', { name: 'Code' })
        .fill(await codeMailedTo(site, 'uptown@bakery.example'));
      await page.getByRole('button', { name: 'Sign in' }).click();
      const second = await context.newPage();
      await second.goto(page.url());
      await page.getByRole('button', { name: 'Merge' }).dblclick();
      await page.getByRole('heading', { name: 'Merged' }).waitFor();
      await second.getByRole('button', { name: 'Merge' }).click();
      await second.waitForURL(page.url());
      expect(await site.query("select from message where kind = 'merge-request'")).toHaveLength(1);
      await page.getByRole('button', { name: 'Undo this merge' }).click();
      await page.getByText('The merge was undone. Everything is as it was before.').waitFor();
      await judge.look(page, 'service merge undone');
      const told = await page.getByRole('main').innerText();
      for (const code of ['WS-4NVX-K9TQH-3WMPZ-7CJGY-R2BDE-8FAU5', 'WS-7TPQ-2XMWK-H9NZC-4VJGY-B6RDE-5FAU8'])
        expect(told).toContain(code);
      expect(await licenses()).toEqual(before);
      // The other tab still offers to undo: that is the same request.
      await second.getByRole('button', { name: 'Undo this merge' }).click();
      await second.getByRole('link', { name: 'To your licenses' }).waitFor();
      expect(await site.query("select from message where kind = 'change-request'")).toHaveLength(1);
      await page.goto(`${site.url}/portal/licenses`);
      const [certificate] = await site.query<{ readonly number: string }>(
        'select number from certificate order by version desc limit 1',
      );
      await expect
        .poll(
          async () =>
            (await page.request.get(`${site.url}/portal/certificates/${certificate?.number}`)).headers()[
              'content-type'
            ],
          { timeout: 60_000 },
        )
        .toBe('application/pdf');
    },
  );

  test('the license to retain is chosen beside the products, where only one is chosen from', async () => {
    const site = await openPortalSite();
    await holdAccounts(site, [['harbor', 'Harbor Freight Office', 'it@harbor.example']]);
    await holdLicenses(site, [
      { code: retained, account: 'harbor', pid: '100501EN01', type: 'retail', seats: 40, days: 200 },
      { code: merged, account: 'harbor', pid: '100501EN02', type: 'oem', seats: 20, days: 100 },
    ]);
    const { page } = await visitor(browser, { width: 360, locale: 'en' });
    const judge = await openJudge(browser, page);
    await signInAs(site, page, 'it@harbor.example');
    await page.goto(`${site.url}/portal/merge`);
    await enterCode(page, retained);
    await judge.look(page, 'products, of which one is chosen from');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('alert').waitFor();
    await page
      .getByRole('group', { name: 'License to retain' })
      .getByRole('radio', { name: 'WFBS …FAU4', exact: true })
      .check();
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('button', { name: 'Merge', exact: true }).click();
    await page.getByRole('heading', { name: 'Merged' }).waitFor();
    expect(
      await site.query('select status, seats from license where activation_code = $1', [retained]),
    ).toEqual([{ status: 'active', seats: 60 }]);
  });

  test('a code that was replaced is told as such where it is entered, while it resolves it is taken', async () => {
    const site = await openPortalSite();
    await withHoldings(site);
    const old = 'WS-4NVX-K9TQH-3WMPZ-7CJGY-R2BDE-8FAU5';
    await site.change({ kind: 'code-replacement', activationCode: old, because: 'leaked' });
    const { page } = await visitor(browser, { width: 1280, locale: 'en' });
    await signInAs(site, page, 'hello@bakery.example');
    await page.goto(`${site.url}/portal/merge`);
    await enterCode(page, old);
    expect(await page.getByRole('alert').innerText()).toContain('This code was replaced by a new one.');
    await site.query('update retired_code set resolves_until = current_date');
    await enterCode(page, old);
    await page.getByRole('button', { name: 'Sign in to merge' }).waitFor();
  });

  test('who was not proven for the second account merges nothing, whatever the form says', async () => {
    const site = await openPortalSite();
    await withHoldings(site);
    const { page } = await visitor(browser, { width: 1280, locale: 'en' });
    await signInAs(site, page, 'hello@bakery.example');
    for (const path of ['service', 'licenses', 'preview']) {
      await page.goto(`${site.url}/portal/merge/${path}`);
      expect(new URL(page.url()).pathname).toBe('/portal/merge');
    }
    await enterCode(page, 'WS-4NVX-K9TQH-3WMPZ-7CJGY-R2BDE-8FAU5');
    await page.getByRole('button', { name: 'Sign in to merge' }).click();
    await page.getByRole('textbox', { name: 'E-mail address' }).fill('nobody@bakery.example');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('textbox', { name: 'Code' }).fill('123456');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.title()).toMatch(/^Error: /);
    await page.goto(`${site.url}/portal/merge/preview`);
    expect(new URL(page.url()).pathname).toBe('/portal/merge/service');
    expect(site.mail.mails.filter(({ to }) => to.includes('nobody@bakery.example'))).toEqual([]);
  });
});

async function enterCode(page: Page, code: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Activation Code or Registration Key' }).fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
}
