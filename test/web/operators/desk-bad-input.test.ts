import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endOperator, makeOperator, rotateHolder } from '#src/fulfillment/batch/key-holders.ts';
import { inTransaction, reading, statement } from '#src/persistence/database.ts';
import { keepRejectedMessage } from '#src/persistence/rejected-messages.ts';
import { addAccount } from '#test/http/holdings.ts';
import { get, order, orderFor, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';
import { sameOrigin, signIn } from '#test/web/operators/operator-browser.ts';

let t: TestApp;
let northwind: string;
let key: string;

const code = 'OS-2345-67892-34567-89234-56789-2345A';
const hostile = '<script>alert(1)</script>"\'&\u202etxt.exe%_\u0000\u001b[31m';

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  key = await makeOperator(t.database, 'maria', 'admin', { by: 'operator root' });
});
afterAll(() => t.close());

type Fields = Readonly<Record<string, string>>;

/** A form as a browser sends it, or a program with a key. */
async function send(
  url: string,
  fields: Fields,
  headers: Readonly<Record<string, string>> = { authorization: `Bearer ${key}` },
): Promise<LightMyRequestResponse> {
  return t.app.inject({
    method: 'POST',
    url,
    payload: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html', ...headers },
  });
}

async function page(url: string): Promise<LightMyRequestResponse> {
  return t.app.inject({ url, headers: { authorization: `Bearer ${key}` } });
}

async function sessionOf(apiKey: string): Promise<string> {
  const login = await signIn(t, apiKey);
  expect(login.statusCode).toBe(303);
  return String(login.headers['set-cookie']).split(';', 1)[0] ?? '';
}

let accounts = 0;

/** An order that waits for a person. @returns the hold's id and the message's */
async function heldOrder(): Promise<{ readonly hold: string; readonly id: string; readonly number: string }> {
  accounts += 1;
  const account = `held-${accounts}`;
  const digits = Array.from(String(accounts).padStart(5, '0'))
    .map((digit) => 'ABCDEFGHJK'[Number(digit)])
    .join('');
  await addAccount(t.database, account, 'northwind', [
    { activationCode: `OS-2345-67892-34567-89234-56789-${digits}`, seats: 500 },
  ]);
  const number = `PO-held-${accounts}`;
  const { id } = (
    await post(t, northwind, '/v1/upgrade-orders', orderFor(account, { orderNumber: number }))
  ).json<{
    id: string;
  }>();
  await t.fulfil(id);
  const { hold } = (await get(t, northwind, `/v1/upgrade-orders/${id}`)).json<{ hold: string }>();
  return { hold, id, number };
}

async function refused(
  content: unknown,
  told: Partial<{ jobName: string; message: string }> = {},
): Promise<string> {
  await inTransaction(t.database, (tx) =>
    keepRejectedMessage(tx, {
      queue: 'upgrade-orders',
      jobName: 'upgrade-order.v1',
      code: 'INVALID_MESSAGE',
      message: 'It cannot be accepted.',
      errors: [{ path: 'seats', message: 'must be a number' }],
      content,
      fingerprint: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex'),
      acceptedFingerprint: null,
      ...told,
    }),
  );
  const [row] = await statement<{ id: string }>(
    reading(t.database),
    'select id from rejected_message order by id desc limit 1',
  );
  return row?.id ?? '';
}

