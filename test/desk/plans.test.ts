import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { makeOperator } from '#src/fulfillment/batch/key-holders.ts';
import { reading, statement } from '#src/persistence/database.ts';
import { everyLook, look } from '#test/desk/desk-tour.ts';
import { fillDesk, type FilledDesk } from '#test/desk/fill-desk.ts';
import { addAccount } from '#test/http/holdings.ts';
import { fulfilled, get, orderFor, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

/** Counts stop at 10,000; everything else looks at less. */
const mostRows = 11_000;

const orders = 40_000;

let t: TestApp;
let desk: FilledDesk;
let operator: string;

/** What the app asked of PostgreSQL: each statement, and the values that it was asked with. */
const asked = new Map<string, Set<string>>();

beforeAll(async () => {
  listen();
  t = await openTestApp();
  const northwind = await t.reseller('northwind');
  await addAccount(t.database, 'acme', 'northwind', [
    { activationCode: 'OS-2345-67892-34567-89234-56789-2345A' },
  ]);
  await fulfilled(t, northwind, orderFor('acme', { orderNumber: 'PO-real' }));
  const [real] = await statement<{ facts: object }>(reading(t.database), 'select facts from certificate');
  desk = await fillDesk(t.databaseUrl, orders, real?.facts ?? {});
  operator = await makeOperator(t.database, 'maria', 'admin', { by: 'operator root' });
}, 300_000);
afterAll(() => t.close());

/** Notes what goes through every connection that is opened from now on. */
function listen(): void {
  const query: unknown = Reflect.get(Client.prototype, 'query');
  if (typeof query !== 'function') throw new Error('A client of pg has no "query" any more.');
  const { prototype } = Client;
  Object.defineProperty(prototype, 'query', {
    configurable: true,
    writable: true,
    value(this: unknown, config: unknown, ...rest: readonly unknown[]): unknown {
      const parsed = sent.safeParse(config);
      // Scripts of a test or of setting a session up are no statements of the desk.
      if (parsed.success) {
        const { text, values = [] } = parsed.data;
        asked.set(text, (asked.get(text) ?? new Set()).add(values.map(literal).join(', ')));
      }
      return Reflect.apply(query, this, [config, ...rest]);
    },
  });
}

const sent = z.looseObject({ text: z.string(), values: z.array(z.unknown()).optional() });

const node = z.looseObject({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Actual Rows': z.number(),
  'Actual Loops': z.number(),
  'Rows Removed by Filter': z.number().optional(),
  'Rows Removed by Index Recheck': z.number().optional(),
  Plans: z.array(z.unknown()).optional(),
});

/** Where a plan reads a table whole, or more of it than anybody looks at. */
function scansIn(plan: unknown): readonly string[] {
  const one = node.parse(plan);
  const { 'Node Type': type, 'Relation Name': table } = one;
  const removed = (one['Rows Removed by Filter'] ?? 0) + (one['Rows Removed by Index Recheck'] ?? 0);
  const rows = Math.round((one['Actual Rows'] + removed) * one['Actual Loops']);
  const isWhole = type === 'Seq Scan' && table !== undefined && !small.has(table);
  const own = isWhole || rows > mostRows ? [`${type} ${table ?? ''}: ${rows} rows`] : [];
  return [...own, ...(one.Plans ?? []).flatMap(scansIn)];
}

/** Read whole by what lists all of them. */
const small = new Set(['reseller', 'api_key']);

test('no page and no search of the desk reads a table whole', { timeout: 300_000 }, async () => {
  const { pool } = t.database;
  asked.clear();
  for (const one of everyLook(desk)) await look(t, operator, one);
  for (const url of [
    '/v1/audit?by=operator%20person-2',
    '/v1/audit?action=key-made',
    `/v1/mails?to=it@${desk.account}.example`,
    `/v1/mails?after=${new Date(Date.now() - 3_600_000).toISOString()}`,
    '/v1/holds?limit=100',
  ])
    expect([url, (await get(t, operator, url)).statusCode]).toEqual([url, 200]);
  expect((await post(t, operator, '/v1/find', { q: 'Cedar' })).statusCode).toBe(200);
  const client = await pool.connect();
  const found: string[] = [];
  let explained = 0;
  try {
    for (const [text, askedWith] of asked) {
      if (!/^\s*(?:with|select|\()/i.test(text)) continue;
      const name = `looked_at_${explained}`;
      explained += 1;
      await client.query(`prepare ${name} as ${text}`);
      for (const literals of askedWith) {
        const { rows } = await client.query<{ 'QUERY PLAN': readonly { Plan: unknown }[] }>(
          `explain (analyze, timing off, format json) execute ${name}${literals === '' ? '' : `(${literals})`}`,
        );
        const scans = scansIn(rows[0]?.['QUERY PLAN'][0]?.Plan);
        if (scans.length > 0)
          found.push(`${scans.join('; ')}\n  in ${text.replaceAll(/\s+/g, ' ')}\n  with ${literals}`);
      }
    }
  } finally {
    client.release();
  }
  expect(explained).toBeGreaterThan(60);
  expect(found).toEqual([]);
});

/** As PostgreSQL reads it without knowing its type. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) {
    const items = value.map((item) => `"${String(item).replaceAll(/["\\]/g, String.raw`\$&`)}"`);
    return literal(`{${items.join(',')}}`);
  }
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'`;
  const text = typeof value === 'object' ? JSON.stringify(value) : z.coerce.string().parse(value);
  return `'${text.replaceAll("'", "''")}'`;
}
