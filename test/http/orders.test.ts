import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statement } from '#src/persistence/database.ts';
import { addAccount } from '#test/http/holdings.ts';
import { fulfilled, get, operatorKey, order, orderFor, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let northwind: string;
let contoso: string;

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  contoso = await t.reseller('contoso');
});
afterAll(() => t.close());

describe('sending an order', () => {
  test('is answered with 202, the id and where the outcome is, and the queue is told', async () => {
    const answer = await post(t, northwind, '/v1/upgrade-orders', order());
    const { id, status } = answer.json<{ id: string; status: string }>();
    expect(answer.statusCode).toBe(202);
    expect(status).toBe('accepted');
    expect(answer.headers.location).toBe(`/v1/upgrade-orders/${id}`);
    expect(t.enqueued).toContain(id);
    const outcome = await get(t, northwind, `/v1/upgrade-orders/${id}`);
    expect(outcome.json()).toMatchObject({ id, status: 'accepted', reseller: 'northwind', notes: [] });
  });

  test('shows the outcome with key, certificate and lines once it is fulfilled', async () => {
    const id = await fulfilled(t, northwind, order());
    const outcome = (await get(t, northwind, `/v1/upgrade-orders/${id}`)).json();
    expect(outcome).toMatchObject({
      status: 'fulfilled',
      suite: 'SPE',
      seats: 100,
      validThrough: '2027-11-20',
      certificate: { version: 1, status: 'pending' },
    });
    expect(outcome.registrationKey).toMatch(/^SE(-[2-9A-HJKMNP-Z]{4}){4}$/);
    expect(outcome.lines).toHaveLength(7);
    expect(outcome.lines[0]).toMatchObject({ component: 'OfficeScan', action: 'awaiting-registration' });
  });

  test('again with the same content answers 200 with the first outcome, marked as a replay', async () => {
    const body = order();
    const id = await fulfilled(t, northwind, body);
    const again = await post(t, northwind, '/v1/upgrade-orders', {
      ...body,
      placedAt: '2026-11-20T10:30:00+01:00',
    });
    expect(again.statusCode).toBe(200);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.json()).toEqual((await get(t, northwind, `/v1/upgrade-orders/${id}`)).json());
  });

  test('again with other content is a conflict with both fingerprints, and the first stays', async () => {
    const body = order();
    const id = await fulfilled(t, northwind, body);
    const before = (await get(t, northwind, `/v1/upgrade-orders/${id}`)).json();
    const conflict = await post(t, northwind, '/v1/upgrade-orders', { ...body, seats: 900 });
    expect(conflict.statusCode).toBe(409);
    expect(conflict.headers['content-type']).toContain('application/problem+json');
    const problem = conflict.json();
    expect(problem).toMatchObject({ code: 'ORDER_CONFLICT', status: 409, id });
    expect(problem.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(problem.acceptedFingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(problem.fingerprint).not.toBe(problem.acceptedFingerprint);
    expect((await get(t, northwind, `/v1/upgrade-orders/${id}`)).json()).toEqual(before);
  });

  test('with the number of another reseller is a different order', async () => {
    const body = order();
    const first = await post(t, northwind, '/v1/upgrade-orders', body);
    const second = await post(t, contoso, '/v1/upgrade-orders', body);
    expect([first.statusCode, second.statusCode]).toEqual([202, 202]);
  });

  test('that asks for more than the database can tell ends as rejected, not as an error', async () => {
    const id = await fulfilled(t, northwind, order({ suite: 'XYZ' }));
    const outcome = (await get(t, northwind, `/v1/upgrade-orders/${id}`)).json();
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'UNKNOWN_SUITE' } });
  });

  test('many at once are each recorded once', async () => {
    const bodies = Array.from({ length: 60 }, () => order());
    const answers = await Promise.all(
      [...bodies, ...bodies].map((body) => post(t, northwind, '/v1/upgrade-orders', body)),
    );
    const ids = new Set(answers.map((answer) => answer.json<{ id: string }>().id));
    expect(ids.size).toBe(60);
    expect(answers.filter(({ statusCode }) => statusCode === 202)).toHaveLength(60);
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(60);
  });

  test('as an operator needs a reseller in the body', async () => {
    const nameless = await post(t, operatorKey, '/v1/upgrade-orders', order());
    expect(nameless.json()).toMatchObject({
      status: 400,
      errors: [
        {
          path: 'reseller',
          message: 'is missing: an operator names the reseller that the upgrade order is for',
        },
      ],
    });
    const named = await post(t, operatorKey, '/v1/upgrade-orders', order({ reseller: 'northwind' }));
    expect(named.statusCode).toBe(202);
    const { id } = named.json<{ id: string }>();
    expect((await get(t, northwind, `/v1/upgrade-orders/${id}`)).statusCode).toBe(200);
  });
});

describe('a preview', () => {
  test('tells the outcome without id or new codes, and changes nothing', async () => {
    const count = () => statement(t.database.pool, 'select count(*)::int from message');
    const before = await count();
    const answer = await post(t, northwind, '/v1/upgrade-orders?preview=true', order());
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ status: 'fulfilled', suite: 'SPE', validThrough: '2027-11-20' });
    expect(answer.json()).not.toHaveProperty('id');
    expect(answer.json()).not.toHaveProperty('registrationKey');
    expect(await count()).toEqual(before);
  });

  test("masks the codes of an account that is nobody's yet, and shows those of one's own", async () => {
    await addAccount(t.database, 'nobodys', null, [
      { activationCode: 'OS-2345-67892-34567-89234-56789-2345A' },
    ]);
    await addAccount(t.database, 'own', 'northwind', [
      { activationCode: 'OS-2345-67892-34567-89234-56789-2345B' },
    ]);
    const foreign = await post(t, northwind, '/v1/upgrade-orders?preview=true', orderFor('nobodys'));
    expect(foreign.json().lines[0]).toMatchObject({ action: 'retained', activationCode: 'OS-…-345A' });
    const own = await post(t, northwind, '/v1/upgrade-orders?preview=true', orderFor('own'));
    expect(own.json().lines[0]).toMatchObject({ activationCode: 'OS-2345-67892-34567-89234-56789-2345B' });
  });

  test("answers for another reseller's account as for an unknown one", async () => {
    await addAccount(t.database, 'theirs', 'contoso');
    const theirs = await post(t, northwind, '/v1/upgrade-orders?preview=true', orderFor('theirs'));
    expect(theirs.json()).toMatchObject({ status: 'rejected', reason: { code: 'UNKNOWN_ACCOUNT' } });
  });

  test('misspelled is refused instead of sent as an order', async () => {
    const answer = await post(t, northwind, '/v1/upgrade-orders?previw=true', order());
    expect(answer.json()).toMatchObject({ status: 400, code: 'INVALID_QUERY', errors: [{ path: 'previw' }] });
  });
});