/** The text of the page's textarea. */
function typedIn(body: string): string {
  const [, text = ''] = /<textarea[^>]*>\n?([^]*?)<\/textarea>/.exec(body) ?? [];
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

describe('a hold that two decide', () => {
  test('at once is decided by one of them, and the other is told by whom', async () => {
    const { hold, id } = await heldOrder();
    const other = await makeOperator(t.database, 'noor', 'decider', { by: 'operator root' });
    const answers = await Promise.all(
      [key, other].map((one) =>
        send(
          `/ops/holds/${hold}`,
          { decision: 'approved', reason: 'Agreed' },
          { authorization: `Bearer ${one}` },
        ),
      ),
    );
    expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([303, 422]);
    expect(answers.find(({ statusCode }) => statusCode === 422)?.body).toMatch(
      /It was approved by (?:maria|noor) at [^ ]+ already/,
    );
    const audit = await get(t, key, `/v1/audit?subject=${id}&action=hold-approved`);
    expect(audit.json<{ items: unknown[] }>().items).toHaveLength(1);
  });

  test(
    'one of them in a bulk of a hundred: the others are decided all the same, with a row for each',
    { timeout: 120_000 },
    async () => {
      const holds = [];
      for (let i = 0; i < 100; i += 1) holds.push(await heldOrder());
      const [first] = holds;
      await post(t, key, `/v1/holds/${first?.hold}/reject`, { reason: 'first' });
      const fields = Object.fromEntries(holds.map(({ hold }) => [`hold-${hold}`, 'yes']));
      const answer = await send('/ops/holds', {
        ...fields,
        decision: 'approved',
        reason: 'Fewer seats are wanted',
      });
      expect(answer.statusCode).toBe(200);
      expect(answer.body.match(/Approved\./g)).toHaveLength(99);
      expect(answer.body).toContain('It was rejected by maria');
      for (const { number } of holds) expect(answer.body).toContain(`>${number}<`);
      const [counted] = await statement<{ fulfilled: number }>(
        reading(t.database),
        `select count(*)::integer as fulfilled from message where status = 'fulfilled' and id = any($1::uuid[])`,
        [holds.map(({ id }) => id)],
      );
      expect(counted).toEqual({ fulfilled: 99 });
    },
  );
});

describe('a key that ends while its holder is signed in', () => {
  test.each(['rotated', 'ended'])('%s: the session ends at once, in every process', async (how) => {
    const name = `was-${how}`;
    const held = await makeOperator(t.database, name, 'decider', { by: 'operator root' });
    const cookie = await sessionOf(held);
    const look = async () => (await t.app.inject({ url: '/ops', headers: { cookie } })).statusCode;
    // The process has just asked whose session it is, and remembers the answer for some seconds.
    expect(await look()).toBe(200);
    const change = { by: 'operator root', reason: 'left' };
    await (how === 'rotated'
      ? rotateHolder(t.database, 'operator', name, change)
      : endOperator(t.database, name, change));
    expect(await look()).toBe(401);
    const { hold } = await heldOrder();
    const sent = await send(
      `/ops/holds/${hold}`,
      { decision: 'approved', reason: 'x' },
      { cookie, ...sameOrigin },
    );
    expect([sent.statusCode, sent.headers.location]).toEqual([
      303,
      `/ops/login?ended=yes&next=${encodeURIComponent(`/ops/holds/${hold}`)}`,
    ]);
    expect((await page(String(sent.headers.location))).body).toContain('what you sent was not done');
    expect((await page(`/ops/holds/${hold}`)).body).toContain('Approve');
  });
});

/** What browsers say of a form on another site, and what none says that was steered to send one. */
const elsewhere: readonly Readonly<Record<string, string>>[] = [
  { 'sec-fetch-site': 'cross-site' },
  { origin: 'https://evil.example' },
  {},
];

describe('forms', () => {
  test('from another site are refused, every one of them, and change nothing', async () => {
    const { hold, id } = await heldOrder();
    const message = await refused(order({ seats: 'many' }));
    const cookie = await sessionOf(key);
    for (const url of [
      '/ops/search',
      '/ops/holds',
      `/ops/holds/${hold}`,
      `/ops/messages/${id}/retry`,
      `/ops/messages/${id}/reveal`,
      `/ops/rejected/${message}/replay`,
      `/ops/rejected/${message}/set-aside`,
      '/ops/accounts/held-1/reveal',
      '/ops/accounts/held-1/move',
      '/ops/accounts/held-1/members/invite',
      '/ops/accounts/held-1/members/remove',
      ...['resellers', 'operators'].flatMap((place) =>
        ['add', 'rotate', 'end'].map((change) => `/ops/${place}/${change}`),
      ),
      '/ops/logout',
    ]) {
      const fields = { name: 'maria', reason: 'x', decision: 'approved', [`hold-${hold}`]: 'yes', q: 'x' };
      for (const from of elsewhere) {
        const { statusCode } = await send(url, fields, { cookie, ...from });
        expect([url, from, statusCode]).toEqual([url, from, 403]);
      }
    }
    expect((await t.app.inject({ url: '/ops', headers: { cookie } })).statusCode).toBe(200);
    expect((await get(t, northwind, `/v1/upgrade-orders/${id}`)).json()).toMatchObject({ status: 'held' });
  });

  test('whose button’s address is loaded again lead to the page that had the button', async () => {
    for (const [button, shown] of [
      ['/ops/accounts/held-1/move', '/ops/accounts/held-1'],
      ['/ops/accounts/held-1/members/invite', '/ops/accounts/held-1'],
      ['/ops/operators/rotate', '/ops/operators'],
    ])
      expect((await page(button ?? '')).headers.location).toBe(shown);
  });
});

describe('a refused message', () => {
  test('of a mebibyte is shown, corrected and replayed; what was too long to be shown stays what it was', async () => {
    const long = 'x'.repeat(900_000);
    const content = {
      ...order({ orderNumber: 'PO-large' }),
      reseller: 'northwind',
      seats: 'many',
      keep: [code],
      long,
    };
    const id = await refused({
      ...content,
      unknown: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`f${i}`, i])),
    });
    const shown = await page(`/ops/rejected/${id}`);
    expect(shown.statusCode).toBe(200);
    expect(shown.body).not.toContain(code);
    // Left as it is it is refused by the same fields, and nothing of it is lost on the way.
    const again = await send(`/ops/rejected/${id}/replay`, { content: typedIn(shown.body) });
    expect(again.statusCode).toBe(422);
    expect(again.body).toContain('long is not a field');
    const { long: _, unknown: __, ...corrected } = JSON.parse(typedIn(shown.body));
    const replayed = await send(`/ops/rejected/${id}/replay`, {
      content: JSON.stringify({
        ...corrected,
        seats: 70,
        customer: { account: 'held-1', company: 'ACME GmbH', email: 'it@acme.example' },
      }),
    });
    expect(replayed.headers.location).toMatch(/^\/ops\/messages\//);
    const [row] = await statement<{ keep: string[] }>(
      reading(t.database),
      `select content->'keep' as keep from message where number = 'PO-large'`,
    );
    expect(row?.keep).toEqual([code]);
  });

  test('that was set aside is not replayed, by the desk or by a command', async () => {
    const content = { ...order({ orderNumber: 'PO-aside' }), reseller: 'northwind' };
    const id = await refused(content);
    expect((await send(`/ops/rejected/${id}/set-aside`, { reason: 'A test' })).statusCode).toBe(303);
    const replayed = await send(`/ops/rejected/${id}/replay`, { content: JSON.stringify(content) });
    expect(replayed.statusCode).toBe(422);
    expect(replayed.body).toContain('set aside by operator maria');
    const twice = await send(`/ops/rejected/${id}/set-aside`, { reason: 'Again' });
    expect(twice.body).toContain('does not wait any more');
    expect((await page('/ops/rejected?all=yes')).body).toContain('set aside');
  });

  test('is found by the number that it says, unless one of that number was accepted', async () => {
    const id = await refused({ orderNumber: 'PO-only-refused', seats: 'many' });
    expect((await send('/ops/search', { q: 'PO-only-refused' })).headers.location).toBe(
      `/ops/rejected/${id}`,
    );
    expect((await send('/ops/search', { q: id })).headers.location).toBe(`/ops/rejected/${id}`);
    const { id: accepted } = (
      await post(t, northwind, '/v1/upgrade-orders', order({ orderNumber: 'PO-only-refused' }))
    ).json<{ id: string }>();
    expect((await send('/ops/search', { q: 'PO-only-refused' })).headers.location).toBe(
      `/ops/messages/${accepted}`,
    );
  });
});

