import { createConfig, lintFromString } from '@redocly/openapi-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operatorKey, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let source: string;

beforeAll(async () => {
  t = await openTestApp();
  source = (await t.app.inject({ url: '/docs/json' })).body;
});
afterAll(() => t.close());

test('a linter that many use has nothing to say of the document', async () => {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source, absoluteRef: '/openapi.json', config });
  expect(
    problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`),
  ).toEqual([]);
});

test('every call has a name of its own, and every date says that it is one', () => {
  const document = JSON.parse(source);
  const operations: { operationId?: string }[] = Object.values<object>(document.paths).flatMap((path) =>
    Object.values(path),
  );
  const names = operations.map(({ operationId }) => operationId);
  for (const name of names) expect(name).toMatch(/^(?:get|post|put|patch|delete)[A-Z][A-Za-z0-9]*$/);
  expect(new Set(names).size).toBe(names.length);
  const dates = [...source.matchAll(/"(\w+(?:At|Through|On))":(\{[^{}]*"type":"string"[^{}]*\})/g)];
  expect(dates.length).toBeGreaterThan(5);
  for (const [, name, schema] of dates) expect(`${name} ${schema}`).toMatch(/"format":"date(?:-time)?"/);
});

test('the example of an order works for operators, who are told that it needs a reseller', async () => {
  const document = JSON.parse(source);
  const { examples } = document.paths['/v1/upgrade-orders'].post.requestBody.content['application/json'];
  await t.reseller('northwind');
  expect((await post(t, operatorKey, '/v1/upgrade-orders', examples.reseller.value)).json()).toMatchObject({
    errors: [{ path: 'reseller', message: expect.stringContaining('an operator names the reseller') }],
  });
  expect((await post(t, operatorKey, '/v1/upgrade-orders', examples.operator.value)).statusCode).toBe(202);
});
