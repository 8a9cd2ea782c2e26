import { expect, test } from 'vitest';
import { describeInBrowser, visitor } from '#test/web/browser.ts';
import { holdAccounts, holdLicenses } from '#test/web/customers/holdings.ts';
import { codeMailedTo, signInAs } from '#test/web/customers/portal-site.ts';
import { shareSite } from '#test/web/customers/shared-site.ts';
import { signUpUntilProven } from '#test/web/customers/sign-up-steps.ts';

describeInBrowser('where customers could stumble', () => {
  const shared = shareSite();
  const open = async () => (await visitor(shared().browser, { width: 1280, locale: 'en' })).page;

  test(
    'two customers of one name register with nothing typed as the account’s name',
    { timeout: 120_000 },
    async () => {
      const { site } = shared();
      for (const [i, address] of ['kari@nordlys.example', 'ola@nordlys.example'].entries()) {
        const customer = { company: 'Nordlys AS', email: `innkjop-${i}@nordlys.example`, country: 'NO' };
        const page = await open();
        await signUpUntilProven(site, page, await site.order({ customer }), address, true);
        await page.getByRole('button', { name: 'Register', exact: true }).click();
        await page.getByRole('heading', { name: 'Smart Protection for Endpoints' }).waitFor();
      }
      const accounts = await site.query<{ readonly id: string }>(
        "select id from account where company = 'Nordlys AS' order by id",
      );
      expect(accounts.map(({ id }) => id)).toEqual([
        'nordlys-as',
        expect.stringMatching(/^nordlys-as-[a-z2-9]{6}$/),
      ]);
    },
  );

  test(
    'the start page always asks for an address, and leads to the code that is waited for',
    { timeout: 90_000 },
    async () => {
      const { site } = shared();
      await holdAccounts(site, [['acme', 'ACME GmbH', 'it@acme.example']]);
      const page = await open();
      await page.goto(`${site.url}/portal`);
      await page.getByRole('textbox', { name: 'E-mail address', exact: true }).fill('it@acme.example');
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
      await page.goto(`${site.url}/portal`);
      expect(await page.getByRole('textbox', { name: 'E-mail address', exact: true }).inputValue()).toBe('');
      await page.getByRole('link', { name: 'Enter the code that was sent to you' }).click();
      await page.getByRole('button', { name: 'Send a new code', exact: true }).click();
      await page
        .getByRole('textbox', { name: 'Code', exact: true })
        .fill(await codeMailedTo(site, 'it@acme.example', 2));
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('button', { name: 'Sign out', exact: true }).click();
      await page.getByText('You are signed out.').waitFor();
      await page.reload();
      expect(await page.getByText('You are signed out.').count()).toBe(0);
    },
  );

  test(
    '"Change" leads back to what was chosen, and nothing is typed twice',
    { timeout: 120_000 },
    async () => {
      const { site } = shared();
      await site.query('delete from sign_in_code');
      await holdAccounts(site, [
        ['kontor', 'Kontor Nord AS', 'it@kontor.example'],
        ['kontor-sg', 'Kontor Nord Singapore', 'sg@kontor.example'],
      ]);
      await site.query(
        `insert into member (account, address, added_by) values ('kontor-sg', 'it@kontor.example', 'test')`,
      );
      const customer = { company: 'Kontor Nord AS', email: 'buying@kontor.example', country: 'NO' };
      const key = await site.order({ customer });
      const page = await open();
      await signUpUntilProven(site, page, key, 'it@kontor.example', true);
      await page.getByRole('radio', { name: 'Kontor Nord Singapore (kontor-sg)' }).check();
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
      const changes = page.getByRole('link', { name: 'Change', exact: true });
      expect(await changes.count()).toBe(3);
      await changes.nth(2).click();
      expect(await page.getByRole('textbox', { name: 'Company', exact: true }).inputValue()).toBe(
        'Nordlys AS',
      );
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
      await page.getByRole('radio', { name: 'Kontor Nord AS (kontor)' }).check();
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
      // The agreement, seen once more, leads straight back.
      await changes.nth(1).click();
      expect(
        await page
          .getByRole('checkbox', { name: 'I have read and accept the License Agreement' })
          .isChecked(),
      ).toBe(true);
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
      expect(new URL(page.url()).pathname).toBe('/portal/sign-up/check');
      await page.getByRole('button', { name: 'Register', exact: true }).click();
      await page.getByRole('heading', { name: 'Smart Protection for Endpoints' }).waitFor();
      expect(await site.query(`select account from registration_key where account like 'kontor%'`)).toEqual([
        { account: 'kontor' },
      ]);
    },
  );

  test(
    'with an account, "Change" offers the others; "A new account" leads to the form',
    { timeout: 120_000 },
    async () => {
      const { site } = shared();
      await site.query('delete from sign_in_code');
      await holdAccounts(site, [['harbor', 'Harbor Office', 'it@harbor.example']]);
      const key = await site.order({
        customer: { company: 'Harbor Office', email: 'buying@harbor.example', country: 'US' },
      });
      const page = await open();
      await signInAs(site, page, 'it@harbor.example');
      await page.getByRole('link', { name: 'Add a Registration Key', exact: true }).click();
      await page.getByRole('textbox', { name: 'Registration Key', exact: true }).fill(key);
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
      await page.getByRole('checkbox', { name: 'I have read and accept the License Agreement' }).check();
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
      await page.getByRole('link', { name: 'Change', exact: true }).nth(2).click();
      expect(await page.getByRole('radio', { name: 'Harbor Office (harbor)' }).isChecked()).toBe(true);
      await page.getByRole('radio', { name: 'A new account' }).check();
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
      expect(await page.getByRole('textbox', { name: 'E-mail address', exact: true }).inputValue()).toBe(
        'it@harbor.example',
      );
      expect(await page.getByRole('textbox', { name: 'Company', exact: true }).inputValue()).toBe('');
    },
  );

  test(
    'an invitation counts as a mail: the sixth within the hour does not go, and the member is one',
    { timeout: 120_000 },
    async () => {
      const { site } = shared();
      await site.query('delete from sign_in_code');
      await holdAccounts(site, [['many', 'Many Ltd', 'it@many.example']]);
      const page = await open();
      await signInAs(site, page, 'it@many.example');
      await page.goto(`${site.url}/portal/members`);
      const invited = page.getByRole('row', { name: /kim@many\.example/ });
      const invite = async () => {
        await page.getByRole('textbox', { name: 'E-mail address', exact: true }).fill('kim@many.example');
        await page.getByRole('button', { name: 'Invite', exact: true }).click();
        await invited.waitFor();
        return page.getByRole('status').innerText();
      };
      const first = await invite();
      for (let i = 0; i < 5; i += 1) {
        await invited.getByRole('button', { name: 'Remove', exact: true }).click();
        await invited.waitFor({ state: 'detached' });
        expect(await invite()).toBe(first);
      }
      expect(await site.query(`select from mail where recipient = 'kim@many.example'`)).toHaveLength(5);
      // The codes of an address that was invited so often wait, too.
      const other = await open();
      await other.goto(`${site.url}/portal`);
      await other.getByRole('textbox', { name: 'E-mail address', exact: true }).fill('kim@many.example');
      await other.getByRole('button', { name: 'Continue', exact: true }).click();
      await other.getByRole('textbox', { name: 'Code', exact: true }).waitFor();
      expect(await site.query(`select from mail where recipient = 'kim@many.example'`)).toHaveLength(5);
      expect(
        await site.query(`select from member where address = 'kim@many.example' and removed_at is null`),
      ).toHaveLength(1);
    },
  );

  test(
    'undoing is offered as long as nobody has to be asked; both accounts hear that it was done',
    { timeout: 120_000 },
    async () => {
      const { site } = shared();
      await site.query('delete from sign_in_code');
      await holdAccounts(site, [
        ['bakery', 'Bakery on the Corner', 'hello@bakery.example'],
        ['uptown', 'Bakery (Uptown)', 'hello@uptown.example'],
      ]);
      const license = { pid: '100502EN01', type: 'retail', seats: 10, days: 200 };
      await holdLicenses(site, [
        { ...license, code: 'WS-4NVX-K9TQH-3WMPZ-7CJGY-R2BDE-8FAU5', account: 'bakery' },
        { ...license, code: 'WS-7TPQ-2XMWK-H9NZC-4VJGY-B6RDE-5FAU8', account: 'uptown' },
      ]);
      const page = await open();
      await signInAs(site, page, 'hello@bakery.example');
      await page.goto(`${site.url}/portal/merge`);
      await page
        .getByRole('textbox', { name: 'Activation Code or Registration Key' })
        .fill('WS-4NVX-K9TQH-3WMPZ-7CJGY-R2BDE-8FAU5');
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
      await page.getByRole('button', { name: 'Sign in to merge', exact: true }).click();
      await page.getByRole('textbox', { name: 'E-mail address', exact: true }).fill('hello@uptown.example');
      await page.getByRole('button', { name: 'Continue', exact: true }).click();
      await page
        .getByRole('textbox', { name: 'Code', exact: true })
        .fill(await codeMailedTo(site, 'hello@uptown.example'));
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('button', { name: 'Merge', exact: true }).click();
      await page.getByRole('heading', { name: 'Merged', exact: true }).waitFor();
      const undo = page.getByRole('button', { name: 'Undo this merge', exact: true });
      const shift = (days: number) =>
        site.query(
          `update message set decided_at = now() - make_interval(days => $1) where kind = 'merge-request'`,
          [days],
        );
      await shift(15);
      await page.reload();
      expect(await undo.count()).toBe(0);
      await shift(14);
      await page.reload();
      await undo.click();
      await page.getByRole('heading', { name: 'The merge is undone' }).waitFor();
      for (const address of ['hello@bakery.example', 'hello@uptown.example']) {
        const mail = (await site.mail.mailsTo(address, 3)).at(-1);
        expect(mail?.parsed.text).toContain('A merge of licenses of WFBS-SVC was undone');
        expect(mail?.parsed.text).toMatch(/^Product: WFBS-SVC$/m);
        expect(mail?.parsed.text).toMatch(/^License Certificate: LC-\d{4}-\d{7}, version 2$/m);
        // A number of the portal's own says nothing to anybody.
        expect(mail?.parsed.text).not.toMatch(/UNDO-|Order number/);
      }
    },
  );
});
