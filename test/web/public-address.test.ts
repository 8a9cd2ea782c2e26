import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { describeWithNginx, startNginx } from '#test/environment/nginx.ts';
import { bearer, operatorKey, order } from '#test/http/requests.ts';
import { listening, openTestApp, type TestApp } from '#test/http/test-app.ts';
import { sameOrigin } from '#test/web/operators/operator-browser.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded', ...sameOrigin };

async function signIn(
  t: TestApp,
  url: string,
  headers: object = {},
): Promise<{ cookie: string; set: string; to: string }> {
  const payload = new URLSearchParams({ key: operatorKey }).toString();
  const login = await t.app.inject({ method: 'POST', url, payload, headers: { ...form, ...headers } });
  const set = String(login.headers['set-cookie']);
  return { cookie: set.split(';', 1)[0] ?? '', set, to: String(login.headers.location) };
}

/** Addresses of ours in a page that do not begin with the base. */
function strays(page: string, base: string): readonly string[] {
  return [...page.matchAll(/(?<!value=)["'](\/(?:ops|docs|v1)[^"']*)["']/g)]
    .map(([, address = '']) => address)
    .filter((address) => !address.startsWith(`${base}/`));
}

describe('with a path in PUBLIC_URL', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await openTestApp({ publicUrl: 'https://licenses.example/chancery' });
  });
  afterAll(() => t.close());

  test.each([
    ['that the proxy leaves in front', '/chancery'],
    ['that the proxy takes away', ''],
  ])('pages, redirects, cookies and locations begin with it, %s', async (_, front) => {
    const out = await t.app.inject({ url: `${front}/ops/queues`, headers: { accept: 'text/html' } });
    expect(out.headers.location).toBe('/chancery/ops/login?next=%2Fops%2Fqueues');
    const login = await t.app.inject({ url: `${front}/ops/login` });
    expect(login.body).toContain('action="/chancery/ops/login"');
    expect(strays(login.body, '/chancery')).toEqual([]);
    const { cookie, set, to } = await signIn(t, `${front}/ops/login`);
    expect(set).toContain('Path=/chancery/ops;');
    expect(to).toBe('/chancery/ops');
    const board = await t.app.inject({ url: `${front}/ops/queues`, headers: { cookie } });
    expect(board.body).toContain('<base href="/chancery/ops/queues/"');
    expect(strays(board.body, '/chancery')).toEqual([]);
    const document = await t.app.inject({ url: `${front}/docs/json` });
    expect(document.json().servers[0].url).toBe('/chancery');
    const key = await t.reseller(`northwind${front.length}`);
    const sent = await t.app.inject({
      method: 'POST',
      url: `${front}/v1/upgrade-orders`,
      payload: order(),
      headers: bearer(key),
    });
    expect(sent.headers.location).toBe(`/chancery/v1/upgrade-orders/${sent.json<{ id: string }>().id}`);
  });

  test('nothing else is taken for it', async () => {
    expect((await t.app.inject({ url: '/chanceryops/login' })).statusCode).toBe(404);
    expect((await t.app.inject({ url: '/chancery2/health/live' })).statusCode).toBe(404);
    expect((await t.app.inject({ url: '/chancery/health/live?x' })).statusCode).toBe(200);
  });
});

describe('a prefix that a proxy names', () => {
  test('counts when the proxy is trusted, and is an address', async () => {
    const t = await openTestApp({ trustedProxies: ['10.0.0.0/8'] });
    onTestFinished(() => t.close());
    const login = async (prefix: string, remoteAddress: string) =>
      (await t.app.inject({ url: '/ops/login', headers: { 'x-forwarded-prefix': prefix }, remoteAddress }))
        .body;
    expect(await login('/licenses', '10.1.1.1')).toContain('action="/licenses/ops/login"');
    expect(await login('/licenses/', '10.1.1.1')).toContain('action="/licenses/ops/login"');
    expect(await login('/licenses', '192.0.2.1')).toContain('action="/ops/login"');
    for (const odd of ['//evil.example', '/a"b', '/../x', 'https://evil.example', '/a b', ''])
      expect(await login(odd, '10.1.1.1')).toContain('action="/ops/login"');
  });
});

describeWithNginx('below a path of nginx', () => {
  test('Bull Board, its files and its data are there', async () => {
    const t = await openTestApp({ trustedProxies: ['127.0.0.1'] });
    onTestFinished(() => t.close());
    const nginx = await startNginx(`location /licenses/ {
      proxy_pass ${await listening(t)}/;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Prefix /licenses;
    }`);
    onTestFinished(() => nginx.stop());
    const login = await fetch(`${nginx.url}/licenses/ops/login`, {
      method: 'POST',
      body: new URLSearchParams({ key: operatorKey }),
      headers: { ...sameOrigin },
      redirect: 'manual',
    });
    expect(login.headers.get('location')).toBe('/licenses/ops');
    const cookie = login.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    const boardUrl = `${nginx.url}/licenses/ops/queues`;
    const page = await (await fetch(boardUrl, { headers: { cookie } })).text();
    const base = new URL(/<base href="([^"]+)"/.exec(page)?.[1] ?? '', nginx.url);
    const addresses = [...page.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(
      ([, address = '']) => address,
    );
    expect(addresses.length).toBeGreaterThan(4);
    for (const address of [...addresses, 'api/queues'])
      expect([address, (await fetch(new URL(address, base), { headers: { cookie } })).status]).toEqual([
        address,
        200,
      ]);
  });
});
