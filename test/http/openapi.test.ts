import { Validator } from '@seriousme/openapi-schema-validator';
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { addAccount } from '#test/http/holdings.ts';
import { fulfilled, get, operatorKey, order, orderFor, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

const documentSchema = z.looseObject({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        summary: z.string(),
        responses: z.record(z.string(), z.looseObject({ description: z.string().min(1) })),
      }),
    ),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.looseObject({})) }),
});

let t: TestApp;
let text: string;
let document: z.infer<typeof documentSchema>;

beforeAll(async () => {
  t = await openTestApp();
  text = (await t.app.inject({ url: '/docs/json' })).body;
  document = documentSchema.parse(JSON.parse(text));
});
afterAll(() => t.close());

test('the document is valid OpenAPI 3.1 in the eyes of a validator that is not ours', async () => {
  const result = await new Validator().validate(JSON.parse(text));
  expect(result).toMatchObject({ valid: true });
  expect(document.openapi).toMatch(/^3\.1\./);
});

test('the document has every call of the API, each with its problems described', () => {
  expect(Object.keys(document.paths).sort()).toEqual([
    '/.well-known/jwks.json',
    '/health/live',
    '/health/ready',
    '/metrics',
    '/v1/accounts/{account}/licenses',
    '/v1/accounts/{account}/mergeable',
    '/v1/accounts/{account}/reseller',
    '/v1/audit',
    '/v1/certificates/{number}',
    '/v1/certificates/{number}/verify',
    '/v1/change-requests',
    '/v1/change-requests/{id}',
    '/v1/change-requests/{id}/events',
    '/v1/change-requests/{id}/retry',
    '/v1/deliveries/{id}/replay',
    '/v1/events',
    '/v1/find',
    '/v1/holds',
    '/v1/holds/{id}/approve',
    '/v1/holds/{id}/reject',
    '/v1/mails',
    '/v1/merge-requests',
    '/v1/merge-requests/{id}',
    '/v1/merge-requests/{id}/events',
    '/v1/merge-requests/{id}/retry',
    '/v1/products',
    '/v1/registrations',
    '/v1/registrations/{id}',
    '/v1/registrations/{id}/deployment-kit',
    '/v1/registrations/{id}/events',
    '/v1/registrations/{id}/retry',
    '/v1/suites',
    '/v1/upgrade-orders',
    '/v1/upgrade-orders/{id}',
    '/v1/upgrade-orders/{id}/events',
    '/v1/upgrade-orders/{id}/retry',
    '/v1/webhook-endpoints',
    '/v1/webhook-endpoints/{id}',
    '/v1/webhook-endpoints/{id}/deliveries',
    '/v1/webhook-endpoints/{id}/recover',
    '/v1/webhook-endpoints/{id}/rotate-secret',
    '/v1/webhook-endpoints/{id}/test',
  ]);
  const post = document.paths['/v1/upgrade-orders']?.['post'];
  expect(Object.keys(post?.responses ?? {})).toEqual([
    '200',
    '202',
    '400',
    '401',
    '408',
    '409',
    '413',
    '415',
    '422',
    '429',
    '503',
  ]);
});

test('every field of a message is described, and the reseller is not required over HTTP', () => {
  for (const name of ['UpgradeOrder', 'Registration', 'MergeRequest']) {
    const schema = document.components.schemas[name];
    expect(schema).toMatchObject({ description: expect.any(String), examples: [expect.any(Object)] });
    expect(undescribed(schema)).toEqual([]);
    expect(JSON.stringify(schema)).not.toMatch(/"required":\[[^\]]*"reseller"/);
  }
});

test('the examples of the messages are accepted as they stand', async () => {
  const key = await t.reseller('examples');
  for (const [path, name] of [
    ['upgrade-orders', 'UpgradeOrder'],
    ['registrations', 'Registration'],
    ['merge-requests', 'MergeRequest'],
  ] as const) {
    const examples = z.array(z.looseObject({})).parse(document.components.schemas[name]?.['examples']);
    for (const example of examples) {
      const answer = await post(t, key, `/v1/${path}`, example);
      expect([name, answer.statusCode, answer.body]).toEqual([name, 202, expect.any(String)]);
    }
  }
});

