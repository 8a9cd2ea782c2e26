import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reading, statement } from '#src/persistence/database.ts';
import { get, operatorKey, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';
import { allCases, caseOf, type PlayedCase } from '#test/merging/all-cases.ts';
import { endedAs, expectedEnd } from '#test/merging/ended-as.ts';
import { givenMerged } from '#test/merging/given-merged.ts';

let t: TestApp;
let northwind: string;

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  await t.reseller('southwind');
});
afterAll(() => t.close());

describe('a merge request over HTTP ends as the preview said and the rules say', () => {
  const names = allCases().map(({ name }, number) => ({ name, number }));
  test.each(names)('$name', async ({ number }) => {
    const { accounts, licenses, request, requestNumber, expected } = caseOf(number);
    await givenMerged(t.database, accounts, licenses);
    const body = { ...request, requestNumber, requestedAt: '2026-01-02T03:04:05Z' };
    const seen = accounts.some(({ reseller }) => reseller === null) ? operatorKey : northwind;
    const preview = await post(t, seen, '/v1/merge-requests?preview=true', body);
    expect(preview.statusCode).toBe(200);
    expect(endedAs(preview.json())).toEqual(expectedEnd(expected));
    expect(preview.json()).not.toHaveProperty('id');
    const accepted = await post(t, northwind, '/v1/merge-requests', body);
    expect(accepted.statusCode).toBe(202);
    const { id } = accepted.json<{ id: string }>();
    await t.fulfil(id);
    const outcome = (await get(t, seen, `/v1/merge-requests/${id}`)).json();
    expect(endedAs(outcome)).toEqual(expectedEnd(expected));
    const { id: _, acceptedAt, reseller, certificate, hold, ...same } = outcome;
    const { certificate: none, ...foreseen } = preview.json();
    expect(foreseen).toEqual(same);
    expect([acceptedAt, reseller, none]).toEqual([expect.any(String), 'northwind', undefined]);
    expect(certificate !== undefined).toBe(expected.status === 'fulfilled');
    expect(hold !== undefined).toBe(expected.status === 'held');
    await judgeLedger(expected.status === 'fulfilled' ? expected : undefined, licenses, accounts);
  });
});

/** Only what the merge was about has changed, and it as the outcome says. */
async function judgeLedger(
  done: Extract<PlayedCase['expected'], { status: 'fulfilled' }> | undefined,
  licenses: PlayedCase['licenses'],
  accounts: PlayedCase['accounts'],
): Promise<void> {
  const tx = reading(t.database);
  const rows = await statement<{ readonly code: string }>(
    tx,
    `select license.activation_code as code, license.seats, license.valid_through::text as "validThrough",
       license.status, into_license.activation_code as into
     from license left join license as into_license on into_license.id = license.merged_into
     where license.activation_code = any($1)`,
    [licenses.map(({ activationCode }) => activationCode)],
  );
  const now = new Map(rows.map((row) => [row.code, row]));
  for (const { activationCode, seats, validThrough, status = 'active' } of licenses) {
    const before = { seats, validThrough, status };
    if (done?.survivor.activationCode === activationCode) {
      const after = { seats: done.survivor.seats, validThrough: done.survivor.validThrough };
      expect(now.get(activationCode)).toMatchObject({ ...before, ...after, into: null });
    } else if (done?.merged.includes(activationCode)) {
      const into = done.survivor.activationCode;
      expect(now.get(activationCode)).toMatchObject({ ...before, status: 'merged', into });
    } else {
      expect(now.get(activationCode)).toMatchObject(before);
    }
  }
  const merged = await statement(
    tx,
    'select id, merged_into as into from account where id = any($1) and merged_into is not null',
    [accounts.map(({ id }) => id)],
  );
  const emptied = done?.emptied === undefined ? [] : [{ id: done.emptied, into: done.survivor.account }];
  expect(merged).toEqual(emptied);
}
