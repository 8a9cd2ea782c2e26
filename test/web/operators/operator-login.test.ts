import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operatorKey } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';
import {
  boardPath,
  operatorBrowser,
  sameOrigin,
  signIn,
  type Headers,
  type OperatorBrowser,
} from '#test/web/operators/operator-browser.ts';

let t: TestApp;
let northwind: string;
let browser: OperatorBrowser;

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  browser = await operatorBrowser(t);
});
afterAll(() => t.close());

describe('the way in', () => {
  test('a browser without a session is sent to the login; a program is refused', async () => {
    const stranger = await browser.look(boardPath, { accept: 'text/html,*/*' });
    expect(stranger.statusCode).toBe(303);
    expect(stranger.headers.location).toBe('/ops/login?next=%2Fops%2Fqueues');
    for (const url of [`${boardPath}/api/queues`, '/ops/messages/x', `${boardPath}/static/js/main.js`])
      expect((await browser.look(url, {})).json()).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  test('the key of an operator opens a session in a strict, script-proof cookie that says nothing of the key', async () => {
    const login = await signIn(t, operatorKey, {
      origin: 'https://chancery.example',
      host: 'chancery.example',
    });
    expect(login.statusCode).toBe(303);
    expect(login.headers.location).toBe(boardPath);
    const set = String(login.headers['set-cookie']);
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Secure', 'Path=/ops', 'Max-Age=36000'])
      expect(set).toContain(part);
    expect(set).not.toContain(operatorKey);
    expect((await browser.look(boardPath)).statusCode).toBe(200);
    expect((await browser.look(boardPath, { authorization: `Bearer ${operatorKey}` })).statusCode).toBe(200);
    const basic = (password: string) => ({
      authorization: `Basic ${Buffer.from(`operator:${password}`).toString('base64')}`,
    });
    expect((await browser.look(boardPath, basic(operatorKey))).statusCode).toBe(200);
    expect((await browser.look(boardPath, basic('wrong'))).statusCode).toBe(401);
  });

  test('the key of a reseller, a wrong one and an altered cookie stay outside', async () => {
    expect((await signIn(t, northwind)).statusCode).toBe(401);
    expect((await signIn(t, 'wrong')).body).toContain('This is not the key of an operator.');
    expect((await browser.look(boardPath, { authorization: `Bearer ${northwind}` })).statusCode).toBe(403);
    expect((await browser.look(boardPath, { cookie: `${browser.cookie.slice(0, -3)}abc` })).statusCode).toBe(
      401,
    );
    expect((await browser.look(boardPath, { cookie: `${browser.cookie}a` })).statusCode).toBe(401);
  });

  test('a login or a change that another site makes the browser send is refused', async () => {
    const others: readonly Headers[] = [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      {},
    ];
    for (const headers of others) {
      expect((await signIn(t, operatorKey, headers)).statusCode).toBe(403);
      expect(
        (
          await browser.change(`${boardPath}/api/queues/registrations/pause`, {
            cookie: browser.cookie,
            ...headers,
          })
        ).statusCode,
      ).toBe(403);
    }
    expect((await browser.change(`${boardPath}/api/queues/registrations/pause`)).statusCode).toBe(200);
    expect((await browser.change(`${boardPath}/api/queues/registrations/resume`)).statusCode).toBe(200);
  });

  test('the login leads to our own pages only, and guessing is slowed down', async () => {
    const payload = new URLSearchParams({ key: operatorKey, next: '//evil.example/ops/queues' }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...sameOrigin };
    const remoteAddress = '10.0.0.1';
    const login = await t.app.inject({ method: 'POST', url: '/ops/login', payload, headers, remoteAddress });
    expect(login.headers.location).toBe('/ops');
    const page = await browser.look('/ops/login?next=%22%3E%3Cscript%3E');
    expect(page.body).not.toContain('<script>');
    const statuses: number[] = [];
    for (let i = 0; i < 12; i += 1)
      statuses.push(
        (
          await t.app.inject({
            method: 'POST',
            url: '/ops/login',
            payload: 'key=x',
            headers,
            remoteAddress: '10.0.0.2',
          })
        ).statusCode,
      );
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
  });

  test('signing out takes the cookie away, and what it opened', async () => {
    const out = await t.app.inject({
      method: 'POST',
      url: '/ops/logout',
      headers: { cookie: browser.cookie, ...sameOrigin },
    });
    expect(out.headers['set-cookie']).toContain('chancery_operator=;');
    expect((await browser.look(boardPath)).statusCode).toBe(401);
  });
});