test('answers are what the document says', async () => {
  const key = await t.reseller('northwind');
  await addAccount(t.database, 'acme', 'northwind', [
    { activationCode: 'OS-2345-67892-34567-89234-56789-2345A', seats: 500 },
  ]);
  const id = await fulfilled(t, key, order());
  const held = await fulfilled(t, key, orderFor('acme'));
  const { certificate } = (await get(t, key, `/v1/upgrade-orders/${id}`)).json();
  const { hold } = (await get(t, key, `/v1/upgrade-orders/${held}`)).json();
  const made = await post(t, key, '/v1/webhook-endpoints', { url: 'https://hooks.example/' });
  const { id: endpoint } = made.json();
  const answers: readonly (readonly [string, string, string, { statusCode: number; body: string }])[] = [
    ['get', '/v1/upgrade-orders/{id}', 'application/json', await get(t, key, `/v1/upgrade-orders/${id}`)],
    ['get', '/v1/upgrade-orders/{id}', 'application/json', await get(t, key, `/v1/upgrade-orders/${held}`)],
    ['get', '/v1/upgrade-orders', 'application/json', await get(t, key, '/v1/upgrade-orders')],
    [
      'get',
      '/v1/upgrade-orders/{id}/events',
      'application/json',
      await get(t, key, `/v1/upgrade-orders/${held}/events`),
    ],
    ['post', '/v1/upgrade-orders', 'application/json', await post(t, key, '/v1/upgrade-orders', order())],
    [
      'post',
      '/v1/upgrade-orders',
      'application/json',
      await post(t, key, '/v1/upgrade-orders?preview=true', order()),
    ],
    ['post', '/v1/upgrade-orders', 'application/problem+json', await post(t, key, '/v1/upgrade-orders', {})],
    ['get', '/v1/upgrade-orders', 'application/problem+json', await get(t, 'nobody', '/v1/upgrade-orders')],
    [
      'get',
      '/v1/accounts/{account}/licenses',
      'application/json',
      await get(t, key, '/v1/accounts/acme/licenses'),
    ],
    [
      'get',
      '/v1/certificates/{number}',
      'application/json',
      await get(t, key, `/v1/certificates/${certificate.number}`),
    ],
    [
      'get',
      '/v1/certificates/{number}/verify',
      'application/problem+json',
      await get(t, key, `/v1/certificates/${certificate.number}/verify`),
    ],
    ['get', '/v1/holds', 'application/json', await get(t, operatorKey, '/v1/holds')],
    [
      'post',
      '/v1/holds/{id}/approve',
      'application/json',
      await post(t, operatorKey, `/v1/holds/${hold}/approve`, { reason: 'x' }),
    ],
    [
      'post',
      '/v1/holds/{id}/approve',
      'application/problem+json',
      await post(t, operatorKey, `/v1/holds/${hold}/approve`, { reason: 'x' }),
    ],
    ['get', '/v1/find', 'application/json', await get(t, operatorKey, `/v1/find?code=${certificate.number}`)],
    ['post', '/v1/find', 'application/json', await post(t, operatorKey, '/v1/find', { q: 'acme' })],
    ['get', '/v1/audit', 'application/json', await get(t, operatorKey, '/v1/audit')],
    ['post', '/v1/webhook-endpoints', 'application/json', made],
    ['get', '/v1/webhook-endpoints', 'application/json', await get(t, key, '/v1/webhook-endpoints')],
    [
      'post',
      '/v1/webhook-endpoints',
      'application/problem+json',
      await post(t, key, '/v1/webhook-endpoints', { url: 'ftp://example.com' }),
    ],
    [
      'post',
      '/v1/webhook-endpoints/{id}/test',
      'application/json',
      await post(t, key, `/v1/webhook-endpoints/${endpoint}/test`, {}),
    ],
    [
      'post',
      '/v1/webhook-endpoints/{id}/recover',
      'application/json',
      await post(t, key, `/v1/webhook-endpoints/${endpoint}/recover`, { since: '2026-11-01T00:00:00Z' }),
    ],
    [
      'post',
      '/v1/webhook-endpoints/{id}/rotate-secret',
      'application/json',
      await post(t, key, `/v1/webhook-endpoints/${endpoint}/rotate-secret`, {}),
    ],
    [
      'get',
      '/v1/webhook-endpoints/{id}/deliveries',
      'application/json',
      await get(t, key, `/v1/webhook-endpoints/${endpoint}/deliveries`),
    ],
    ['get', '/.well-known/jwks.json', 'application/json', await get(t, key, '/.well-known/jwks.json')],
    ['get', '/health/ready', 'application/json', await get(t, key, '/health/ready')],
    ['get', '/health/live', 'application/json', await get(t, key, '/health/live')],
  ];
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(JSON.parse(text), 'openapi.json');
  for (const [method, path, type, { statusCode, body }] of answers) {
    const pointer = ['paths', path, method, 'responses', String(statusCode), 'content', type, 'schema'];
    const validate = ajv.getSchema(
      `openapi.json#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`,
    );
    if (!validate) throw new Error(`${method} ${path} does not document ${statusCode} ${type}: ${body}`);
    void validate(JSON.parse(body));
    expect([method, path, statusCode, validate.errors]).toEqual([method, path, statusCode, null]);
  }
});

test('the readable page loads nothing from elsewhere', async () => {
  const page = await t.app.inject({ url: '/docs' });
  expect(page.headers['content-security-policy']).toContain("default-src 'self'");
  const loaded = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
  expect(loaded.length).toBeGreaterThan(3);
  for (const address of loaded) {
    expect(address).toMatch(/^\/docs/);
    expect((await t.app.inject({ url: address })).statusCode).toBe(200);
  }
});

/** Paths of properties without a description. */
function undescribed(schema: unknown, path = ''): readonly string[] {
  const node = z
    .looseObject({
      properties: z.record(z.string(), z.looseObject({})).default({}),
      oneOf: z.array(z.unknown()).default([]),
    })
    .parse(schema);
  return [
    ...Object.entries(node.properties).flatMap(([name, inner]) => [
      ...('description' in inner ? [] : [`${path}${name}`]),
      ...undescribed(inner, `${path}${name}.`),
    ]),
    ...node.oneOf.flatMap((variant) => undescribed(variant, path)),
  ];
}
