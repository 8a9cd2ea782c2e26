import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { day } from '#test/fulfillment/messages-by-hand.ts';
import { get, operatorKey, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';
import { bothAccounts, castOf, type Cast, type Changes } from '#test/merging/merge-case.ts';

let t: TestApp;
let northwind: string;
let maria: string;
let casts = 0;

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  maria = await t.operator('maria');
});
afterAll(() => t.close());

interface HeldMerge {
  readonly cast: Cast;
  readonly id: string;
  readonly hold: string;
  readonly requestNumber: string;
}

async function sent(request: object): Promise<{ readonly id: string; readonly requestNumber: string }> {
  casts += 1;
  const requestNumber = `MR-${casts}`;
  const body = { ...request, requestNumber, requestedAt: '2026-01-02T03:04:05Z' };
  const { id } = (await post(t, northwind, '/v1/merge-requests', body)).json<{ id: string }>();
  await t.fulfil(id);
  return { id, requestNumber };
}

const outcome = async (id: string) => (await get(t, northwind, `/v1/merge-requests/${id}`)).json<Outcome>();

/** A service merge that is held; both sides change alike. */
async function held(changes: Changes, otherRegion?: string): Promise<HeldMerge> {
  const cast = castOf(casts);
  const [into, from] = bothAccounts(cast);
  const accounts = [into, { ...from, ...(otherRegion !== undefined && { region: otherRegion }) }].flatMap(
    (account) => (account?.id === undefined ? [] : [{ ...account, id: account.id }]),
  );
  await givenHoldings(t.database, accounts, [
    cast.service(0, changes),
    cast.service(1, { account: cast.from, ...changes }),
  ]);
  const { id, requestNumber } = await sent(cast.serviceRequest());
  const { hold, status } = await outcome(id);
  expect(status).toBe('held');
  return { cast, id, hold: hold ?? '', requestNumber };
}

const reseller = { type: 'reseller' } as const;
const decide = (hold: string, verb: 'approve' | 'reject', reason = 'Confirmed by phone.', key = maria) =>
  post(t, key, `/v1/holds/${hold}/${verb}`, { reason });

test('a held merge is listed for operators only, and nothing has merged', async () => {
  const { cast, id, hold, requestNumber } = await held(reseller);
  const { items } = (await get(t, maria, '/v1/holds')).json();
  expect(items).toContainEqual({
    id: hold,
    kind: 'merge-request',
    reference: requestNumber,
    reseller: 'northwind',
    messageId: id,
    code: 'MERGE_RESELLER_WITH_RESELLER',
    message: expect.any(String),
    details: expect.any(Object),
    heldAt: expect.stringMatching(/Z$/),
  });
  expect((await get(t, northwind, '/v1/holds')).statusCode).toBe(403);
  expect((await decide(hold, 'approve', 'x', northwind)).statusCode).toBe(403);
  const { items: licenses } = (await get(t, northwind, `/v1/accounts/${cast.into}/licenses`)).json();
  expect(licenses).toMatchObject([{ seats: 50, status: 'active', grants: [{}] }]);
});

test('approved by an operator with a reason, it is merged, and the events say who, when and why', async () => {
  const { cast, id, hold } = await held(reseller);
  const decided = await decide(hold, 'approve');
  expect(decided.json()).toMatchObject({
    id: hold,
    decision: 'approved',
    decidedBy: 'maria',
    decidedAt: expect.stringMatching(/Z$/),
    reason: 'Confirmed by phone.',
    outcome: {
      id,
      status: 'fulfilled',
      survivor: { activationCode: cast.code(0, 'WS'), account: cast.into, seats: 100, previousSeats: 50 },
      merged: [{ activationCode: cast.code(1, 'WS'), account: cast.from, previousSeats: 50 }],
      certificate: { version: 1 },
    },
  });
  const history = async (key: string) =>
    (await get(t, key, `/v1/merge-requests/${id}/events`)).json<{ items: { event: string; by: string }[] }>()
      .items;
  const events = await history(operatorKey);
  expect((await history(northwind)).map(({ by }) => by)).not.toContain('operator maria');
  expect(events.map(({ event }: { event: string }) => event)).toEqual([
    'accepted',
    'held',
    'hold-approved',
    'fulfilled',
  ]);
  expect(events).toContainEqual({
    at: decided.json().decidedAt,
    event: 'hold-approved',
    by: 'operator maria',
    details: { hold, code: 'MERGE_RESELLER_WITH_RESELLER', reason: 'Confirmed by phone.' },
  });
  const { items: licenses } = (await get(t, northwind, `/v1/accounts/${cast.into}/licenses`)).json();
  expect(licenses[0].grants).toMatchObject([{ causeKind: 'import' }, { causeKind: 'hold', cause: hold }]);
});

