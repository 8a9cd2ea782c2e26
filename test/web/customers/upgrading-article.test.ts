import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { describeInBrowser, visitor } from '#test/web/browser.ts';
import { htmlFaults, openJudge, type Judge } from '#test/web/customers/judge.ts';
import { codeMailedTo } from '#test/web/customers/portal-site.ts';
import { shareSite } from '#test/web/customers/shared-site.ts';
import { everyWay, tongues } from '#test/web/customers/tongues.ts';

/** The steps of the article that the upgrade follows, each a test; every page is judged on the way. */
describeInBrowser('upgrading products of existing users to Smart Protection Suite', () => {
  const shared = shareSite();

  for (const { language, width } of everyWay)
    describe(`${language}, ${width} px`, () => {
      const words = tongues[language];
      const account = `acme-${language}-${width}`;
      const [buyer, member] = [`buying@${account}.example`, `it@${account}.example`];
      // No two companies have the same code.
      const owned = `OS-9K2M-4T7XW-Q8H3C-ZP5VN-6RJDA-${width}${language.toUpperCase()}`.slice(0, 37);
      let key = '';
      let page: Page;
      let judge: Judge;

      const go = () => page.getByRole('button', { name: words.go, exact: true }).click();
      const field = (name: string) => page.getByRole('textbox', { name, exact: true });

      beforeAll(async () => {
        const { site, browser, atEnd } = shared();
        ({ page } = await visitor(browser, { width, locale: language }, atEnd));
        judge = await openJudge(browser, page, atEnd);
        await site.query('delete from sign_in_code');
        await site.query(
          `insert into account (id, company, email, country, region) values ($1, 'ACME GmbH', $2, 'DE', 'emea')`,
          [account, member],
        );
        await site.query(
          `insert into license (id, activation_code, account, pid, type, edition, status, seats, valid_through, grants)
           values (gen_random_uuid(), $1, $2, '100101DE02', 'retail', 'full', 'active', 200, current_date + 100, 1)`,
          [owned, account],
        );
      });

      test(
        'Once completed, you will receive a License Certificate that includes the Smart Protection Registration Key (RK).',
        { timeout: 90_000 },
        async () => {
          const { site } = shared();
          const customer = { account, company: 'ACME GmbH', email: buyer, country: 'DE' };
          key = await site.order({ orderNumber: `PO-${account}`, customer });
          const [mail] = await site.mail.mailsTo(buyer);
          expect(mail?.parsed.attachments.map(({ filename }) => filename)).toEqual([
            expect.stringMatching(/^LC-\d{4}-\d{7}-v1\.pdf$/),
          ]);
          expect(await htmlFaults(mail?.parsed.html || '')).toEqual([]);
        },
      );

      test('Go to the Customer Licensing Portal.', { timeout: 90_000 }, async () => {
        await page.goto(`${shared().site.url}/portal`);
        await judge.look(page, 'start');
      });

      test('Click the Sign up now link.', { timeout: 90_000 }, async () => {
        await page.getByRole('link', { name: words.signUp, exact: true }).click();
        await judge.look(page, 'sign up');
      });

      test(
        'Select No, I am a first time user and enter your Smart Protection RK then click Continue.',
        { timeout: 90_000 },
        async () => {
          await page.getByRole('radio', { name: words.firstTime, exact: true }).check();
          await field(words.key).fill(` ${key.toLowerCase().replaceAll('-', ' ')} `);
          await go();
          await judge.look(page, 'agreement');
        },
      );

      test(
        'Review the product information and license agreement. Tick the checkbox, and then click Continue.',
        { timeout: 90_000 },
        async () => {
          const text = await page.getByRole('main').innerText();
          for (const part of ['Smart Protection for Endpoints', '250', 'northwind'])
            expect(text).toContain(part);
          // Whose key it is, and what they own, is not shown before the address is proven.
          expect(await page.content()).not.toMatch(new RegExp(`ACME|${account}|${owned}`));
          await page.getByRole('checkbox', { name: words.accept, exact: true }).check();
          await go();
          await judge.look(page, 'details');
        },
      );

      test('Fill out the form, and then click Continue.', { timeout: 90_000 }, async () => {
        await field(words.company).fill('ACME GmbH');
        await field(words.contact).fill('Einkauf');
        await field(words.email).fill(member);
        await page.getByRole('combobox', { name: words.country, exact: true }).selectOption('DE');
        await page.getByRole('combobox', { name: words.region, exact: true }).selectOption('emea');
        await go();
        await judge.look(page, 'code');
        await field(words.code).fill(await codeMailedTo(shared().site, member));
        await go();
        await judge.look(page, 'check');
        expect(await page.getByRole('link', { name: words.change, exact: true }).count()).toBe(2);
        await page.getByRole('button', { name: words.register, exact: true }).click();
        await page.getByRole('button', { name: words.kit, exact: true }).waitFor();
      });

      test(
        'The Activation Code (AC) of the existing product or service is retained and extended in the backend.',
        { timeout: 90_000 },
        async () => {
          expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(
            'Smart Protection for Endpoints',
          );
          await judge.look(page, 'suite');
          const row = page.getByRole('row', { name: /OfficeScan/ });
          const text = await row.innerText();
          for (const part of [words.owned, owned, '250']) expect(text).toContain(part);
          expect(await row.getByRole('checkbox').count()).toBe(0);
          expect(await page.getByRole('row', { name: /Mobile Security/ }).innerText()).toContain(words.isNew);
          expect(await page.getByRole('button', { name: words.kit, exact: true }).isDisabled()).toBe(true);
        },
      );

      test('For new products, new ACs will be issued.', { timeout: 90_000 }, async () => {
        const { site } = shared();
        for (const name of ['Mobile Security', 'Control Manager'])
          await page.getByRole('checkbox', { name, exact: true }).check();
        await page.getByRole('button', { name: words.get, exact: true }).click();
        await page.getByRole('row', { name: words.issued }).first().waitFor();
        await judge.look(page, 'suite, issued');
        const codes = await site.query<{ readonly code: string }>(
          'select activation_code as code from license where account = $1',
          [account],
        );
        expect(codes).toHaveLength(3);
        const text = await page.getByRole('main').innerText();
        for (const { code } of codes) expect(text).toContain(code);
      });

      test('Get Deployment Kit downloads and installs the new products.', { timeout: 120_000 }, async () => {
        const { site } = shared();
        const kit = await page.request.get(`${page.url()}/deployment-kit`);
        expect(kit.status(), await kit.text().catch(() => '')).toBe(200);
        const files = unzipSync(await kit.body());
        const names = Object.keys(files).filter((name) => !name.endsWith('.pdf'));
        expect(names.sort()).toEqual(
          [
            'START-HERE.html',
            'activation-codes.csv',
            'install.ps1',
            'install.sh',
            'kit.json',
            'kit.json.jws',
          ].sort(),
        );
        if (language === 'en' && width === 1280)
          expect(await installed(files)).toMatch(/Mobile Security[^]*installed\n/);
        // Two registrations, each with its version of the certificate by mail to the account, in the language of the page.
        const mails = await site.mail.mailsTo(member, 3);
        const certificates = mails.filter(({ parsed }) => parsed.attachments.length > 0);
        expect(certificates).toHaveLength(2);
        for (const { parsed } of mails) {
          expect(parsed.html).toContain(`<html lang="${language}">`);
          expect(parsed.headers.get('content-language')).toBe(language);
          expect(await htmlFaults(parsed.html || '')).toEqual([]);
        }
        expect(certificates[1]?.parsed.text).toMatch(
          /LC-\d{4}-\d{7}(?:, version 3|, Version 3|（バージョン 3）)/,
        );
        for (const path of ['licenses', 'members', 'help']) {
          await page.goto(`${site.url}/portal/${path}`);
          await judge.look(page, path);
        }
      });
    });
});

/** Unpacks a kit and runs its script, as somebody at a terminal would. @returns what it said; rejects unless it ends with 0 */
async function installed(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-kit-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  const { stdout } = await promisify(execFile)('sh', ['install.sh'], { cwd: folder });
  return stdout;
}
