import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeOperator } from '#src/fulfillment/batch/key-holders.ts';
import { mostEndpoints } from '#src/fulfillment/batch/webhook-endpoints.ts';
import { reading, statement } from '#src/persistence/database.ts';
import { bearer, get, operatorKey, post } from '#test/http/requests.ts';
import { openTestApp } from '#test/http/test-app.ts';
import { openWebhookSite, type ShownEndpoint, type WebhookSite } from '#test/webhooks/webhook-site.ts';

const closings: (() => Promise<void>)[] = [];
let site: WebhookSite;

beforeAll(async () => {
  site = await openWebhookSite((work) => closings.push(work));
});
afterAll(async () => {
  for (const close of closings.reverse()) await close();
});

const url = 'https://hooks.example/chancery?token=abc';

async function call(method: 'PATCH' | 'DELETE', key: string, id: string, payload?: object) {
  return site.t.app.inject({
    method,
    url: `/v1/webhook-endpoints/${id}`,
    headers: bearer(key),
    ...(payload && { payload }),
  });
}

describe('an endpoint', () => {
  test('is made with a secret that is shown this once, and is listed without it', async () => {
    const { t, northwind } = site;
    const types = ['upgrade_order.fulfilled', 'upgrade_order.fulfilled'];
    const made = await post(t, northwind, '/v1/webhook-endpoints', { url, types });
    expect(made.statusCode).toBe(201);
    const endpoint = made.json<ShownEndpoint>();
    expect(endpoint).toMatchObject({
      url,
      types: ['upgrade_order.fulfilled'],
      enabled: true,
      reseller: 'northwind',
      createdBy: 'reseller northwind',
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
    });
    expect(made.headers.location).toBe(`/v1/webhook-endpoints/${endpoint.id}`);
    const read = await get(t, northwind, `/v1/webhook-endpoints/${endpoint.id}`);
    const list = await get(t, northwind, '/v1/webhook-endpoints');
    const { secret, ...rest } = endpoint;
    expect(read.json()).toEqual(rest);
    expect(list.json()).toEqual({ items: [rest], next: null });
    expect(read.body + list.body).not.toContain(secret);
    const [row] = await statement(reading(t.database), 'select * from webhook_endpoint where id = $1', [
      endpoint.id,
    ]);
    expect(Buffer.from(JSON.stringify(row)).toString()).not.toContain(secret.slice(6));
    expect(t.logged.join()).not.toContain(secret.slice(6));
  });

  test('is its owner’s: another reseller’s is unknown, and operators reach all', async () => {
    const { t, northwind, southwind } = site;
    const { id } = await site.endpoint(southwind, url);
    const answers = [
      await get(t, northwind, `/v1/webhook-endpoints/${id}`),
      await get(t, northwind, `/v1/webhook-endpoints/${id}/deliveries`),
      await call('PATCH', northwind, id, { enabled: false }),
      await call('DELETE', northwind, id),
      await post(t, northwind, `/v1/webhook-endpoints/${id}/rotate-secret`, {}),
      await post(t, northwind, `/v1/webhook-endpoints/${id}/test`, {}),
      await post(t, northwind, `/v1/webhook-endpoints/${id}/recover`, { since: '2026-11-01T00:00:00Z' }),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 404, 404, 404, 404]);
    expect((await get(t, northwind, '/v1/webhook-endpoints')).body).not.toContain(id);
    expect((await get(t, operatorKey, `/v1/webhook-endpoints/${id}`)).json()).toMatchObject({
      reseller: 'southwind',
      enabled: true,
    });
    const ofOperators = await site.endpoint(operatorKey, url);
    expect(ofOperators.reseller).toBeNull();
    expect((await get(t, southwind, `/v1/webhook-endpoints/${ofOperators.id}`)).statusCode).toBe(404);
  });

  test('of operators is for admins alone', async () => {
    const { t } = site;
    const keys = {
      viewer: await makeOperator(t.database, 'a-viewer', 'viewer', { by: 'operator root' }),
      decider: await makeOperator(t.database, 'a-decider', 'decider', { by: 'operator root' }),
      admin: await makeOperator(t.database, 'an-admin', 'admin', { by: 'operator root' }),
    };
    for (const [role, key] of Object.entries(keys)) {
      const expected = role === 'admin' ? [200, 201] : [403, 403];
      const listed = await get(t, key, '/v1/webhook-endpoints');
      const made = await post(t, key, '/v1/webhook-endpoints', { url });
      expect([role, listed.statusCode, made.statusCode]).toEqual([role, ...expected]);
    }
  });

  test('changes, rests and is removed; each stands in the audit', async () => {
    const { t, northwind } = site;
    const { id } = await site.endpoint(northwind, url);
    const patched = await call('PATCH', northwind, id, {
      url: 'https://hooks.example/new',
      types: ['certificate.ready'],
    });
    expect(patched.json()).toMatchObject({ url: 'https://hooks.example/new', types: ['certificate.ready'] });
    expect((await call('PATCH', northwind, id, {})).json()).toEqual(patched.json());
    const waits = (await post(t, northwind, `/v1/webhook-endpoints/${id}/test`, {})).json<{ id: string }>();
    expect((await call('PATCH', northwind, id, { enabled: false })).json()).toMatchObject({
      enabled: false,
      disabledBecause: 'BY_OWNER',
      disabledAt: expect.any(String),
    });
    expect(await site.deliveries(id)).toMatchObject([
      { id: waits.id, state: 'cancelled', nextAttemptAt: null },
    ]);
    for (const path of [`webhook-endpoints/${id}/test`, `deliveries/${waits.id}/replay`]) {
      const refused = await post(t, northwind, `/v1/${path}`, {});
      expect([refused.statusCode, refused.json().code]).toEqual([409, 'ENDPOINT_DISABLED']);
    }
    const enabled = await call('PATCH', northwind, id, { enabled: true });
    expect(enabled.json()).toMatchObject({ enabled: true });
    expect(enabled.json()).not.toHaveProperty('disabledBecause');
    expect((await call('DELETE', northwind, id)).statusCode).toBe(204);
    expect((await call('DELETE', northwind, id)).statusCode).toBe(404);
    expect((await get(t, northwind, `/v1/webhook-endpoints/${id}`)).statusCode).toBe(404);
    expect((await post(t, northwind, `/v1/deliveries/${waits.id}/replay`, {})).statusCode).toBe(404);
    const audit = (await get(t, operatorKey, `/v1/audit?subject=${id}`)).json<{
      items: readonly { action: string; by: string; on: object }[];
    }>();
    expect(audit.items.map(({ action }) => action)).toEqual([
      'endpoint-removed',
      'endpoint-changed',
      'endpoint-disabled',
      'endpoint-changed',
      'endpoint-added',
    ]);
    expect(audit.items[0]).toMatchObject({ by: 'reseller northwind', on: { kind: 'webhook-endpoint', id } });
    // Receivers may keep a token there.
    expect(JSON.stringify(audit)).not.toContain('token=abc');
  });

  test('is asked for what takes no body without one, whatever type the client says', async () => {
    const { t, northwind } = site;
    const { id } = await site.endpoint(northwind, url);
    const headers = { ...bearer(northwind), 'content-type': 'application/json' };
    for (const [method, path, status] of [
      ['POST', `${id}/test`, 202],
      ['POST', `${id}/rotate-secret`, 200],
      ['POST', `${id}/recover`, 400],
      ['DELETE', id, 204],
    ] as const) {
      const answer = await t.app.inject({ method, url: `/v1/webhook-endpoints/${path}`, headers });
      expect([path, answer.statusCode]).toEqual([path, status]);
    }
  });

  test('of one owner there are so many and no more', async () => {
    const { t } = site;
    const key = await t.reseller('eastwind');
    for (let i = 0; i < mostEndpoints; i += 1) await site.endpoint(key, `${url}${i}`);
    const refused = await post(t, key, '/v1/webhook-endpoints', { url });
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'TOO_MANY_ENDPOINTS']);
    const first = (await get(t, key, '/v1/webhook-endpoints?limit=60')).json<{
      items: { id: string }[];
      next: string;
    }>();
    const rest = (await get(t, key, `/v1/webhook-endpoints?limit=60&cursor=${first.next}`)).json<
      typeof first
    >();
    expect(new Set([...first.items, ...rest.items].map(({ id }) => id)).size).toBe(mostEndpoints);
    await call('DELETE', key, first.items[0]?.id ?? '');
    expect((await post(t, key, '/v1/webhook-endpoints', { url })).statusCode).toBe(201);
  });
});

