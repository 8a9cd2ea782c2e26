import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeInBrowser, visitor } from '#test/web/browser.ts';
import { holdAccounts, holdLicenses } from '#test/web/customers/holdings.ts';
import { htmlFaults, openJudge, type Judge } from '#test/web/customers/judge.ts';
import { codeMailedTo } from '#test/web/customers/portal-site.ts';
import { shareSite } from '#test/web/customers/shared-site.ts';
import { everyWay, tongues } from '#test/web/customers/tongues.ts';

/** The steps of the article about merging, each a test; every page is judged on the way. */
describeInBrowser('merging WFBS-SVC accounts', () => {
  const shared = shareSite();

  for (const { language, width } of everyWay)
    describe(`${language}, ${width} px`, () => {
      const words = tongues[language];
      const tag = `${language.toUpperCase()}${width}`.slice(0, 4);
      const [bakery, uptown, harbor] = ['bakery', 'uptown', 'harbor'].map(
        (name) => `${name}-${language}-${width}`,
      );
      const addressOf = (account = '') => `hello@${account}.example`;
      const service = `WS-${tag}-K9TQH-3WMPZ-7CJGY-R2BDE-8FAU5`;
      let page: Page;
      let judge: Judge;

      const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
      const field = (name: string) => page.getByRole('textbox', { name, exact: true });
      const states = (pid: string) =>
        shared().site.query(
          `select right(activation_code, 4) as code, status, seats from license
           where account in ($1, $2) and left(pid, 6) = $3 and valid_through > current_date and edition = 'full' order by code`,
          [bakery, uptown, pid],
        );

      async function signIn(account: string | undefined): Promise<void> {
        await page.goto(`${shared().site.url}/portal`);
        await field(words.email).fill(addressOf(account));
        await press(words.go);
        await field(words.code).fill(await codeMailedTo(shared().site, addressOf(account)));
        await press(words.signIn);
      }

      beforeAll(async () => {
        const { site, browser, atEnd } = shared();
        ({ page } = await visitor(browser, { width, locale: language }, atEnd));
        judge = await openJudge(browser, page, atEnd);
        await site.query('delete from sign_in_code');
        await holdAccounts(
          site,
          [bakery, uptown, harbor].map((id = '') => [id, 'Bakery on the Corner', addressOf(id)] as const),
        );
        const [first = '', second = '', third = ''] = [bakery, uptown, harbor];
        const premises = { account: first, pid: '100501EN01', type: 'retail' };
        await holdLicenses(site, [
          { code: service, account: first, pid: '100502EN01', type: 'retail', seats: 10, days: 200 },
          {
            code: `WS-${tag}-2XMWK-H9NZC-4VJGY-B6RDE-5FAU8`,
            account: second,
            pid: '100502EN01',
            type: 'oem',
            seats: 30,
            days: 100,
          },
          {
            code: `OS-${tag}-4T7XW-Q8H3C-ZP5VN-6RJDA-BE2GY`,
            account: third,
            pid: '100101EN01',
            type: 'retail',
            seats: 10,
            days: 200,
          },
          {
            code: `OS-${tag}-4T7XW-Q8H3C-ZP5VN-6RJDA-BE2GZ`,
            account: first,
            pid: '100101EN01',
            type: 'retail',
            seats: 10,
            days: 200,
          },
          { ...premises, code: `WF-${tag}-5TNWH-C3MZP-9VGJY-D2RBE-7FAU4`, seats: 40, days: 200 },
          { ...premises, code: `WF-${tag}-W7QXK-6HNCP-2VJGY-R8DBE-9FAU5`, seats: 20, days: 300 },
          { ...premises, code: `WF-${tag}-X8MQT-5WPKN-J2VGY-9RDBE-3FAU7`, seats: 5, days: 50 },
          { ...premises, code: `WF-${tag}-X8MQT-5WPKN-J2VGY-9RDBE-3FAU9`, seats: 5, days: -5 },
          {
            ...premises,
            code: `WF-${tag}-X8MQT-5WPKN-J2VGY-9RDBE-3FAU3`,
            seats: 5,
            days: 50,
            edition: 'trial',
          },
        ]);
      });

      test('Log in to the Customer Licensing Portal (CLP).', { timeout: 90_000 }, async () => {
        await signIn(bakery);
        await judge.look(page, 'licenses');
      });

      test(
        'Click Merge Products, and then enter your activation code or key.',
        { timeout: 90_000 },
        async () => {
          await page.getByRole('link', { name: words.merge, exact: true }).click();
          await judge.look(page, 'merge');
          // A code of somebody else's account is none here.
          await field(words.mergeCode).fill(`WS-${tag}-2XMWK-H9NZC-4VJGY-B6RDE-5FAU8`);
          await press(words.go);
          await page.getByRole('alert').waitFor();
          await judge.look(page, 'merge, refused');
          await field(words.mergeCode).fill(service.toLowerCase().replaceAll('-', ' '));
          await press(words.go);
        },
      );

      test(
        'The Merge Products page lists the products that support the merge function.',
        { timeout: 90_000 },
        async () => {
          await judge.look(page, 'products to merge');
          const rows = page.getByRole('row');
          const textOf = (name: RegExp) => rows.filter({ hasText: name }).innerText();
          expect(await rows.getByRole('button').count()).toBe(2);
          expect(
            await page
              .getByRole('row', { name: /OfficeScan/ })
              .getByRole('button')
              .count(),
          ).toBe(0);
          if (language !== 'en') return;
          expect(await textOf(/OfficeScan/)).toContain('This product does not support merging.');
          // For each license why not.
          const licenses = page.getByRole('listitem');
          expect(await licenses.filter({ hasText: 'FAU9' }).innerText()).toMatch(/Expired.*has expired/s);
          expect(await licenses.filter({ hasText: 'FAU3' }).innerText()).toMatch(/Trial.*cannot be merged/s);
          expect(await licenses.filter({ hasText: 'FAU4' }).innerText()).toMatch(
            /^…FAU4\s+Active · Seats: 40 · Valid through: \d+ \w+ \d+$/,
          );
        },
      );

      test(
        'Scenario 1: For services like WFBS-SVC, click sign in to merge two WFBS-SVC accounts.',
        { timeout: 90_000 },
        async () => {
          await press(words.signInToMerge);
          await judge.look(page, 'second account');
          await field(words.email).fill(addressOf(uptown));
          await press(words.go);
          await judge.look(page, 'code of the second account');
          await field(words.code).fill(await codeMailedTo(shared().site, addressOf(uptown)));
          await press(words.signIn);
          await judge.look(page, 'preview of a service merge');
          expect(await page.getByRole('main').innerText()).toMatch(/40\s*\(.*10\)/);
          expect(await states('100502')).toEqual([
            { code: 'FAU5', status: 'active', seats: 10 },
            { code: 'FAU8', status: 'active', seats: 30 },
          ]);
        },
      );

      test('Click Merge.', { timeout: 90_000 }, async () => {
        const { site } = shared();
        await press(words.doMerge);
        await page.getByRole('button', { name: words.undo, exact: true }).waitFor();
        await judge.look(page, 'merged');
        expect(await states('100502')).toEqual([
          { code: 'FAU5', status: 'active', seats: 40 },
          { code: 'FAU8', status: 'merged', seats: 30 },
        ]);
        // Back: what was merged is not offered again.
        await page.goBack();
        expect(new URL(page.url()).pathname).toMatch(/^\/portal\/requests\//);
        const messages = await site.query<{ readonly events: readonly object[] }>(
          "select events from message where kind = 'merge-request' and account = $1",
          [bakery],
        );
        expect(messages.map(({ events }) => events[0])).toEqual([
          expect.objectContaining({ by: 'portal', details: { member: addressOf(bakery), language } }),
        ]);
        for (const account of [bakery, uptown]) {
          const [, mail] = await site.mail.mailsTo(addressOf(account), 2);
          expect(mail?.parsed.attachments).toHaveLength(1);
          expect(mail?.parsed.html).toContain(`<html lang="${language}">`);
          expect(await htmlFaults(mail?.parsed.html || '')).toEqual([]);
        }
      });

      test(
        'Scenario 2: For On Premise products like WFBS, choose the license to retain. For three or more licenses of the same type, you will be asked which license to merge.',
        { timeout: 90_000 },
        async () => {
          await page.goto(`${shared().site.url}/portal/merge/products`);
          await page
            .getByRole('row', { name: /^WFBS(?!-)/ })
            .getByRole('button')
            .click();
          await judge.look(page, 'license to retain');
          await press(words.preview);
          await page.getByRole('alert').waitFor();
          await judge.look(page, 'license to retain, refused');
          const group = (name: string) => page.getByRole('group', { name, exact: true });
          await group(words.retain).getByRole('radio', { name: 'WFBS …FAU4', exact: true }).check();
          await group(words.into).getByRole('checkbox', { name: 'WFBS …FAU5', exact: true }).check();
          await press(words.preview);
          await judge.look(page, 'preview of a merge on premises');
          await press(words.doMerge);
          await page.getByRole('button', { name: words.undo, exact: true }).waitFor();
          expect(await states('100501')).toEqual([
            { code: 'FAU4', status: 'active', seats: 60 },
            { code: 'FAU5', status: 'merged', seats: 20 },
            { code: 'FAU7', status: 'active', seats: 5 },
          ]);
          await press(words.undo);
          await page.getByRole('status').waitFor();
          await judge.look(page, 'merge undone');
          expect(await states('100501')).toEqual([
            { code: 'FAU4', status: 'active', seats: 40 },
            { code: 'FAU5', status: 'active', seats: 20 },
            { code: 'FAU7', status: 'active', seats: 5 },
          ]);
        },
      );

      test(
        'If the Merge Products option is not available when using your account, this means that your registered license does not support merging.',
        { timeout: 90_000 },
        async () => {
          await press(words.signOut);
          await judge.look(page, 'signed out');
          await signIn(harbor);
          await judge.look(page, 'licenses that cannot be merged');
          expect(await page.getByRole('link', { name: words.merge, exact: true }).count()).toBe(0);
          if (language === 'en')
            expect(await page.getByRole('main').innerText()).toContain(
              'None of your products supports merging.',
            );
        },
      );
    });
});
