import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kinds } from '#jobs/kinds.ts';
import { reading, statement } from '#src/persistence/database.ts';
import { get, operatorKey, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';
import * as rows from '#test/lifecycle/rows.ts';
import { World, type Teller } from '#test/lifecycle/world.ts';

let t: TestApp;
const keys = new Map<string, string>();

beforeAll(async () => {
  t = await openTestApp();
  for (const name of ['northwind', 'southwind']) keys.set(name, await t.reseller(name));
});
afterAll(() => t.close());

/** Of a preview and the outcome behind it, what both say. */
function said(outcome: Record<string, unknown>): object {
  const {
    id,
    acceptedAt,
    hold,
    certificate,
    orderNumber,
    requestNumber,
    reseller,
    registrationKey,
    agreementVersion,
    ...rest
  } = outcome;
  void [
    id,
    acceptedAt,
    hold,
    certificate,
    orderNumber,
    requestNumber,
    reseller,
    registrationKey,
    agreementVersion,
  ];
  const lines = Array.isArray(rest['lines']) ? rest['lines'] : undefined;
  // A code that is drawn when it is carried out is not foreseen.
  return {
    ...rest,
    ...(lines && {
      lines: lines.map((line: object) => ({ ...line, activationCode: undefined })),
    }),
  };
}

/** Everything that a preview must leave as it is. */
async function everything(): Promise<unknown> {
  return statement(
    reading(t.database),
    `select (select count(*) from message) as messages, (select count(*) from license_grant) as grants, (select count(*) from certificate) as certificates,
       (select md5(string_agg(license::text, ',' order by id)) from license) as licenses, (select md5(string_agg(k::text, ',' order by id)) from registration_key as k) as keys,
       (select md5(string_agg(account::text, ',' order by id)) from account) as accounts, (select last_value from certificate_number) as numbers`,
  );
}

/** Through the API, with the sender's own key; whatever has a preview is previewed before, and ends as that said. */
const tell: Teller = async (kind, data) => {
  const { path } = kinds[kind];
  const key = keys.get(String(data['reseller'])) ?? operatorKey;
  const before = await everything();
  // A registration has no preview (contract §2).
  const preview =
    kind === 'registration' ? undefined : await post(t, key, `/v1${path}?preview=true`, { ...data });
  if (preview) expect({ status: preview.statusCode, body: preview.body }).toMatchObject({ status: 200 });
  expect(await everything()).toEqual(before);
  const accepted = await post(t, key, `/v1${path}`, { ...data });
  expect({ status: accepted.statusCode, body: accepted.body }).toMatchObject({ status: 202 });
  const { id } = accepted.json<{ id: string }>();
  await t.fulfil(id);
  const answer = await get(t, key, `/v1${path}/${id}`);
  expect(answer.statusCode).toBe(200);
  if (preview) expect(said(preview.json()), `the preview of the ${kind}`).toEqual(said(answer.json()));
  return id;
};

let accounts = 0;

describe.each(Object.entries(rows))('%s, through HTTP', (_, cases) => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, { run }) => {
    accounts += 1;
    const [outcome, expected] = await run(await World.open(t.fulfillment, tell, `row-${accounts}`));
    expect(outcome).toMatchObject(expected);
  });
});
