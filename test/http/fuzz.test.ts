import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { operatorKey } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

/** The same calls in every run; another seed finds others. */
const seed = 20_261_128;
const runs = 1500;

const parameter = z.looseObject({ name: z.string(), in: z.enum(['path', 'query', 'header']) });
const operation = z.looseObject({
  parameters: z.array(parameter).default([]),
  requestBody: z.unknown().optional(),
  responses: z.record(z.string(), z.unknown()),
});
const documentSchema = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), operation)) });

interface Call {
  readonly path: string;
  readonly method: string;
  readonly of: z.infer<typeof operation>;
}

let t: TestApp;
let calls: readonly Call[];
let keys: Readonly<Record<string, string | undefined>>;
let examples: readonly object[];

beforeAll(async () => {
  t = await openTestApp();
  const document = (await t.app.inject({ url: '/docs/json' })).json();
  calls = Object.entries(documentSchema.parse(document).paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, of]) => ({ path, method: method.toUpperCase(), of })),
  );
  examples = Object.values(z.record(z.string(), z.looseObject({})).parse(document.components.schemas))
    .flatMap((schema) => z.array(z.looseObject({})).safeParse(schema['examples']).data ?? [])
    .filter((example) => Object.keys(example).length > 0);
  keys = {
    none: undefined,
    wrong: 'chk_wrong',
    operator: operatorKey,
    reseller: await t.reseller('northwind'),
  };
});
afterAll(() => t.close());

const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 300 }),
  fc.uuid(),
  fc.constantFrom(
    'true',
    '0',
    '-1',
    '1e3',
    '0x1',
    'northwind',
    'acme',
    'LC-2026-0000001',
    'SP-7K2M-9XQ4-TWHC-3MZC',
    "'; drop table message; --",
    '../../etc/passwd',
    '\u0000',
    '__proto__',
    '2026-11-20T09:30:00Z',
    '9'.repeat(400),
  ),
);

/** An example of the document with some of it exchanged, left out or added; or anything else. */
function bodyOf(source: readonly object[]): fc.Arbitrary<string> {
  const mutated = fc
    .tuple(
      fc.constantFrom(...source),
      fc.array(fc.tuple(fc.nat(), fc.option(fc.jsonValue())), { maxLength: 3 }),
    )
    .map(([example, changes]) => {
      const copy: Record<string, unknown> = structuredClone({ ...example });
      for (const [at, value] of changes) {
        const names = [...Object.keys(copy), 'surprise'];
        const name = names[at % names.length] ?? 'surprise';
        if (value === null) Reflect.deleteProperty(copy, name);
        else copy[name] = value;
      }
      return JSON.stringify(copy);
    });
  return fc.oneof(
    { weight: 6, arbitrary: mutated },
    { weight: 2, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: fc.nat(4000).map((levels) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels)) },
  );
}

test('every call of the document answers whatever it is sent with something that the document says', async () => {
  const path = (call: Call) => call.path.replaceAll('{', ':').replaceAll('}', '');
  const request = fc.record({
    call: fc.constantFrom(...calls),
    who: fc.constantFrom(...Object.keys(keys)),
    values: fc.array(odd, { minLength: 12, maxLength: 12 }),
    given: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
    body: bodyOf(examples),
    type: fc.constantFrom('application/json', 'application/json', 'application/json', 'text/csv', undefined),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ call, who, values, given, body, type }) => {
      const key = keys[who];
      let url = path(call);
      const query = new URLSearchParams();
      const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
      for (const [i, { name, in: place }] of call.of.parameters.entries()) {
        const value = (values[i] ?? '').toWellFormed();
        if (place === 'path')
          url = url.replace(`:${name}`, () => encodeURIComponent(value === '' ? 'x' : value));
        else if (given[i] !== true) continue;
        else if (place === 'query') query.append(name, value);
        else headers[name] = encodeURIComponent(value).slice(0, 300);
      }
      const hasBody = call.of.requestBody !== undefined;
      const answer = await t.app.inject({
        method: call.method === 'POST' ? 'POST' : 'GET',
        url: query.size === 0 ? url : `${url}?${query.toString()}`,
        headers: { ...headers, ...(hasBody && type !== undefined && { 'content-type': type }) },
        ...(hasBody && { payload: body }),
      });
      const said = `${who} ${call.method} ${url} ${body.slice(0, 200)}: ${answer.statusCode} ${answer.body.slice(0, 300)}`;
      expect(answer.statusCode, said).not.toBe(500);
      // Path segments of dots lead elsewhere, to what is not in the document.
      if (!/(?:^|\/)\.{1,2}(?:\/|$)/.test(url))
        expect(Object.keys(call.of.responses), said).toContain(String(answer.statusCode));
      expect(answer.headers['x-content-type-options'], said).toBe('nosniff');
      if (answer.statusCode < 400) return;
      expect(answer.headers['content-type'], said).toContain('application/problem+json');
      expect(answer.json(), said).toMatchObject({
        status: answer.statusCode,
        code: expect.stringMatching(/^[A-Z_]+$/),
        detail: expect.any(String),
        instance: expect.stringMatching(/^urn:uuid:/),
      });
    }),
    { seed, numRuns: runs, endOnFailure: true },
  );
  expect(t.logged.filter((line) => line.includes('a request failed'))).toEqual([]);
}, 300_000);
