import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashApiKey, revokeOperator } from '#src/persistence/api-keys.ts';
import { inTransaction, reading, statement } from '#src/persistence/database.ts';
import { operatorKey } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';
import { boardPath, operatorBrowser, sameOrigin, signIn } from '#test/web/operators/operator-browser.ts';

let t: TestApp;

beforeAll(async () => {
  t = await openTestApp();
});
afterAll(() => t.close());

const cookieName = 'chancery_operator';

async function signedIn(key: string): Promise<string> {
  const login = await signIn(t, key);
  expect(login.statusCode).toBe(303);
  return String(login.headers['set-cookie']).split(';', 1)[0] ?? '';
}

async function looksIn(cookie: string): Promise<boolean> {
  const { statusCode } = await t.app.inject({ url: boardPath, headers: { cookie } });
  expect([200, 401]).toContain(statusCode);
  return statusCode === 200;
}

async function shifted(columns: string, cookie: string): Promise<void> {
  const changed = await statement(
    reading(t.database),
    `update web_session set ${columns} where token_hash = sha256($1::text::bytea) returning id`,
    [cookie.split('=')[1]],
  );
  expect(changed).toHaveLength(1);
}

describe('a session of an operator', () => {
  test('ends with the sign-out, also where its cookie was copied to', async () => {
    const cookie = await signedIn(operatorKey);
    const copied = cookie;
    expect(await looksIn(copied)).toBe(true);
    await t.app.inject({ method: 'POST', url: '/ops/logout', headers: { cookie, ...sameOrigin } });
    expect(await looksIn(copied)).toBe(false);
  });

  test('is not signed out by a link on another site', async () => {
    const cookie = await signedIn(operatorKey);
    const headers = { cookie, 'sec-fetch-site': 'cross-site' };
    const followed = await t.app.inject({ url: '/ops/logout', headers });
    expect(followed.headers['set-cookie']).toBeUndefined();
    expect(await looksIn(cookie)).toBe(true);
  });

  test('cannot be made by who reads the database, nor found in it', async () => {
    const cookie = await signedIn(operatorKey);
    const rows = await statement<{ row: string }>(
      reading(t.database),
      'select web_session::text as row from web_session',
    );
    expect(rows.map(({ row }) => row).join()).not.toContain(cookie.split('=')[1]);
    // As sessions were signed once: with the stored hash of the key.
    const key = await t.operator('vera');
    for (const lifeSeconds of [3600, 315_360_000]) {
      const ends = Math.floor(Date.now() / 1000) + lifeSeconds;
      const said = `${Buffer.from('vera').toString('base64url')}.${ends}`;
      const signature = createHmac('sha256', hashApiKey(key))
        .update(`chancery operator session\n${said}`)
        .digest('base64url');
      expect(await looksIn(`${cookieName}=${said}.${signature}`)).toBe(false);
    }
    for (const { hash } of await statement<{ hash: Buffer }>(
      reading(t.database),
      'select token_hash as hash from web_session',
    )) {
      expect(await looksIn(`${cookieName}=${hash.toString('base64url')}`)).toBe(false);
      expect(await looksIn(`${cookieName}=${hash.toString('hex')}`)).toBe(false);
    }
  });

  test('ends with the key that it was opened with', async () => {
    const key = await t.operator('olga');
    const cookie = await signedIn(key);
    await inTransaction(t.database, (tx) => revokeOperator(tx, 'olga'));
    const anew = await t.operator('olga');
    expect(await looksIn(cookie)).toBe(false);
    expect(await looksIn(await signedIn(anew))).toBe(true);
  });

  test('ends after two hours without a look, and after ten hours at the latest', async () => {
    const cookie = await signedIn(operatorKey);
    await shifted("last_seen_at = now() - interval '119 minutes'", cookie);
    expect(await looksIn(cookie)).toBe(true);
    // That look was noticed.
    await shifted("created_at = now() - interval '9 hours 59 minutes'", cookie);
    expect(await looksIn(cookie)).toBe(true);
    await shifted("last_seen_at = now() - interval '121 minutes'", cookie);
    expect(await looksIn(cookie)).toBe(false);
    const other = await signedIn(operatorKey);
    await shifted("created_at = now() - interval '601 minutes'", other);
    expect(await looksIn(other)).toBe(false);
  });

  test('that was there before ends with the next sign-in of the same browser', async () => {
    const before = await signedIn(operatorKey);
    await signIn(t, operatorKey, { ...sameOrigin, cookie: before });
    expect(await looksIn(before)).toBe(false);
  });
});

describe('after the sign-in', () => {
  test.each([
    '//evil.example/ops/queues',
    '/ops/../v1/upgrade-orders',
    '/ops/queues/../../docs',
    '/ops/queues/%2e%2e/%2e%2e/docs',
    '/ops/queues/..%2f..%2fdocs',
    String.raw`/ops/queues\..\..\docs`,
    '/ops/logout',
    '/opsy',
    'https://evil.example/ops/queues',
    '/ops/queues\n/x',
  ])('%s is not where an operator is sent', async (next) => {
    const payload = new URLSearchParams({ key: operatorKey, next }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...sameOrigin };
    const login = await t.app.inject({ method: 'POST', url: '/ops/login', payload, headers });
    expect(login.headers.location).toBe('/ops');
  });

  test('an own page is', async () => {
    const next = '/ops/queues/queue/upgrade-orders?status=failed';
    const payload = new URLSearchParams({ key: operatorKey, next }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...sameOrigin };
    const login = await t.app.inject({ method: 'POST', url: '/ops/login', payload, headers });
    expect(login.headers.location).toBe(next);
  });
});

test('the pages of operators say 403 to a reseller, whose key is right but not for them', async () => {
  const authorization = `Bearer ${await t.reseller('northwind')}`;
  for (const url of [boardPath, `${boardPath}/api/queues`, '/ops', '/ops/messages/x'])
    expect((await t.app.inject({ url, headers: { authorization } })).json()).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
    });
  const browser = await operatorBrowser(t);
  expect((await browser.look(boardPath)).statusCode).toBe(200);
});
