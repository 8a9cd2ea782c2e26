import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeInBrowser, openBrowser, visitor } from '#test/web/browser.ts';
import { htmlFaults, openJudge, type Judge } from '#test/web/customers/judge.ts';
import { codeMailedTo, openPortalSite, signInAs, type PortalSite } from '#test/web/customers/portal-site.ts';
import { signUpUntilProven } from '#test/web/customers/sign-up-steps.ts';

let browser: Browser;

/** The words of the page, where a test reads them in more than one language. */
const tongues = {
  en: {
    signUp: 'Sign up now',
    firstTime: 'No, I am a first time user',
    key: 'Registration Key',
    go: 'Continue',
    accept: 'I have read and accept the License Agreement',
    company: 'Company',
    email: 'E-mail address',
    country: 'Country',
    region: 'Region',
    code: 'Code',
    register: 'Register',
    get: 'Get Activation Codes',
    kit: 'Get Deployment Kit',
  },
  de: {
    signUp: 'Jetzt registrieren',
    firstTime: 'Nein, ich bin zum ersten Mal hier',
    key: 'Registrierungsschlüssel',
    go: 'Weiter',
    accept: 'Ich habe den Lizenzvertrag gelesen und stimme ihm zu',
    company: 'Firma',
    email: 'E-Mail-Adresse',
    country: 'Land',
    region: 'Region',
    code: 'Code',
    register: 'Registrieren',
    get: 'Aktivierungscodes abrufen',
    kit: 'Installationspaket herunterladen',
  },
  ja: {
    signUp: '今すぐ登録',
    firstTime: 'いいえ、初めて利用します',
    key: 'レジストレーションキー',
    go: '次へ',
    accept: '使用許諾契約を読み、同意します',
    company: '会社名',
    email: 'メールアドレス',
    country: '国',
    region: '地域',
    code: '確認コード',
    register: '登録',
    get: 'アクティベーションコードを取得',
    kit: 'デプロイメントキットを取得',
  },
} as const;

/** Everything from the start page to the page of the suite. */
async function signUp(
  site: PortalSite,
  page: Page,
  key: string,
  address: string,
  language: keyof typeof tongues = 'en',
  judge?: Judge,
): Promise<void> {
  const words = tongues[language];
  const go = () => page.getByRole('button', { name: words.go }).click();
  await page.goto(`${site.url}/portal`);
  await judge?.look(page, 'start');
  await page.getByRole('link', { name: words.signUp }).click();
  await judge?.look(page, 'sign up');
  await page.getByRole('radio', { name: words.firstTime }).check();
  await page.getByRole('textbox', { name: words.key }).fill(` ${key.toLowerCase().replaceAll('-', ' ')} `);
  await go();
  await judge?.look(page, 'agreement');
  await page.getByRole('checkbox', { name: words.accept }).check();
  await go();
  await judge?.look(page, 'details');
  await page.getByRole('textbox', { name: words.company }).fill('Nordlys AS');
  await page.getByRole('textbox', { name: words.email }).fill(address);
  await page.getByRole('combobox', { name: words.country }).selectOption('NO');
  await page.getByRole('combobox', { name: words.region }).selectOption('emea');
  await go();
  await judge?.look(page, 'code');
  await page.getByRole('textbox', { name: words.code }).fill(await codeMailedTo(site, address));
  await go();
  await judge?.look(page, 'check');
  await page.getByRole('button', { name: words.register, exact: true }).click();
  await page.getByRole('button', { name: words.kit }).waitFor();
}

