import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser, openBrowser, visitor } from '#test/web/browser.ts';
import { openJudge } from '#test/web/customers/judge.ts';
import { codeMailedTo, openPortalSite, signInAs, type PortalSite } from '#test/web/customers/portal-site.ts';

let browser: Browser;

/** Two accounts with one service, and one with licenses of a product on premises. */
async function withHoldings(site: PortalSite): Promise<void> {
  const accounts = [
    ['bakery', 'Bakery on the Corner', 'hello@bakery.example'],
    ['bakery-uptown', 'Bakery (Uptown)', 'uptown@bakery.example'],
    ['harbor', 'Harbor Office', 'it@harbor.example'],
  ];
  for (const account of accounts)
    await site.query(
      `insert into account (id, company, email, country, region) values ($1, $2, $3, 'US', 'nabu')`,
      account,
    );
  const licenses = [
    ['WS-4NVX-K9TQH-3WMPZ-7CJGY-R2BDE-8FAU5', 'bakery', '100502EN01', 'retail', 10, 200],
    ['WS-7TPQ-2XMWK-H9NZC-4VJGY-B6RDE-5FAU8', 'bakery-uptown', '100502EN01', 'oem', 30, 100],
    ['OS-9K2M-4T7XW-Q8H3C-ZP5VN-6RJDA-BE2GY', 'bakery', '100101EN01', 'retail', 10, 200],
    ['WF-8QKX-5TNWH-C3MZP-9VGJY-D2RBE-7FAU4', 'harbor', '100501EN01', 'retail', 40, 200],
    ['WF-3ZTM-W7QXK-6HNCP-2VJGY-R8DBE-9FAU5', 'harbor', '100501EN02', 'oem', 20, 300],
    ['WF-5CHZ-X8MQT-5WPKN-J2VGY-9RDBE-3FAU7', 'harbor', '100501EN02', 'oem', 5, 50],
  ];
  for (const [code, account, pid, type, seats, days] of licenses) {
    const id = crypto.randomUUID();
    await site.query(
      `insert into license (id, activation_code, account, pid, type, edition, status, seats, valid_through, grants)
       values ($1, $2, $3, $4, $5, 'full', 'active', $6, current_date + $7::integer, 1)`,
      [id, code, account, pid, type, seats, days],
    );
    await site.query(
      `insert into license_grant (license, number, cause_kind, cause, seats, valid_through, made_at,
         license_status, license_edition, license_extended_by)
       select id, 1, 'import', gen_random_uuid(), seats, valid_through, now(), status, edition, extended_by from license where id = $1`,
      [id],
    );
  }
}

