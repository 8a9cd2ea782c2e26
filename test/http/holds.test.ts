import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAccount } from '#test/http/holdings.ts';
import { fulfilled, get, operatorKey, orderFor, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let northwind: string;
let maria: string;

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  maria = await t.operator('maria');
});
afterAll(() => t.close());

let accounts = 0;
const codes = ['OS-2345-67892-34567-89234-56789-2345', 'OS-5432-67892-34567-89234-56789-2345'] as const;

/** An order that is held since it asks for fewer seats than the account has. */
async function heldOrder(): Promise<{ id: string; hold: string; reference: string }> {
  accounts += 1;
  const account = `held-${accounts}`;
  await addAccount(t.database, account, 'northwind', [
    { activationCode: `${codes[0]}${accounts}`, seats: 500 },
  ]);
  const body = orderFor(account);
  const id = await fulfilled(t, northwind, body);
  const { hold } = (await get(t, northwind, `/v1/upgrade-orders/${id}`)).json();
  return { id, hold, reference: String(body['orderNumber']) };
}

test('a held order is listed for operators, approved with a reason, and fulfilled', async () => {
  const { id, hold, reference } = await heldOrder();
  const { items } = (await get(t, maria, '/v1/holds')).json();
  expect(items).toContainEqual({
    id: hold,
    kind: 'upgrade-order',
    reference,
    reseller: 'northwind',
    messageId: id,
    code: 'SEATS_BELOW_HOLDING',
    message: expect.any(String),
    details: expect.any(Object),
    heldAt: expect.stringMatching(/Z$/),
  });
  const decided = await post(t, maria, `/v1/holds/${hold}/approve`, { reason: 'Confirmed by phone.' });
  expect(decided.statusCode).toBe(200);
  expect(decided.json()).toMatchObject({
    id: hold,
    decision: 'approved',
    decidedBy: 'maria',
    reason: 'Confirmed by phone.',
    keep: [],
    outcome: { id, status: 'fulfilled' },
  });
  const events = (await get(t, northwind, `/v1/upgrade-orders/${id}/events`)).json();
  expect(events.items.map(({ event }: { event: string }) => event)).toEqual(
    expect.arrayContaining(['accepted', 'held', 'hold-approved', 'fulfilled']),
  );
  expect(events.items).toContainEqual(expect.objectContaining({ event: 'hold-approved', by: 'operator' }));
});

test('an approval that would undo a newer order is refused, naming it, unless it says so', async () => {
  const { id, hold } = await heldOrder();
  const newer = orderFor(`held-${accounts}`, { seats: 600 });
  const newerId = await fulfilled(t, northwind, newer);
  const refused = await post(t, maria, `/v1/holds/${hold}/approve`, { reason: 'Late.' });
  expect(refused.json()).toMatchObject({
    status: 409,
    code: 'NEWER_ORDER_FULFILLED',
    detail: expect.stringContaining(String(newer['orderNumber'])),
    id: newerId,
  });
  expect((await get(t, northwind, `/v1/upgrade-orders/${id}`)).json()).toMatchObject({ status: 'held' });
  const decided = await post(t, maria, `/v1/holds/${hold}/approve`, { reason: 'Late.', despiteNewer: true });
  expect(decided.json()).toMatchObject({ decision: 'approved', outcome: { status: 'fulfilled' } });
});

test('an order that was returned since stands in the way of no approval', async () => {
  const { hold } = await heldOrder();
  const newer = orderFor(`held-${accounts}`, { seats: 600 });
  await fulfilled(t, northwind, newer);
  const back = { requestNumber: 'CR-back', requestedAt: '2026-11-21T09:30:00Z', kind: 'return' };
  const body = { ...back, order: newer['orderNumber'] };
  const sent = (await post(t, northwind, '/v1/change-requests', body)).json<{ id: string }>();
  await t.fulfil(sent.id);
  const decided = await post(t, maria, `/v1/holds/${hold}/approve`, { reason: 'Confirmed.' });
  expect(decided.json()).toMatchObject({ decision: 'approved', outcome: { status: 'fulfilled' } });
});

test('a rejected hold ends the order as rejected', async () => {
  const { id, hold } = await heldOrder();
  const decided = await post(t, maria, `/v1/holds/${hold}/reject`, { reason: 'Not agreed.' });
  expect(decided.json()).toMatchObject({ decision: 'rejected', outcome: { status: 'rejected' } });
  expect((await get(t, northwind, `/v1/upgrade-orders/${id}`)).json()).toMatchObject({ status: 'rejected' });
});