describeInBrowser('upgrading products of existing users to Smart Protection Suite', () => {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  for (const [language, width] of [
    ['en', 1280],
    ['de', 360],
    ['ja', 1280],
  ] as const) {
    test(
      `a first-time user signs up with the key of the mailed certificate and gets Activation Codes (${language}, ${width} px)`,
      { timeout: 180_000 },
      async () => {
        const site = await openPortalSite();
        const key = await site.order();
        const { page } = await visitor(browser, { width, locale: language });
        const judge = await openJudge(browser, page);
        const words = tongues[language];
        await signUp(site, page, key, 'kari@nordlys.example', language, judge);
        await judge.look(page, 'suite');
        expect(await page.getByRole('button', { name: words.kit }).isDisabled()).toBe(true);
        await page.getByRole('button', { name: words.get }).click();
        await judge.look(page, 'suite, nothing ticked');
        await page.getByRole('checkbox', { name: 'OfficeScan' }).check();
        await page.getByRole('checkbox', { name: 'Mobile Security' }).check();
        await page.getByRole('button', { name: words.get }).click();
        await judge.look(page, 'suite, issued');
        expect(await page.getByRole('button', { name: words.kit }).isEnabled()).toBe(true);
        const codes = await site.query<{ readonly code: string }>(
          'select activation_code as code from license order by pid',
        );
        expect(codes).toHaveLength(2);
        for (const { code } of codes) expect(await page.getByRole('main').innerText()).toContain(code);
        await page.goto(`${site.url}/portal/licenses`);
        await judge.look(page, 'licenses');
        await page.goto(`${site.url}/portal/members`);
        await judge.look(page, 'members');
        await page.goto(`${site.url}/portal/help`);
        await judge.look(page, 'help');
        // Two registrations, each with its version of the certificate by mail, in the language of the page.
        await expect
          .poll(() => mailsWithCertificate(site, 'kari@nordlys.example').length, { timeout: 60_000 })
          .toBe(2);
        for (const { parsed } of site.mail.mails) expect(await htmlFaults(parsed.html || '')).toEqual([]);
        for (const { parsed } of mailsWithCertificate(site, 'kari@nordlys.example'))
          expect(parsed.html).toContain(`<html lang="${language}">`);
      },
    );
  }

  test(
    'the customer of an order owns products already: those keep their codes, the others are new',
    { timeout: 120_000 },
    async () => {
      const site = await openPortalSite();
      await site.query(
        `insert into account (id, company, email, country, region) values ('acme', 'ACME GmbH', 'it@acme.example', 'DE', 'emea')`,
      );
      const owned = 'OS-9K2M-4T7XW-Q8H3C-ZP5VN-6RJDA-BE2GY';
      await site.query(
        `insert into license (id, activation_code, account, pid, type, edition, status, seats, valid_through, grants)
       values (gen_random_uuid(), $1, 'acme', '100101DE02', 'retail', 'full', 'active', 200, current_date + 100, 1)`,
        [owned],
      );
      const customer = { account: 'acme', company: 'ACME GmbH', email: 'buying@acme.example', country: 'DE' };
      const key = await site.order({ customer });
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      await signUp(site, page, key, 'it@acme.example');
      const row = page.getByRole('row', { name: /OfficeScan/ });
      expect(await row.innerText()).toMatch(new RegExp(`Owned\\s+${owned}`));
      expect(await row.getByRole('checkbox').count()).toBe(0);
      expect(await page.getByRole('main').innerText()).toContain('need no replacing or reinstalling');
      await page.getByRole('checkbox', { name: 'Control Manager' }).check();
      await page.getByRole('button', { name: 'Get Activation Codes' }).click();
      await page.getByText('1 Activation Code was issued.').waitFor();
      const registered = await fetch(`${site.url}/v1/registrations/${await newestRegistration(site)}`, {
        headers: { authorization: `Bearer ${site.apiKey}` },
      });
      expect(await registered.json()).toMatchObject({ status: 'fulfilled', agreementVersion: '1' });
      // The address that the key was ordered for hears of it.
      await expect
        .poll(
          () =>
            site.mail.mails.filter(
              ({ to, parsed }) => to.includes('buying@acme.example') && parsed.attachments.length === 0,
            ).length,
          { timeout: 60_000 },
        )
        .toBe(1);
      const kit = await page.request.get(`${page.url()}/deployment-kit`, { timeout: 30_000 });
      await expect
        .poll(async () => (await page.request.get(`${page.url()}/deployment-kit`)).status(), {
          timeout: 60_000,
        })
        .toBe(200);
      expect(kit.headers()['content-type']).toMatch(/zip|html/);
    },
  );

  test(
    'a key that belongs to a customer is not given to somebody else, and whose it is is not said',
    { timeout: 60_000 },
    async () => {
      const site = await openPortalSite();
      await site.query(
        `insert into account (id, company, email, country, region) values ('acme', 'ACME GmbH', 'it@acme.example', 'DE', 'emea')`,
      );
      const key = await site.order({
        customer: { account: 'acme', company: 'ACME GmbH', email: 'it@acme.example', country: 'DE' },
      });
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      await signUpUntilProven(site, page, key, 'stranger@elsewhere.example');
      await page.getByRole('heading', { name: 'This key belongs to a customer already' }).waitFor();
      const text = await page.content();
      expect(text).not.toMatch(/acme/i);
      expect(await site.query("select from message where kind = 'registration'")).toHaveLength(0);
    },
  );

  test(
    'mistyped is told apart from unknown, what was typed stays, and ten wrong keys an hour are enough',
    { timeout: 90_000 },
    async () => {
      const site = await openPortalSite();
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      await page.goto(`${site.url}/portal/sign-up`);
      const enter = async (key: string) => {
        await page.getByRole('radio', { name: 'No, I am a first time user' }).check();
        await page.getByRole('textbox', { name: 'Registration Key' }).fill(key);
        await page.getByRole('button', { name: 'Continue' }).click();
        return page.getByRole('alert').innerText();
      };
      expect(await enter('SE-2222-2222-2222-2223')).toContain('is mistyped');
      expect(await page.getByRole('textbox', { name: 'Registration Key' }).inputValue()).toBe(
        'SE-2222-2222-2222-2223',
      );
      expect(await page.title()).toMatch(/^Error: /);
      expect(await enter('SE-2222-2222-2222-2222'.replace(/.$/, '2'))).toMatch(/mistyped|no such/);
      for (let i = 0; i < 8; i += 1) await enter('SE-2222-2222-2222-2223');
      expect(await enter('SE-2222-2222-2222-2223')).toContain('Too many keys');
    },
  );

  test(
    'a session that ends in the middle of a form loses nothing that was typed; other sites cannot post',
    { timeout: 90_000 },
    async () => {
      const site = await openPortalSite();
      await site.query(
        `insert into account (id, company, email, country, region) values ('acme', 'ACME GmbH', 'it@acme.example', 'DE', 'emea')`,
      );
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      await signInAs(site, page, 'it@acme.example');
      await page.getByRole('link', { name: 'Members' }).click();
      await page.getByRole('textbox', { name: 'E-mail address' }).fill('kim@acme.example');
      await site.query('update web_session set ended_at = now()');
      await page.getByRole('button', { name: 'Invite' }).click();
      await page.getByText('what you have typed is kept').waitFor();
      await page.getByRole('textbox', { name: 'E-mail address' }).fill('it@acme.example');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('textbox', { name: 'Code' }).fill(await codeMailedTo(site, 'it@acme.example', 2));
      await page.getByRole('button', { name: 'Sign in' }).click();
      expect(await page.getByRole('textbox', { name: 'E-mail address' }).inputValue()).toBe(
        'kim@acme.example',
      );
      await page.getByRole('button', { name: 'Invite' }).click();
      await page.getByText('kim@acme.example may act for this account now').waitFor();
      expect(await site.query('select address from member')).toEqual([{ address: 'kim@acme.example' }]);
      const posted = await page.request.post(`${site.url}/portal/members`, {
        form: { step: 'invite', email: 'thief@elsewhere.example' },
        headers: { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
      });
      expect(posted.status()).toBe(403);
      // Removed, a member is out at once.
      const { page: other } = await visitor(browser, { width: 1280, locale: 'en' });
      await signInAs(site, other, 'kim@acme.example');
      await page
        .getByRole('row', { name: 'kim@acme.example' })
        .getByRole('button', { name: 'Remove', exact: true })
        .click();
      await other.reload();
      expect(new URL(other.url()).pathname).toBe('/portal');
    },
  );

  test(
    'five wrong codes, and one from another browser, sign nobody in; unknown addresses look the same',
    { timeout: 90_000 },
    async () => {
      const site = await openPortalSite();
      await site.query(
        `insert into account (id, company, email, country, region) values ('acme', 'ACME GmbH', 'it@acme.example', 'DE', 'emea')`,
      );
      const { page } = await visitor(browser, { width: 1280, locale: 'en' });
      const { page: other } = await visitor(browser, { width: 1280, locale: 'en' });
      const ask = async (at: Page, address: string) => {
        await at.goto(`${site.url}/portal`);
        await at.getByRole('textbox', { name: 'E-mail address' }).fill(address);
        await at.getByRole('button', { name: 'Continue' }).click();
      };
      const enter = async (at: Page, code: string) => {
        await at.getByRole('textbox', { name: 'Code' }).fill(code);
        await at.getByRole('button', { name: 'Sign in' }).click();
      };
      await ask(other, 'nobody@acme.example');
      const unknown = (await other.getByRole('main').innerText()).replace('nobody@acme.example', '…');
      await ask(page, 'it@acme.example');
      expect((await page.getByRole('main').innerText()).replace('it@acme.example', '…')).toBe(unknown);
      const code = await codeMailedTo(site, 'it@acme.example');
      await enter(other, code);
      expect(await other.title()).toMatch(/^Error: /);
      const wrong = code === '000000' ? '000001' : '000000';
      for (let i = 0; i < 5; i += 1) await enter(page, wrong);
      await enter(page, code);
      expect(await page.title()).toMatch(/^Error: /);
      expect(await page.getByRole('button', { name: 'Sign out' }).count()).toBe(0);
    },
  );
});

function mailsWithCertificate({ mail }: PortalSite, address: string) {
  return mail.mails.filter(({ to, parsed }) => to.includes(address) && parsed.attachments.length > 0);
}

async function newestRegistration(site: PortalSite): Promise<string> {
  const [row] = await site.query<{ readonly id: string }>(
    "select id from message where kind = 'registration' order by accepted_number desc limit 1",
  );
  return row?.id ?? '';
}
