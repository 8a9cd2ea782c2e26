import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { inTransaction, statement } from '#src/persistence/database.ts';
import { describeInBrowser, visitor } from '#test/web/browser.ts';
import { holdAccounts, holdLicenses } from '#test/web/customers/holdings.ts';
import { htmlFaults, openJudge, type Judge } from '#test/web/customers/judge.ts';
import { codeMailedTo, signInAs, type PortalSite } from '#test/web/customers/portal-site.ts';
import { shareSite } from '#test/web/customers/shared-site.ts';
import { signUpUntilProven } from '#test/web/customers/sign-up-steps.ts';

/** What is looked at of a page that looks again by itself: the same, standing still. */
async function standingStill(context: BrowserContext, judge: (page: Page) => Promise<Judge>, url: string) {
  const page = await context.newPage();
  await page.route(url, async (route) => {
    const response = await route.fetch();
    const { refresh: _, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
  const judging = await judge(page);
  await page.goto(url);
  await judging.look(page, new URL(url).pathname);
  await page.close();
}

/** Locks a table for as long as the work takes: what writes it waits. */
function whileLocked<T>(site: PortalSite, table: string, work: () => Promise<T>): Promise<T> {
  return inTransaction(site.system.database, async (tx) => {
    await statement(tx, `lock table ${table} in share row exclusive mode`, []);
    return work();
  });
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** From the merge page to the preview of a service merge with the account of the address. */
async function previewMerge(site: PortalSite, page: Page, code: string, address: string): Promise<void> {
  await page.goto(`${site.url}/portal/merge`);
  await page.getByRole('textbox', { name: 'Activation Code or Registration Key' }).fill(code);
  await press(page, 'Continue');
  await press(page, 'Sign in to merge');
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(address);
  await press(page, 'Continue');
  await page.getByRole('textbox', { name: 'Code' }).fill(await codeMailedTo(site, address));
  await press(page, 'Sign in');
}

/** Two accounts with the same service: `NAME` and `NAME-2`. @returns the first one's code */
async function pairOf(site: PortalSite, name: string, tag: string): Promise<string> {
  await site.query('delete from sign_in_code');
  const codes = [
    `WS-${tag}-K9TQH-3WMPZ-7CJGY-R2BDE-8FAU5`,
    `WS-${tag}-2XMWK-H9NZC-4VJGY-B6RDE-5FAU8`,
  ] as const;
  const licenses = [name, `${name}-2`].map((account, i) => ({
    code: codes[i] ?? '',
    account,
    pid: '100502EN01',
    type: 'retail',
    seats: 10,
    days: 200,
  }));
  await holdAccounts(
    site,
    licenses.map(({ account }) => [account, 'Kontor', `it@${account}.example`] as const),
  );
  await holdLicenses(site, licenses);
  return codes[0];
}

describeInBrowser('pages that are rarely seen', () => {
  const shared = shareSite();
  const open = async (width: number, locale: string) => {
    const { browser } = shared();
    const { page, context } = await visitor(browser, { width, locale });
    return { page, context, judgeOf: (seen: Page) => openJudge(browser, seen) };
  };

  test('what is being worked on, held, and refused says so', { timeout: 180_000 }, async () => {
    const { site } = shared();
    const { page, context, judgeOf } = await open(360, 'en');
    const judge = await judgeOf(page);
    const [worked, held, refused] = [
      await pairOf(site, 'worked', 'WRKD'),
      await pairOf(site, 'held', 'HELD'),
      await pairOf(site, 'refused', 'RFSD'),
    ];
    await signInAs(site, page, 'it@worked.example');
    await previewMerge(site, page, worked, 'it@worked-2.example');
    await whileLocked(site, 'license', async () => {
      await press(page, 'Merge');
      await page.getByRole('heading', { name: 'We are working on it' }).waitFor();
      await standingStill(context, judgeOf, page.url());
    });
    await page.getByRole('heading', { name: 'Merged' }).waitFor({ timeout: 60_000 });
    await press(page, 'Sign out');

    await site.query(`update account set region = 'apac' where id = 'held-2'`);
    await signInAs(site, page, 'it@held.example');
    await previewMerge(site, page, held, 'it@held-2.example');
    await judge.look(page, 'preview of what a person has to approve');
    await press(page, 'Merge');
    await page.getByRole('heading', { name: 'A person looks at your request' }).waitFor();
    await judge.look(page, 'held');
    await press(page, 'Sign out');

    await signInAs(site, page, 'it@refused.example');
    await previewMerge(site, page, refused, 'it@refused-2.example');
    await site.query(`update license set status = 'suspended' where account = 'refused-2'`);
    await press(page, 'Merge');
    await page.getByRole('heading', { name: 'This was not possible' }).waitFor();
    await judge.look(page, 'refused');
    await page.goto(`${site.url}/portal/licenses`);
    await judge.look(page, 'licenses with a history');
  });

  test('an account that was merged, and one person for several accounts', { timeout: 180_000 }, async () => {
    const { site } = shared();
    const { page, judgeOf } = await open(1280, 'de');
    const judge = await judgeOf(page);
    await pairOf(site, 'emptied', 'MPTD');
    await site.query(`update account set merged_into = 'emptied' where id = 'emptied-2'`);
    await site.query(
      `update license set status = 'merged', merged_into = (select id from license where account = 'emptied') where account = 'emptied-2'`,
    );
    for (const account of ['emptied', 'emptied-2'])
      await site.query(
        `insert into member (account, address, added_by) values ($1, 'both@emptied.example', 'test')`,
        [account],
      );
    await page.goto(`${site.url}/portal`);
    await page.getByRole('textbox', { name: 'E-Mail-Adresse' }).fill('both@emptied.example');
    await press(page, 'Weiter');
    await judge.look(page, 'code');
    await page.getByRole('textbox', { name: 'Code' }).fill(await codeMailedTo(site, 'both@emptied.example'));
    await press(page, 'Anmelden');
    await judge.look(page, 'licenses, several accounts');
    await page.getByRole('combobox', { name: 'Konto' }).selectOption('emptied-2');
    await press(page, 'Wechseln');
    expect(await page.getByRole('main').innerText()).toContain(
      'Dieses Konto wurde mit emptied zusammengeführt',
    );
    await judge.look(page, 'an account that was merged');
    await page.goto(`${site.url}/portal/merge/products`);
    await judge.look(page, 'products of an account that was merged');
  });

  test(
    'what is not there, foreign, or from another site; a session that ended; a server in trouble',
    { timeout: 180_000 },
    async () => {
      const { site } = shared();
      await site.query('delete from sign_in_code');
      const { page, judgeOf } = await open(360, 'ja');
      const judge = await judgeOf(page);
      const refusedAt = async (path: string, status: number) => {
        const answer = await page.goto(`${site.url}${path}`);
        expect(answer?.status(), path).toBe(status);
        await judge.look(page, `${path}, ${status}`);
      };
      await refusedAt('/portal/nothing', 404);
      const posted = await page.request.post(`${site.url}/portal`, {
        form: { email: 'it@acme.example' },
        headers: { 'sec-fetch-site': 'cross-site' },
      });
      expect(posted.status()).toBe(403);
      expect(await htmlFaults(await posted.text())).toEqual([]);
      await holdAccounts(site, [
        ['acme', 'ACME GmbH', 'it@acme.example'],
        ['trouble', 'ACME GmbH', 'it@trouble.example'],
      ]);
      const { page: english, judgeOf: judgeEnglish } = await open(1280, 'en');
      const judgeAt = await judgeEnglish(english);
      const key = await site.order({
        customer: { account: 'acme', company: 'ACME GmbH', email: 'it@acme.example', country: 'DE' },
      });
      await signUpUntilProven(site, english, key, 'stranger@elsewhere.example');
      await judgeAt.look(english, 'a key that belongs to a customer');
      // Signed in, and a member of nothing.
      await english.goto(`${site.url}/portal/licenses`);
      await english.getByRole('heading', { name: 'No account yet' }).waitFor();
      await judgeAt.look(english, 'no account');
      await english.goto(`${site.url}/portal/suites/${crypto.randomUUID()}`);
      await english.getByRole('heading', { name: 'No account yet' }).waitFor();
      await english.context().clearCookies();
      await signInAs(site, english, 'it@acme.example');
      await english.goto(`${site.url}/portal/members`);
      await site.query('update web_session set ended_at = now()');
      await english.getByRole('textbox', { name: 'E-mail address' }).fill('kim@acme.example');
      await press(english, 'Invite');
      await english.getByText('what you have typed is kept').waitFor();
      await judgeAt.look(english, 'a session that ended');
      // One table that is away stands for a database that is.
      await english.context().clearCookies();
      await signInAs(site, english, 'it@trouble.example');
      await site.query('alter table member rename to member_away');
      const answer = await english.goto(`${site.url}/portal/licenses`);
      expect(answer?.status()).toBe(503);
      await judgeAt.look(english, 'a server in trouble');
      await site.query('alter table member_away rename to member');
      await english.reload();
      await english.getByRole('heading', { name: 'Your licenses' }).waitFor();
    },
  );

  test(
    'while a certificate is being written, its kit and its page say so',
    { timeout: 180_000 },
    async () => {
      const { site } = shared();
      await site.query('delete from sign_in_code');
      const { page, context, judgeOf } = await open(1280, 'en');
      const email = 'buying@pending.example';
      const key = await site.order({ customer: { company: 'Pending AS', email, country: 'NO' } });
      await signUpUntilProven(site, page, key, email, true);
      await press(page, 'Register');
      await page.getByRole('checkbox', { name: 'OfficeScan' }).check();
      await whileLocked(site, 'certificate_pdf', async () => {
        await press(page, 'Get Activation Codes');
        await page.getByText('1 Activation Code was issued. Next, get the Deployment Kit.').waitFor();
        const suite = page.url();
        await standingStill(context, judgeOf, `${suite}/deployment-kit`);
        const kit = await page.request.get(`${suite}/deployment-kit`);
        expect([kit.status(), kit.headers()['refresh']]).toEqual([503, '3']);
        const certificate = await page
          .getByRole('link', { name: /^License Certificate/ })
          .getAttribute('href');
        await standingStill(context, judgeOf, `${site.url}${certificate}`);
      });
      // It waits for the certificate by itself.
      await expect
        .poll(async () => (await page.request.get(`${page.url()}/deployment-kit`)).status(), {
          timeout: 60_000,
        })
        .toBe(200);
    },
  );
});