describe('texts of strangers', () => {
  test('are shown as texts, on every page, and turn no line around', async () => {
    const number = `PO ${hostile.replaceAll(/[^ -~]/g, '')}`.slice(0, 64);
    const customer = {
      company: hostile.replaceAll('\u0000', '').replaceAll('\u001b', ''),
      email: 'it@acme.example',
      contact: '<i>x</i>',
    };
    const body = order({ orderNumber: number, customer: { ...customer, account: 'hostile' } });
    await addAccount(t.database, 'hostile', 'northwind', [
      { activationCode: 'OS-2345-67892-34567-89234-99999-2345Z', seats: 500 },
    ]);
    await statement(reading(t.database), 'update account set company = $1, contact = $1 where id = $2', [
      customer.company,
      'hostile',
    ]);
    const { id } = (await post(t, northwind, '/v1/upgrade-orders', body)).json<{ id: string }>();
    await t.fulfil(id);
    const { hold } = (await get(t, northwind, `/v1/upgrade-orders/${id}`)).json<{ hold: string }>();
    const message = await refused(
      { orderNumber: hostile, [hostile]: hostile, keep: hostile },
      { jobName: hostile, message: hostile },
    );
    await post(t, key, '/v1/accounts/hostile/reseller', {
      reseller: 'northwind',
      reason: hostile.replaceAll('\u0000', ''),
    });
    await send(`/ops/rejected/${await refused({ n: 1 })}/set-aside`, { reason: hostile });
    for (const url of [
      '/ops',
      '/ops/messages',
      `/ops/messages?reason=${encodeURIComponent(hostile)}&account=${encodeURIComponent(hostile)}`,
      `/ops/messages/${id}`,
      '/ops/holds',
      `/ops/holds?code=${encodeURIComponent(hostile)}`,
      `/ops/holds/${hold}`,
      '/ops/rejected?all=yes',
      `/ops/rejected/${message}`,
      '/ops/accounts/hostile',
      `/ops/mails?recipient=${encodeURIComponent(hostile)}`,
      '/ops/audit',
      `/ops/audit?by=${encodeURIComponent(hostile)}`,
    ]) {
      const { statusCode, body: shown } = await page(url);
      expect([url, statusCode]).toEqual([url, 200]);
      // eslint-disable-next-line no-control-regex -- that there are none is what is tested
      const found = /<script|<i>x|[\u202e\u001b\u0000]/.exec(shown)?.[0];
      expect([url, found]).toEqual([url, undefined]);
    }
    const searched = await send('/ops/search', { q: hostile });
    expect(searched.body).not.toMatch(/<script|\u202e/);
  });
});

describe('filters', () => {
  test.each([
    ['/ops/messages?kind=nonsense', 'Choose one of'],
    ['/ops/messages?status=done', 'Choose one of'],
    ['/ops/messages?from=2026-02-31', 'Enter a day'],
    ['/ops/messages?to=yesterday', 'Enter a day'],
    ['/ops/audit?action=nothing', 'Choose one of'],
    ['/ops/mails?status=sent', 'Choose one of'],
  ])('that cannot be are said: %s', async (url, said) => {
    const { statusCode, body } = await page(url);
    expect(statusCode).toBe(422);
    expect(body).toContain(said);
    expect(body).toContain('<title>Error: ');
  });

  test.each(['/ops/messages?account=', '/ops/audit?subject=', '/ops/mails?recipient=', '/ops/holds?code='])(
    'that hold a code leave it in no address: %s',
    async (url) => {
      const { statusCode, headers } = await page(`${url}${code}`);
      expect(statusCode).toBe(303);
      expect(headers.location).not.toContain('67892');
      expect((await page(String(headers.location))).statusCode).toBe(200);
    },
  );
});