test('a hold that is decided twice at once is decided once; the other learns by whom', async () => {
  const { hold } = await heldOrder();
  const answers = await Promise.all([
    post(t, maria, `/v1/holds/${hold}/approve`, { reason: 'yes' }),
    post(t, operatorKey, `/v1/holds/${hold}/reject`, { reason: 'no' }),
  ]);
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200, 409]));
  const late = answers.find(({ statusCode }) => statusCode === 409);
  expect(late?.json()).toMatchObject({
    code: 'HOLD_ALREADY_DECIDED',
    detail: expect.stringMatching(/by (maria|operator) at/),
  });
});

test('an ambiguous family needs a keep that is a candidate', async () => {
  await addAccount(t.database, 'ambiguous', 'northwind', [
    { activationCode: `${codes[0]}Y` },
    { activationCode: `${codes[1]}Z`, pid: '100101EN02' },
  ]);
  const id = await fulfilled(t, northwind, orderFor('ambiguous'));
  const { hold } = (await get(t, northwind, `/v1/upgrade-orders/${id}`)).json();
  const approve = (keep?: string[]) => post(t, maria, `/v1/holds/${hold}/approve`, { reason: 'x', keep });
  expect((await approve()).json()).toMatchObject({ status: 422, code: 'KEEP_NEEDED' });
  expect((await approve(['OS-9999-67892-34567-89234-56789-2345Z'])).json()).toMatchObject({
    status: 422,
    code: 'KEEP_NOT_A_CANDIDATE',
  });
  const kept = await approve([`${codes[1]}Z`.toLowerCase().replaceAll('-', ' ')]);
  expect(kept.json()).toMatchObject({
    decision: 'approved',
    keep: [`${codes[1]}Z`],
    outcome: { status: 'fulfilled' },
  });
});

test('a decision names all its faults, and unknown holds are 404', async () => {
  const { hold } = await heldOrder();
  const bad = await post(t, maria, `/v1/holds/${hold}/approve`, { reason: '', keep: ['x'], why: 1 });
  expect(bad.json()).toMatchObject({ status: 400, code: 'INVALID_MESSAGE' });
  expect(
    bad
      .json()
      .errors.map(({ path }: { path: string }) => path)
      .sort(),
  ).toEqual(['keep.0', 'reason', 'why']);
  const kept = await post(t, maria, `/v1/holds/${hold}/reject`, { reason: 'x', keep: [] });
  expect(kept.json()).toMatchObject({ status: 400, errors: [{ path: 'keep' }] });
  for (const id of ['0199c0de-0000-7000-8000-000000000001', 'nonsense'])
    expect((await post(t, maria, `/v1/holds/${id}/approve`, { reason: 'x' })).statusCode).toBe(404);
});

test('the list pages, oldest first', async () => {
  const first = await heldOrder();
  const second = await heldOrder();
  const seen: string[] = [];
  let cursor = '';
  for (;;) {
    const { items, next } = (await get(t, maria, `/v1/holds?limit=1${cursor}`)).json();
    seen.push(...items.map(({ id }: { id: string }) => id));
    if (next === null) break;
    cursor = `&cursor=${next}`;
  }
  expect(seen.slice(-2)).toEqual([first.hold, second.hold]);
  expect(new Set(seen).size).toBe(seen.length);
});

test('a reseller reads the decision and its reason, but neither who decided nor the note for the inside', async () => {
  const { id, hold } = await heldOrder();
  const body = { reason: 'Confirmed by phone.', note: 'Pays late; spoke to accounting.' };
  const decided = await post(t, maria, `/v1/holds/${hold}/reject`, body);
  expect(decided.json()).toMatchObject({ decidedBy: 'maria', reason: body.reason, note: body.note });
  const url = `/v1/upgrade-orders/${id}`;
  const theirs = [await get(t, northwind, url), await get(t, northwind, `${url}/events`)].map(
    (one) => one.body,
  );
  for (const answer of theirs)
    for (const inside of ['maria', 'Pays late']) expect(answer).not.toContain(inside);
  expect(JSON.parse(theirs[1] ?? '').items).toContainEqual(
    expect.objectContaining({
      event: 'hold-rejected',
      by: 'operator',
      details: expect.objectContaining({ reason: body.reason }),
    }),
  );
  const ours = (await get(t, maria, `${url}/events`)).json();
  expect(ours.items).toContainEqual(
    expect.objectContaining({ event: 'hold-rejected', by: 'operator maria' }),
  );
});
