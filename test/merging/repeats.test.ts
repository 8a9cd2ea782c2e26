import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reading, statement, type Database } from '#src/persistence/database.ts';
import { allEnded, openDeliverySite } from '#test/delivery/delivery-site.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { get, operatorKey, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';
import { bothAccounts, castOf, type Cast } from '#test/merging/merge-case.ts';

const head = { requestNumber: 'MR-1', requestedAt: '2026-01-02T03:04:05Z' };

/** Two accounts, each with a service license. */
async function givenTwoAccounts(database: Database, cast: Cast): Promise<void> {
  const licenses = [cast.service(0), cast.service(1, { account: cast.from })];
  await givenHoldings(database, bothAccounts(cast), licenses);
}

describe('over HTTP', () => {
  let t: TestApp;
  let northwind: string;
  let southwind: string;

  beforeAll(async () => {
    t = await openTestApp();
    northwind = await t.reseller('northwind');
    southwind = await t.reseller('southwind');
  });
  afterAll(() => t.close());

  const send = (body: object, key = northwind) => post(t, key, '/v1/merge-requests', body);
  const grants = () =>
    statement(reading(t.database), "select cause from license_grant where cause_kind = 'merge'");

  test('the same request again, however it is spelled, gives the first outcome and changes nothing', async () => {
    const cast = castOf(1);
    await givenTwoAccounts(t.database, cast);
    const body = { ...head, ...cast.serviceRequest() };
    const { id } = (await send(body)).json<{ id: string }>();
    const pending = await send(body);
    expect([pending.statusCode, pending.json()]).toMatchObject([200, { id, status: 'accepted' }]);
    await t.fulfil(id, id);
    const first = (await get(t, northwind, `/v1/merge-requests/${id}`)).json();
    expect(first).toMatchObject({ status: 'fulfilled', survivor: { seats: 100 } });
    const before = await grants();
    const respelled = {
      ...cast.serviceRequest(),
      reseller: 'northwind',
      requestedAt: '2026-01-02T05:04:05+02:00',
    };
    for (const again of [body, { ...respelled, requestNumber: 'MR-1' }]) {
      const answer = await send(again);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers).toMatchObject({
        'idempotent-replayed': 'true',
        location: `/v1/merge-requests/${id}`,
      });
      expect(answer.json()).toEqual(first);
    }
    await t.fulfil(id);
    expect(await grants()).toEqual(before);
    const listed = await get(t, northwind, '/v1/merge-requests?requestNumber=MR-1');
    expect(listed.json()).toEqual({ items: [first], next: null });
  });

  test('of an on-premises request the order in the list is no other content', async () => {
    const cast = castOf(2);
    await givenHoldings(
      t.database,
      bothAccounts(cast),
      [0, 1, 2].map((i) => cast.premises(i)),
    );
    const body = { ...head, requestNumber: 'MR-2' };
    const { id } = (await send({ ...body, ...cast.premisesRequest(0, [1, 2]) })).json<{ id: string }>();
    const again = await send({ ...body, ...cast.premisesRequest(0, [2, 1]) });
    expect([again.statusCode, again.json()]).toMatchObject([200, { id }]);
  });

  test('the same number with other content is 409 with both fingerprints, and the first stays as it was', async () => {
    const cast = castOf(3);
    await givenTwoAccounts(t.database, cast);
    const body = { ...head, requestNumber: 'MR-3', ...cast.serviceRequest() };
    const { id } = (await send(body)).json<{ id: string }>();
    await t.fulfil(id);
    const first = (await get(t, northwind, `/v1/merge-requests/${id}`)).json();
    const conflict = await send({ ...body, into: cast.from, from: cast.into });
    expect(conflict.statusCode).toBe(409);
    const { code, acceptedFingerprint, fingerprint } = conflict.json();
    expect(code).toBe('REQUEST_CONFLICT');
    for (const print of [acceptedFingerprint, fingerprint]) expect(print).toMatch(/^[0-9a-f]{64}$/);
    expect(acceptedFingerprint).not.toBe(fingerprint);
    expect((await get(t, northwind, `/v1/merge-requests/${id}`)).json()).toEqual(first);
  });

  test("another reseller's, and an operator's, request of the same number is another request", async () => {
    const cast = castOf(4);
    await givenTwoAccounts(t.database, cast);
    const body = { ...head, requestNumber: 'MR-4', ...cast.serviceRequest() };
    const answers = [await send(body), await send(body, southwind), await send(body, operatorKey)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([202, 202, 202]);
    expect(new Set(answers.map((answer) => answer.json<{ id: string }>().id)).size).toBe(3);
  });
});

describeOnBothBackends('through a queue', (redisUrl) => {
  test('a repeat changes nothing, and other content under the number is kept with both fingerprints', async () => {
    const cast = castOf(5);
    const site = await openDeliverySite(redisUrl);
    await givenTwoAccounts(site.database, cast);
    await site.startWorkers();
    const queue = site.queues['merge-request'];
    const data = { ...head, ...cast.serviceRequest(), reseller: 'northwind' };
    await queue.add('merge-request.v1', data);
    await allEnded(site);
    await queue.add('merge-request.v1', data);
    await queue.add('merge-request.v1', { ...data, into: cast.from, from: cast.into });
    await allEnded(site);
    expect(await site.query('select status, seats from license order by seats')).toEqual([
      { status: 'merged', seats: 50 },
      { status: 'active', seats: 100 },
    ]);
    const [first, ...others] = await site.query<{ readonly fingerprint: string }>(
      "select encode(fingerprint, 'hex') as fingerprint from message",
    );
    expect(others).toEqual([]);
    expect(
      await site.query(
        `select code, encode(accepted_fingerprint, 'hex') as accepted, fingerprint <> accepted_fingerprint as other,
           content->>'into' as into from rejected_message`,
      ),
    ).toEqual([{ code: 'REQUEST_CONFLICT', accepted: first?.fingerprint, other: true, into: cast.from }]);
    const values = (await queue.getCompleted()).map(({ returnvalue }) => JSON.stringify(returnvalue));
    expect(values).toHaveLength(2);
    expect(new Set(values).size).toBe(1);
  });
});
