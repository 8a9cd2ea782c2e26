import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { describeWithNginx, startNginx } from '#test/environment/nginx.ts';
import { bearer, operatorKey } from '#test/http/requests.ts';
import { listening, openTestApp, type TestApp } from '#test/http/test-app.ts';
import { boardPath, sameOrigin } from '#test/web/operators/operator-browser.ts';

let t: TestApp;
let reseller: string;

beforeAll(async () => {
  t = await openTestApp({ trustedProxies: ['10.0.0.0/8'] });
  reseller = await t.reseller('northwind');
});
afterAll(() => t.close());

const form = { 'content-type': 'application/x-www-form-urlencoded', ...sameOrigin };

async function login(key: string, headers: object, remoteAddress: string): Promise<number> {
  const payload = new URLSearchParams({ key }).toString();
  const answer = await t.app.inject({
    method: 'POST',
    url: '/ops/login',
    payload,
    headers: { ...form, ...headers },
    remoteAddress,
  });
  return answer.statusCode;
}

async function statuses(times: number, ask: (i: number) => Promise<number>): Promise<readonly number[]> {
  const answers: number[] = [];
  for (let i = 0; i < times; i += 1) answers.push(await ask(i));
  return answers;
}

const ask = async (url: string, key: string, remoteAddress: string) =>
  (await t.app.inject({ url, headers: bearer(key), remoteAddress })).statusCode;

describe('wrong keys from one address', () => {
  test.each([
    ['at the board', boardPath],
    ['at its data', `${boardPath}/api/queues`],
    ['at the API', '/v1/upgrade-orders'],
    ['at an operators’ call', '/v1/holds'],
  ])('are soon not looked at any more %s, and the right one always is', async (_, url) => {
    const address = `192.0.2.${url.length}`;
    const answered = await statuses(300, (i) => ask(url, `chk_guess-${i}`, address));
    expect(answered[0]).toBe(401);
    expect(answered.filter((status) => status === 401).length).toBeLessThanOrEqual(100);
    expect(answered.at(-1)).toBe(429);
    const right = url.startsWith('/v1/upgrade') ? reseller : operatorKey;
    expect(await ask(url, right, address)).toBe(200);
    expect(await ask(url, 'chk_guess', '198.51.100.1')).toBe(401);
    const refused = await t.app.inject({ url, headers: bearer('x'), remoteAddress: address });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('at the sign-in and by header count together', async () => {
    const address = '192.0.2.200';
    expect((await statuses(11, () => login('wrong', {}, address))).at(-1)).toBe(429);
    expect(await ask(boardPath, 'wrong', address)).toBe(429);
    expect(await login(operatorKey, {}, address)).toBe(303);
  });

  test('of IPv6 count by network, since its holder has all of that', async () => {
    const answered = await statuses(12, (i) => login('wrong', {}, `2001:db8:1:2::${i + 1}`));
    expect(answered.at(-1)).toBe(429);
    expect(await login('wrong', {}, '2001:db8:1:3::1')).toBe(401);
  });

  test('behind a trusted proxy count by whom it names, and elsewhere nobody is believed', async () => {
    const named = (address: string) => ({ 'x-forwarded-for': address });
    expect((await statuses(11, () => login('wrong', named('203.0.113.1'), '10.1.1.1'))).at(-1)).toBe(429);
    expect(await login('wrong', named('203.0.113.2'), '10.1.1.1')).toBe(401);
    const forging = await statuses(11, (i) => login('wrong', named(`203.0.113.${i + 10}`), '192.0.2.99'));
    expect(forging.at(-1)).toBe(429);
  });
});

describeWithNginx('behind nginx', () => {
  /** What docker-compose.yml's comment and many a manual say. */
  const usual = (url: string) => `location / {
    proxy_pass ${url};
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto https;
  }`;

  test.each([
    ['trusted', ['127.0.0.1']],
    ['not said to be trusted', undefined],
  ])('that is %s ten wrong keys keep no operator out', async (_, trustedProxies) => {
    const app = await openTestApp({ trustedProxies });
    onTestFinished(() => app.close());
    const nginx = await startNginx(usual(await listening(app)));
    onTestFinished(() => nginx.stop());
    const post = (key: string) =>
      fetch(`${nginx.url}/ops/login`, {
        method: 'POST',
        body: new URLSearchParams({ key }),
        headers: { ...sameOrigin, origin: nginx.url },
        redirect: 'manual',
      });
    for (let i = 0; i < 12; i += 1) await post('wrong');
    expect((await post('wrong')).status).toBe(429);
    const right = await post(operatorKey);
    expect(right.status).toBe(303);
    expect(right.headers.get('set-cookie')?.includes('Secure')).toBe(trustedProxies !== undefined);
  });
});
