import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { existing } from '#test/fulfillment/ending.ts';
import { activationCode, givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { fulfilled, get, operatorKey, order, orderFor, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

/** Runs through as it is, and is counted: what is another's must cost what is unknown costs. */
const queries = vi.spyOn(Client.prototype, 'query');

/** The product's statements so far; what a new connection says of itself first is none of them. */
function statementsRun(): number {
  return queries.mock.calls.filter(([query]) => z.looseObject({ name: z.string() }).safeParse(query).success)
    .length;
}

let t: TestApp;
let northwind: string;
let document: z.infer<typeof documentSchema>;
/** What southwind has, by the name of the path parameter. */
let theirs: Readonly<Record<string, string>>;

const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ requestBody: z.unknown().optional() }))),
});
const now = '2026-01-02T03:04:05Z';
/** Of `theirs`, imported: without a check symbol of ours, as codes from elsewhere are. */
const imported = 'WF-AAAA-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA';
const madeUp = 'WF-BBBB-BBBBB-BBBBB-BBBBB-BBBBB-BBBBB';
const unknown: Readonly<Record<string, string>> = {
  account: 'nobody-has',
  number: 'LC-2026-9999999',
  id: '0199c0de-0000-7000-8000-000000000001',
};

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  const southwind = await t.reseller('southwind');
  await givenHoldings(
    t.database,
    [
      { id: 'ours', reseller: 'northwind' },
      { id: 'ours-too', reseller: 'northwind' },
      { id: 'theirs', reseller: 'southwind' },
    ],
    [
      { account: 'ours', activationCode: activationCode('WF', 1), pid: '100501EN01' },
      { account: 'ours', activationCode: activationCode('WF', 2), pid: '100501EN01' },
      { account: 'ours', activationCode: activationCode('WS', 1), pid: '100502EN01' },
      { account: 'theirs', activationCode: imported, pid: '100501EN01' },
      { account: 'theirs', activationCode: activationCode('WS', 2), pid: '100502EN01' },
    ],
  );
  const placed = await fulfilled(t, southwind, orderFor('theirs'));
  const outcome = (await get(t, southwind, `/v1/upgrade-orders/${placed}`)).json<Outcome>();
  const key = existing(outcome.registrationKey);
  const sent = async (path: string, body: object) => {
    const { id } = (await post(t, southwind, path, body)).json<{ id: string }>();
    await t.fulfil(id);
    return id;
  };
  const registered = await sent('/v1/registrations', {
    registrationKey: key,
    account: 'theirs',
    acceptedAgreementAt: now,
  });
  const merged = await sent('/v1/merge-requests', {
    requestNumber: 'MR-1',
    requestedAt: now,
    kind: 'service',
    product: 'WFBS-SVC',
    into: 'theirs',
    from: 'theirs',
  });
  const made = await post(t, southwind, '/v1/webhook-endpoints', { url: 'https://hooks.example/' });
  const { id: endpoint } = made.json<{ id: string }>();
  const tested = await post(t, southwind, `/v1/webhook-endpoints/${endpoint}/test`, {});
  const { id: delivery } = tested.json<{ id: string }>();
  theirs = {
    account: 'theirs',
    number: existing(outcome.certificate?.number),
    'upgrade-orders': placed,
    registrations: registered,
    'merge-requests': merged,
    holds: placed,
    'webhook-endpoints': endpoint,
    deliveries: delivery,
  };
  const answer = await t.app.inject({ url: '/docs/json' });
  document = documentSchema.parse(answer.json());
});
afterAll(async () => {
  queries.mockRestore();
  await t.close();
});

const methods = ['GET', 'POST', 'PATCH', 'DELETE'] as const;
type Method = (typeof methods)[number];

interface Asked {
  readonly method: Method;
  readonly url: string;
  readonly body?: object;
}

