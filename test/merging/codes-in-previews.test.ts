import { afterAll, beforeAll, expect, test } from 'vitest';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { get, operatorKey, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';
import { castOf } from '#test/merging/merge-case.ts';

let t: TestApp;
let northwind: string;

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
});
afterAll(() => t.close());

test.each([
  ['into', 'northwind', 'from', null],
  ['from', null, 'into', 'northwind'],
] as const)(
  "a preview that merges a reseller's own account and one that is nobody's shows no full code of nobody's (%s %s, %s %s)",
  async (into, intoOwner, from, fromOwner) => {
    const cast = castOf(into === 'into' ? 1 : 2);
    const owners = new Map<string, string | null>([
      [into, intoOwner],
      [from, fromOwner],
    ]);
    const ids = into === 'into' ? { into: cast.into, from: cast.from } : { into: cast.from, from: cast.into };
    await givenHoldings(
      t.database,
      [
        { id: cast.into, reseller: owners.get('into') ?? null },
        { id: cast.from, reseller: owners.get('from') ?? null },
      ],
      [cast.service(0), cast.service(1, { account: cast.from })],
    );
    const body = {
      requestNumber: `MR-${into}`,
      requestedAt: '2026-01-02T03:04:05Z',
      ...cast.serviceRequest(ids),
    };
    const shown = async (key: string) => {
      const { body: text, statusCode } = await post(t, key, '/v1/merge-requests?preview=true', body);
      expect([statusCode, JSON.parse(text).status]).toEqual([200, 'fulfilled']);
      return [0, 1].map((i) => text.includes(cast.code(i, 'WS')));
    };
    expect((await shown(northwind))[1]).toBe(false);
    expect(await shown(operatorKey)).toEqual([true, true]);

    const { id } = (await post(t, northwind, '/v1/merge-requests', body)).json<{ id: string }>();
    await t.fulfil(id);
    const read = async (key: string, url: string) => (await get(t, key, url)).body;
    const outcome = await read(northwind, `/v1/merge-requests/${id}`);
    const { number } = JSON.parse(outcome).certificate;
    for (const text of [outcome, await read(northwind, `/v1/certificates/${number}`)]) {
      expect(JSON.parse(text)).toMatchObject({ merged: [{ activationCode: expect.stringContaining('…') }] });
      expect([0, 1].map((i) => text.includes(cast.code(i, 'WS')))).toEqual([false, false]);
    }
    const pdf = await get(t, northwind, `/v1/certificates/${number}`, { accept: 'application/pdf' });
    expect(pdf.statusCode).toBe(404);
    expect(await read(operatorKey, `/v1/certificates/${number}`)).toContain(cast.code(1, 'WS'));
    const again = await post(t, northwind, '/v1/merge-requests?preview=true', body);
    expect(again.json()).toMatchObject({ id, status: 'fulfilled' });
    const other = { ...body, requestedAt: '2026-01-02T03:04:06Z' };
    const refused = await post(t, northwind, '/v1/merge-requests?preview=true', other);
    expect(refused.json()).toMatchObject({ status: 409, code: 'REQUEST_CONFLICT', id });
  },
);
