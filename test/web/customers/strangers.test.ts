import { expect, test } from 'vitest';
import { signInLimits } from '#src/domain/customers/sign-in.ts';
import { formBrowser } from '#test/web/customers/form-browser.ts';
import { codeMailedTo, openPortalSite, type PortalSite } from '#test/web/customers/portal-site.ts';

const retained = 'WF-8QKX-5TNWH-C3MZP-9VGJY-D2RBE-7FAU4';
const merged = 'WF-2BHD-9KXPQ-T5NWM-7CZVJ-E3GYR-4RFA8';

async function withAccounts(site: PortalSite): Promise<void> {
  await site.query(
    `insert into account (id, company, email, country, region) values
       ('harbor', 'Harbor Ltd', 'it@harbor.example', 'DE', 'emea'), ('other', 'Other Ltd', 'it@other.example', 'DE', 'emea')`,
  );
  for (const code of [retained, merged])
    await site.query(
      `insert into license (id, activation_code, account, pid, type, edition, status, seats, valid_through, grants)
       values (gen_random_uuid(), $1, 'harbor', '100501EN01', 'retail', 'full', 'active', 10, current_date + 100, 1)`,
      [code],
    );
  await site.query(
    `insert into license_grant (license, number, cause_kind, cause, seats, valid_through, made_at, license_status, license_edition, license_extended_by)
     select id, 1, 'import', gen_random_uuid(), seats, valid_through, now(), status, edition, extended_by from license`,
  );
  await site.query(
    `insert into member (account, address, added_by) values
       ('harbor', 'ann@harbor.example', 'it@harbor.example'),
       ('other', 'ann@harbor.example', 'it@other.example')`,
  );
}

test(
  'who is removed no longer sees what became of the merge that she sent',
  { timeout: 120_000 },
  async () => {
    const site = await openPortalSite();
    await withAccounts(site);
    const ann = formBrowser(site);
    expect(await ann.signIn('ann@harbor.example')).toMatchObject({ status: 200, path: '/portal/licenses' });
    await ann.post('/portal/licenses', { account: 'harbor' });
    const product = 'WFBS';
    await ann.post('/portal/merge/products', { product });
    const [license] = await site.query<{ id: string }>('select id from license where activation_code = $1', [
      retained,
    ]);
    await ann.post('/portal/merge/licenses', { retain: license?.id ?? '' });
    const { path } = await ann.post('/portal/merge/preview', {});
    expect(path).toMatch(/^\/portal\/requests\/[0-9a-f-]{36}$/);
    await expect.poll(async () => (await ann.get(path)).text).toContain(retained);

    const boss = formBrowser(site);
    await boss.signIn('it@harbor.example');
    await boss.post('/portal/members', { step: 'remove', address: 'ann@harbor.example' });
    expect(await ann.get('/portal/licenses')).toMatchObject({ path: '/portal' });
    // She may act for the other account still.
    expect(await ann.signIn('ann@harbor.example', 2)).toMatchObject({
      status: 200,
      path: '/portal/licenses',
    });
    expect(await ann.get(path)).toMatchObject({ status: 404, text: expect.not.stringContaining(retained) });
    expect(await boss.get(path)).toMatchObject({ status: 200, text: expect.stringContaining(retained) });
  },
);

test(
  'what a network may ask for is used up by unknown addresses as by known ones',
  { timeout: 120_000 },
  async () => {
    const site = await openPortalSite();
    await withAccounts(site);
    for (let i = 1; i < signInLimits.codesPerNetwork; i += 1)
      await formBrowser(site).post('/portal', { email: `nobody-${i}@harbor.example` });
    // One is left.
    await formBrowser(site).post('/portal', { email: 'ann@harbor.example' });
    await codeMailedTo(site, 'ann@harbor.example');
    await formBrowser(site).post('/portal', { email: 'it@harbor.example' });
    expect(await site.query('select recipient from mail')).toEqual([{ recipient: 'ann@harbor.example' }]);
  },
);

test(
  'nobody gives an account a name that mails to others would turn into a link',
  { timeout: 120_000 },
  async () => {
    const site = await openPortalSite();
    const key = await site.order();
    const mallory = formBrowser(site);
    await mallory.post('/portal/sign-up', { way: 'no', registrationKey: key });
    await mallory.post('/portal/sign-up/agreement', { agreement: 'yes' });
    const details = { contact: '', email: 'm@evil.example', account: '', country: 'NO', region: 'emea' };
    const sent = (changes: object) => mallory.post('/portal/sign-up/details', { ...details, ...changes });
    for (const company of ['Your account is blocked: https://evil.example/x', 'See www.evil.example'])
      expect(await sent({ company })).toMatchObject({ status: 422 });
    expect(await sent({ company: 'Evil', contact: 'http://evil.example' })).toMatchObject({ status: 422 });
    expect(await sent({ company: 'Evil.com Ltd / Wwwesen: Nord' })).toMatchObject({ status: 200 });
  },
);