/** The answer without what names what was asked for, and how many statements it took. */
async function answered({ method, url, body }: Asked, names: readonly string[]) {
  const before = statementsRun();
  const answer = await t.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${northwind}` },
    ...((method === 'POST' || method === 'PATCH') && { payload: body ?? {} }),
  });
  const masks = names.map((name) => `${name.slice(0, 3)}…-${name.slice(-4)}`);
  const text = [...names, ...masks].reduce((shown, name) => shown.replaceAll(name, 'IT'), answer.body);
  const asked = text.replace(/urn:uuid:[0-9a-f-]{36}/, 'urn:uuid:…');
  return { status: answer.statusCode, text: asked, statements: statementsRun() - before };
}

/**
 * Both several times: what is remembered after a first look is no difference between the two, nor is what the process does beside them,
 * as when a connection is opened anew. The fewest statements count.
 */
async function expectAlike(foreign: Asked, made: Asked, names: readonly string[]): Promise<void> {
  const answers = { foreign: await answered(foreign, names), made: await answered(made, names) };
  for (let time = 0; time < 3; time += 1) {
    const [theirs, nobodys] = [await answered(foreign, names), await answered(made, names)];
    answers.foreign = { ...theirs, statements: Math.min(theirs.statements, answers.foreign.statements) };
    answers.made = { ...nobodys, statements: Math.min(nobodys.statements, answers.made.statements) };
  }
  expect(answers.foreign).toEqual(answers.made);
}

test('every call that names a thing in its path answers for what is another’s as for what is unknown', async () => {
  const named = Object.entries(document.paths).flatMap(([path, operations]) =>
    path.startsWith('/v1/') && path.includes('{')
      ? methods.flatMap((method) => (method.toLowerCase() in operations ? [[method, path] as const] : []))
      : [],
  );
  expect(named.length).toBeGreaterThan(15);
  for (const [method, path] of named) {
    const collection = path.split('/')[2] ?? '';
    const fill = (things: Readonly<Record<string, string>>) =>
      path.replaceAll(
        /\{(\w+)\}/g,
        (_, name: string) => things[name] ?? things[collection] ?? unknown[name] ?? '',
      );
    const [foreign, made] = [fill(theirs), fill(unknown)];
    const names = [...Object.values(theirs), ...Object.values(unknown)];
    await expectAlike({ method, url: foreign }, { method, url: made }, names).catch((error: unknown) => {
      throw new Error(`${method} ${path}`, { cause: error });
    });
  }
});

describe('a preview answers for what is another’s as for what is unknown', () => {
  const service = { requestNumber: 'MR-9', requestedAt: now, kind: 'service', product: 'WFBS-SVC' };
  const premises = { requestNumber: 'MR-9', requestedAt: now, kind: 'on-premises', account: 'ours' };
  const own = activationCode('WF', 1);
  const over = { placedAt: '2020-01-01T00:00:00Z', startsOn: '2020-01-01' };
  const cases: readonly [string, string, (name: string) => object, string, string][] = [
    ['an order', 'upgrade-orders', (name) => orderFor(name, { orderNumber: 'X' }), 'theirs', 'nobody-has'],
    [
      'an order whose term is over',
      'upgrade-orders',
      (name) => orderFor(name, { orderNumber: 'X', ...over }),
      'theirs',
      'nobody-has',
    ],
    [
      'an order that keeps a code',
      'upgrade-orders',
      (name) => orderFor('ours', { orderNumber: 'X', keep: [name] }),
      imported,
      madeUp,
    ],
    [
      'a merge into',
      'merge-requests',
      (name) => ({ ...service, into: name, from: 'ours' }),
      'theirs',
      'nobody-has',
    ],
    [
      'a merge from',
      'merge-requests',
      (name) => ({ ...service, into: 'ours', from: name }),
      'theirs',
      'nobody-has',
    ],
    [
      'a merge of an account’s own',
      'merge-requests',
      (name) => ({ ...premises, account: name, retain: own }),
      'theirs',
      'nobody-has',
    ],
    ['a merge that retains', 'merge-requests', (name) => ({ ...premises, retain: name }), imported, madeUp],
    [
      'a merge that merges',
      'merge-requests',
      (name) => ({ ...premises, retain: own, merge: [name] }),
      imported,
      madeUp,
    ],
  ];
  test.each(cases)('%s', async (_, path, body, foreign, made) => {
    const url = `/v1/${path}?preview=true`;
    await expectAlike(
      { method: 'POST', url, body: body(foreign) },
      { method: 'POST', url, body: body(made) },
      [foreign, made],
    );
  });
});

test('what is decided tells a code of another’s and a made-up one alike, too', async () => {
  const reasons: unknown[] = [];
  for (const [i, code] of [imported, madeUp].entries()) {
    const { id } = (
      await post(t, northwind, '/v1/merge-requests', {
        requestNumber: `MR-code-${i}`,
        requestedAt: now,
        kind: 'on-premises',
        account: 'ours',
        retain: code,
      })
    ).json<{ id: string }>();
    await t.fulfil(id);
    const { reason } = (await get(t, northwind, `/v1/merge-requests/${id}`)).json<Outcome>();
    reasons.push(reason?.code);
  }
  expect(reasons).toEqual(['MISTYPED_CODE', 'MISTYPED_CODE']);
});

describe('accounts of two resellers, merged by an operator', () => {
  const ws = (n: number) => activationCode('WS', n);
  let southwind: string;
  let key: string;

  beforeAll(async () => {
    southwind = await t.reseller('southwind-two');
    await givenHoldings(
      t.database,
      [
        { id: 'kept', reseller: 'northwind', company: 'Kept GmbH' },
        { id: 'gone', reseller: 'southwind-two' },
      ],
      [
        { account: 'kept', activationCode: ws(101), pid: '100502EN01' },
        { account: 'gone', activationCode: ws(102), pid: '100502EN01' },
      ],
    );
    const placed = await fulfilled(t, southwind, orderFor('gone', { placedAt: new Date().toISOString() }));
    key = existing((await get(t, southwind, `/v1/upgrade-orders/${placed}`)).json<Outcome>().registrationKey);
    const merged = await post(t, operatorKey, '/v1/merge-requests', {
      requestNumber: 'MR-X',
      requestedAt: now,
      kind: 'service',
      product: 'WFBS-SVC',
      into: 'kept',
      from: 'gone',
    });
    await t.fulfil(merged.json<{ id: string }>().id);
  });

  test('the reseller who sold a key registers it, sees the result masked, and is told of no other’s account', async () => {
    const { id } = (
      await post(t, southwind, '/v1/registrations', {
        registrationKey: key,
        account: 'gone',
        acceptedAgreementAt: now,
      })
    ).json<{ id: string }>();
    await t.fulfil(id);
    const answer = await get(t, southwind, `/v1/registrations/${id}`);
    const outcome = answer.json<Outcome>();
    expect(outcome).toMatchObject({ status: 'fulfilled', account: 'gone' });
    expect(outcome.lines?.length).toBeGreaterThan(0);
    expect(answer.body).not.toContain(key);
    expect(answer.body).not.toContain('kept');
    for (const line of outcome.lines ?? [])
      if (line.activationCode !== undefined) expect(line.activationCode).toContain('…');
    const facts = await get(t, southwind, `/v1/certificates/${outcome.certificate?.number}`);
    expect(facts.statusCode).toBe(200);
    for (const secret of [key, 'kept', 'Kept GmbH']) expect(facts.body).not.toContain(secret);
  });

  test('the account’s reseller sees that key masked, in previews and outcomes, and its own codes in full', async () => {
    const body = orderFor('kept', { placedAt: new Date().toISOString(), allowFewerSeats: true });
    const foreseen = await post(t, northwind, '/v1/upgrade-orders?preview=true', body);
    expect(foreseen.json()).toMatchObject({ status: 'fulfilled' });
    expect(foreseen.json<Outcome>().registrationKey).toMatch(/…/);
    const placed = await fulfilled(t, northwind, body);
    const answer = await get(t, northwind, `/v1/upgrade-orders/${placed}`);
    expect(answer.json()).toMatchObject({ status: 'fulfilled', account: 'kept' });
    expect(answer.json<Outcome>().registrationKey).toMatch(/…/);
    expect(answer.body).not.toContain(key);
    const licenses = (await get(t, northwind, '/v1/accounts/kept/licenses')).body;
    expect(licenses).toContain(ws(101));
  });

  test('an order for one’s own account that went into another’s is held without a word of that one', async () => {
    const placed = await fulfilled(t, southwind, orderFor('gone', { placedAt: new Date().toISOString() }));
    const answer = await get(t, southwind, `/v1/upgrade-orders/${placed}`);
    expect(answer.json()).toMatchObject({
      status: 'held',
      reason: { code: 'ACCOUNT_OF_ANOTHER_RESELLER', details: { account: 'gone' } },
    });
    expect(answer.body).not.toContain('kept');
    const merge = { requestNumber: 'MR-again', requestedAt: now, kind: 'service', product: 'WFBS-SVC' };
    const again = await post(t, southwind, '/v1/merge-requests?preview=true', {
      ...merge,
      into: 'gone',
      from: 'gone-too',
    });
    expect(again.body).not.toContain('kept');
    expect(await get(t, operatorKey, `/v1/find?code=${key}`).then(({ body }) => body)).toContain('kept');
  });
});

test('an order without an account is the sender’s own, whoever else looks', async () => {
  const placed = await fulfilled(t, northwind, order());
  expect(
    (await get(t, northwind, `/v1/upgrade-orders/${placed}`)).json<Outcome>().registrationKey,
  ).not.toMatch(/…/);
});