describeInBrowser('merging WFBS-SVC accounts and WFBS licenses', () => {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test(
    '"Click Merge Products and enter the Activation Code": services of two accounts become one',
    { timeout: 120_000 },
    async () => {
      const site = await openPortalSite();
      await withHoldings(site);
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      const judge = await openJudge(browser, page);
      await signInAs(site, page, 'hello@bakery.example');
      await judge.look(page, 'licenses');
      await page.getByRole('link', { name: 'Merge Products' }).click();
      await judge.look(page, 'merge');
      await enterCode(page, 'WS-7TPQ-2XMWK-H9NZC-4VJGY-B6RDE-5FAU8');
      await expect
        .poll(() => page.getByRole('alert').innerText())
        .toContain('Compare it with your License Certificate.');
      expect(await page.title()).toMatch(/^Error: /);
      await enterCode(page, 'ws 4nvx k9tqh 3wmpz 7cjgy r2bde 8fau5');
      // "Products that support merging", and for each other why not.
      await judge.look(page, 'products to merge');
      const row = page.getByRole('row', { name: /OfficeScan/ });
      expect(await row.innerText()).toContain('This product does not support merging.');
      await page.getByRole('button', { name: 'Sign in to merge' }).click();
      await judge.look(page, 'second account');
      await page.getByRole('textbox', { name: 'E-mail address' }).fill('uptown@bakery.example');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page
        .getByRole('textbox', { name: 'Code' })
        .fill(await codeMailedTo(site, 'uptown@bakery.example'));
      await page.getByRole('button', { name: 'Sign in' }).click();
      await judge.look(page, 'preview of a service merge');
      expect(await page.getByRole('main').innerText()).toMatch(/40\s*\(before 10\)/);
      expect(await site.query("select from license where status = 'merged'")).toHaveLength(0);
      await page.getByRole('button', { name: 'Merge' }).click();
      await page.getByRole('heading', { name: 'Merged' }).waitFor();
      await judge.look(page, 'merged');
      expect(
        await site.query(
          "select account, status, seats from license where pid = '100502EN01' order by account",
        ),
      ).toEqual([
        { account: 'bakery', status: 'active', seats: 40 },
        { account: 'bakery-uptown', status: 'merged', seats: 30 },
      ]);
      // Back: what was merged is not offered again.
      await page.goBack();
      expect(new URL(page.url()).pathname).toMatch(/^\/portal\/requests\//);
      expect(await site.query("select from message where kind = 'merge-request'")).toHaveLength(1);
      const [message] = await site.query<{
        readonly events: readonly { readonly by: string; readonly details?: object }[];
      }>("select events from message where kind = 'merge-request'");
      expect(message?.events[0]).toMatchObject({ by: 'portal', details: { member: 'hello@bakery.example' } });
      for (const address of ['hello@bakery.example', 'uptown@bakery.example'])
        await expect
          .poll(
            () =>
              site.mail.mails.filter(
                ({ to, parsed }) => to.includes(address) && parsed.attachments.length > 0,
              ),
            { timeout: 60_000 },
          )
          .toHaveLength(1);
    },
  );

  test(
    '"Choose the license to retain": licenses of one account become one',
    { timeout: 120_000 },
    async () => {
      const site = await openPortalSite();
      await withHoldings(site);
      const { page } = await visitor(browser, { width: 360, locale: 'en' });
      const judge = await openJudge(browser, page);
      await signInAs(site, page, 'it@harbor.example');
      await judge.look(page, 'licenses');
      await page.getByRole('link', { name: 'Merge Products' }).click();
      await enterCode(page, 'WF-8QKX-5TNWH-C3MZP-9VGJY-D2RBE-7FAU4');
      await judge.look(page, 'products to merge');
      await page.getByRole('button', { name: 'Choose licenses' }).click();
      await judge.look(page, 'license to retain');
      await page.getByRole('button', { name: 'Preview' }).click();
      expect(await page.getByRole('alert').innerText()).toContain('Choose the license to retain.');
      await judge.look(page, 'license to retain, refused');
      await page.getByRole('radio', { name: 'WFBS …FAU4' }).check();
      await page.getByRole('checkbox', { name: 'WFBS …FAU5' }).check();
      await page.getByRole('button', { name: 'Preview' }).click();
      await judge.look(page, 'preview of a merge on premises');
      await page.getByRole('button', { name: 'Merge' }).click();
      await page.getByRole('heading', { name: 'Merged' }).waitFor();
      expect(
        await site.query(
          "select right(activation_code, 4) as code, status, seats from license where account = 'harbor' order by seats desc",
        ),
      ).toEqual([
        { code: 'FAU4', status: 'active', seats: 60 },
        { code: 'FAU5', status: 'merged', seats: 20 },
        { code: 'FAU7', status: 'active', seats: 5 },
      ]);
      await page.getByRole('button', { name: 'Undo this merge' }).click();
      await page.getByText('The merge was undone. Everything is as it was before.').waitFor();
      await judge.look(page, 'merge undone');
      expect(
        await site.query(
          "select right(activation_code, 4) as code, status, seats from license where account = 'harbor' order by seats desc",
        ),
      ).toEqual([
        { code: 'FAU4', status: 'active', seats: 40 },
        { code: 'FAU5', status: 'active', seats: 20 },
        { code: 'FAU7', status: 'active', seats: 5 },
      ]);
    },
  );

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
