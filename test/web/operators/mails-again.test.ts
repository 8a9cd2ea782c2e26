import { expect, test } from 'vitest';
import { makeOperator } from '#src/fulfillment/batch/key-holders.ts';
import { describeInBrowser, visitor } from '#test/web/browser.ts';
import { openJudge } from '#test/web/customers/judge.ts';
import { shareSite } from '#test/web/customers/shared-site.ts';

describeInBrowser('mails that failed', () => {
  const shared = shareSite();

  test('are sent again by who may decide, and lead to what they tell of', { timeout: 90_000 }, async () => {
    const { site, browser } = shared();
    await site.order();
    const to = 'innkjop@nordlys.example';
    await expect
      .poll(() => site.query(`select from mail where status = 'sent'`), { timeout: 30_000 })
      .toHaveLength(1);
    const refused = `update mail set status = 'failed', fault = '550 no such user'`;
    const signedIn = async (role: 'viewer' | 'decider') => {
      const key = await makeOperator(site.system.database, `the-${role}`, role, { by: 'operator root' });
      const { page } = await visitor(browser, { width: role === 'viewer' ? 360 : 1280, locale: 'en' });
      await page.goto(`${site.url}/ops/mails?status=failed`);
      await page.getByRole('textbox', { name: 'Operator key' }).fill(key);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Mails' }).waitFor();
      return page;
    };
    // The server may have taken it.
    await site.query(refused);
    const page = await signedIn('decider');
    const again = page.getByRole('button', { name: 'Send again' });
    await page.getByRole('cell', { name: '550 no such user' }).waitFor();
    expect(await again.count()).toBe(0);
    await site.query(`${refused}, handed_over_at = null`);
    expect(await (await signedIn('viewer')).getByRole('button', { name: 'Send again' }).count()).toBe(0);
    const judge = await openJudge(browser, page);
    await page.reload();
    await judge.look(page, 'mails that failed');
    await again.click();
    await page.waitForURL(`**/ops/mails?recipient=${encodeURIComponent(to)}`);
    expect(await site.mail.mailsTo(to, 2)).toHaveLength(2);
    await page.getByRole('link', { name: 'certificate: LC-' }).click();
    await page.getByRole('heading', { level: 1, name: 'Upgrade order PO-1' }).waitFor();
    await page.goto(`${site.url}/ops/audit?action=mail-requeued`);
    expect(await page.getByRole('row', { name: 'mail-requeued' }).innerText()).toContain(`to: ${to}`);
  });
});