describe('refused with all faults', () => {
  const bad: readonly (readonly [string, object, string])[] = [
    ['nothing', {}, 'url'],
    ['a URL that is none', { url: 'example' }, 'url'],
    ['a number', { url: 5 }, 'url'],
    ['credentials', { url: 'https://u:p@example.com/' }, 'url'],
    ['an address of IPv6 that is not public', { url: 'https://[fd00::1]/' }, 'url'],
    ['an unknown type', { url, types: ['order.fulfilled'] }, 'types.0'],
    ['types that are no list', { url, types: 'certificate.ready' }, 'types'],
    ['a field that there is not', { url, secret: 'whsec_x' }, 'secret'],
  ];
  test.each(bad)('%s', async (_, body, path) => {
    const answer = await post(site.t, site.northwind, '/v1/webhook-endpoints', body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'INVALID_MESSAGE',
      errors: [{ path, message: expect.any(String) }],
    });
  });

  test('a change to such a URL, too, and nothing is changed', async () => {
    const { t, northwind } = site;
    const { id } = await site.endpoint(northwind, url);
    const refused = await call('PATCH', northwind, id, { url: 'https://10.0.0.1/', enabled: false });
    expect(refused.json()).toMatchObject({ code: 'INVALID_MESSAGE', errors: [{ path: 'url' }] });
    expect((await get(t, northwind, `/v1/webhook-endpoints/${id}`)).json()).toMatchObject({
      url,
      enabled: true,
    });
  });

  test('where no network is allowed: loopback, and http', async () => {
    const t = await openTestApp();
    try {
      const key = await t.reseller('northwind');
      for (const bad of [
        'http://example.com/',
        'http://127.0.0.1/',
        'https://127.0.0.1/',
        'https://0x7f.1/',
      ]) {
        const answer = await post(t, key, '/v1/webhook-endpoints', { url: bad });
        expect([bad, answer.statusCode]).toEqual([bad, 400]);
      }
    } finally {
      await t.close();
    }
  });
});