test('rejected by an operator, the request is rejected with the reason, and nothing merges', async () => {
  const { cast, id, hold } = await held(reseller);
  expect((await decide(hold, 'reject', 'Not agreed with the customer.')).json()).toMatchObject({
    decision: 'rejected',
    decidedBy: 'maria',
    outcome: { status: 'rejected' },
  });
  expect(await outcome(id)).toMatchObject({
    status: 'rejected',
    reason: {
      code: 'MERGE_RESELLER_WITH_RESELLER',
      message: expect.stringContaining('Not agreed with the customer.'),
    },
  });
  const { items: events } = (await get(t, northwind, `/v1/merge-requests/${id}/events`)).json();
  expect(events).toContainEqual(
    expect.objectContaining({
      event: 'hold-rejected',
      by: 'operator',
      details: expect.objectContaining({ reason: 'Not agreed with the customer.' }),
    }),
  );
  const { items: licenses } = (await get(t, northwind, `/v1/accounts/${cast.from}/licenses`)).json();
  expect(licenses).toMatchObject([{ status: 'active' }]);
});

test('decided by many at once, it is decided once, and the others learn by whom', async () => {
  const { id, hold } = await held(reseller);
  const answers = await Promise.all(
    [maria, operatorKey, maria, operatorKey].map((key, i) =>
      decide(hold, i % 2 === 0 ? 'approve' : 'reject', 'at once', key),
    ),
  );
  expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409]);
  for (const late of answers.filter(({ statusCode }) => statusCode === 409)) {
    expect(late.json()).toMatchObject({
      code: 'HOLD_ALREADY_DECIDED',
      detail: expect.stringMatching(/by (?:maria|operator) at/),
    });
  }
  const winner = answers.find(({ statusCode }) => statusCode === 200)?.json();
  expect(await outcome(id)).toMatchObject({
    status: winner.decision === 'approved' ? 'fulfilled' : 'rejected',
  });
  const { items: events } = (await get(t, northwind, `/v1/merge-requests/${id}/events`)).json();
  expect(events.filter(({ event }: { event: string }) => event.startsWith('hold-'))).toHaveLength(1);
});

test('an approval skips its own check and no other: the next holding check holds it again', async () => {
  const { id, hold, cast } = await held(reseller, 'apac');
  const again = (await decide(hold, 'approve')).json();
  expect(again).toMatchObject({
    code: 'MERGE_REGION_MISMATCH',
    outcome: { status: 'held', reason: { code: 'MERGE_RESELLER_WITH_RESELLER' } },
  });
  expect(again.outcome.hold).not.toBe(hold);
  expect((await decide(hold, 'approve')).statusCode).toBe(409);
  expect((await decide(again.outcome.hold, 'approve')).json()).toMatchObject({
    outcome: { id, status: 'fulfilled', survivor: { account: cast.into, seats: 100 } },
  });
});

test('an approval does not let through what the matrix forbids', async () => {
  const { id, hold } = await held({ type: 'protectlink' }, 'apac');
  expect((await decide(hold, 'approve')).json()).toMatchObject({ outcome: { id, status: 'rejected' } });
  expect(await outcome(id)).toMatchObject({ reason: { code: 'MERGE_TYPES_NOT_ALLOWED' } });
});

test('an approval merges what is there today, not what was there when it was held', async () => {
  const { cast, hold } = await held({}, 'apac');
  const harbor = `harbor-${cast.into}`;
  await givenHoldings(
    t.database,
    [{ id: harbor, reseller: 'northwind' }],
    [cast.service(5, { account: harbor, seats: 100, validThrough: day(400) })],
  );
  const meanwhile = await sent(cast.serviceRequest({ from: harbor }));
  expect(await outcome(meanwhile.id)).toMatchObject({ status: 'fulfilled' });
  expect((await decide(hold, 'approve')).json()).toMatchObject({
    outcome: {
      status: 'fulfilled',
      survivor: { previousSeats: 150, previouslyValidThrough: day(300), seats: 200, validThrough: day(250) },
    },
  });
});

test('an approval of what was merged elsewhere meanwhile ends as MERGE_ALREADY_MERGED', async () => {
  const { cast, hold } = await held({}, 'apac');
  const harbor = `harbor-${cast.into}`;
  await givenHoldings(
    t.database,
    [{ id: harbor, reseller: 'northwind', region: 'apac' }],
    [cast.service(5, { account: harbor })],
  );
  await sent(cast.serviceRequest({ into: harbor }));
  expect((await decide(hold, 'approve')).json()).toMatchObject({
    outcome: { status: 'rejected', reason: { code: 'MERGE_ALREADY_MERGED' } },
  });
});

test('a request that is held stays held when it is sent again', async () => {
  const { cast, id, hold, requestNumber } = await held(reseller);
  const body = { ...cast.serviceRequest(), requestNumber, requestedAt: '2026-01-02T03:04:05Z' };
  const again = await post(t, northwind, '/v1/merge-requests', body);
  expect([again.statusCode, again.json()]).toMatchObject([200, { id, status: 'held', hold }]);
});
