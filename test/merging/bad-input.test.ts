import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outcome } from '#src/fulfillment/looking/outcome.ts';
import { allEnded, openDeliverySite } from '#test/delivery/delivery-site.ts';
import { describeOnBothBackends } from '#test/delivery/on-both-backends.ts';
import { givenHoldings } from '#test/fulfillment/given-holdings.ts';
import { get, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';
import { bothAccounts, castOf } from '#test/merging/merge-case.ts';

const cast = castOf(0);
const [first, second, third, nobodys] = [cast.code(0), cast.code(1), cast.code(2), cast.code(9)];
const mistyped = `${nobodys.slice(0, -1)}${nobodys.endsWith('2') ? '3' : '2'}`;
/** As an import may bring it: of the shape, but not of our alphabet. */
const imported = 'WF-0O1I-0O1I0-0O1I0-0O1I0-0O1I0-0O1I0';

const head = { requestNumber: 'MR-1', requestedAt: '2026-01-02T03:04:05Z' };
const ask = (retain: string, merge?: readonly string[], account = cast.into) => ({
  ...head,
  kind: 'on-premises',
  account,
  retain,
  ...(merge && { merge }),
});

/** What the message alone decides, with the paths of its faults. */
const invalid = [
  { name: 'an empty list', body: ask(first, []), paths: ['merge'] },
  { name: 'a code twice in the list', body: ask(first, [second, second]), paths: ['merge'] },
  {
    name: 'a code twice in the list, in another spelling',
    body: ask(first, [second, second.toLowerCase().replaceAll('-', ' ')]),
    paths: ['merge'],
  },
  { name: 'codes that are none', body: ask('WF-1', ['']), paths: ['merge.0', 'retain'] },
  { name: 'both kinds at once', body: { ...ask(first), into: cast.into }, paths: ['into'] },
  { name: 'no kind', body: head, paths: ['kind'] },
  {
    name: 'a service merge of which nothing is said',
    body: { kind: 'service', requestNumber: '' },
    paths: ['from', 'into', 'product', 'requestNumber', 'requestedAt'],
  },
] as const;

const decided = [
  { name: 'a code with a typing error to retain', body: ask(mistyped), code: 'MISTYPED_CODE' },
  {
    name: 'a code with a typing error to merge',
    body: ask(first, [second, mistyped]),
    code: 'MISTYPED_CODE',
  },
  { name: 'a code that nobody has', body: ask(first, [nobodys]), code: 'UNKNOWN_LICENSE' },
  {
    name: 'an imported code, mistyped by nobody, of another account',
    body: ask(imported),
    code: 'UNKNOWN_LICENSE',
  },
  { name: 'a merge into itself', body: ask(first, [first]), code: 'MERGE_SAME_LICENSE' },
  {
    name: 'a merge into itself, in another spelling',
    body: ask(first, [second, first.toLowerCase()]),
    code: 'MERGE_SAME_LICENSE',
  },
  { name: 'three licenses without a choice', body: ask(first), code: 'MERGE_CHOOSE_LICENSES' },
] as const;

const holdings = {
  accounts: bothAccounts(cast),
  licenses: [
    ...[0, 1, 2].map((i) => cast.premises(i)),
    cast.premises(3, { account: cast.from, activationCode: imported }),
  ],
};

describe('over HTTP', () => {
  let t: TestApp;
  let northwind: string;
  let southwind: string;

  beforeAll(async () => {
    t = await openTestApp();
    northwind = await t.reseller('northwind');
    southwind = await t.reseller('southwind');
    await givenHoldings(t.database, holdings.accounts, holdings.licenses);
  });
  afterAll(() => t.close());

  let number = 0;
  async function ended(key: string, body: object): Promise<Outcome> {
    number += 1;
    const request = { ...body, requestNumber: `MR-${number}` };
    const { id } = (await post(t, key, '/v1/merge-requests', request)).json<{ id: string }>();
    await t.fulfil(id);
    return (await get(t, key, `/v1/merge-requests/${id}`)).json<Outcome>();
  }

  test.each(invalid)('$name is 400 with the paths, sent or previewed', async ({ body, paths }) => {
    for (const query of ['', '?preview=true']) {
      const answer = await post(t, northwind, `/v1/merge-requests${query}`, body);
      const problem = answer.json<{ code: string; errors: readonly { path: string }[] }>();
      expect([answer.statusCode, problem.code]).toEqual([400, 'INVALID_MESSAGE']);
      expect(problem.errors.map(({ path }) => path).sort()).toEqual(paths);
      expect(answer.body).not.toContain(first);
    }
  });

  test.each(decided)('$name is rejected as $code', async ({ body, code }) => {
    expect(await ended(northwind, body)).toMatchObject({ status: 'rejected', reason: { code } });
  });

  test("another reseller's account or code is refused in the very words for one that does not exist", async () => {
    const service = { ...head, kind: 'service', product: 'WFBS' };
    const pairs = [
      [ask(first, [second]), ask(first, [second], 'nobody')],
      [
        { ...service, into: cast.into, from: cast.from },
        { ...service, into: 'nobody', from: cast.from },
      ],
    ] as const;
    for (const [theirs, none] of pairs) {
      const [seen, plain] = [await ended(southwind, theirs), await ended(southwind, none)];
      expect(seen.reason?.code).toBe('UNKNOWN_ACCOUNT');
      expect(JSON.parse(JSON.stringify(seen.reason).replaceAll(cast.into, 'nobody'))).toEqual(plain.reason);
    }
    await givenHoldings(
      t.database,
      [{ id: 'own', reseller: 'southwind' }],
      [cast.premises(4, { account: 'own' })],
    );
    const reasonOf = async (code: string) => {
      const { reason } = await ended(southwind, ask(cast.code(4), [code], 'own'));
      const masked = `${code.slice(0, 2)}-…-${code.slice(-4)}`;
      return JSON.stringify(reason).replaceAll(masked, 'THE-CODE');
    };
    expect(await reasonOf(second)).toContain('UNKNOWN_LICENSE');
    expect(await reasonOf(second)).toBe(await reasonOf(nobodys));
  });
});

describeOnBothBackends('through a queue', (redisUrl) => {
  test('what is invalid is kept as a rejected message with its paths, what the ledger decides is a rejected request', async () => {
    const site = await openDeliverySite(redisUrl);
    await givenHoldings(site.database, holdings.accounts, holdings.licenses);
    await site.startWorkers();
    const add = (data: object) => site.queues['merge-request'].add('merge-request.v1', data);
    for (const { body } of invalid) await add({ ...body, reseller: 'northwind' });
    for (const [i, { body }] of decided.entries())
      await add({ ...body, reseller: 'northwind', requestNumber: `MR-${i}` });
    await allEnded(site);
    const kept = await site.query<{ readonly code: string; readonly errors: readonly { path: string }[] }>(
      "select code, errors from rejected_message where queue = 'merge-requests'",
    );
    const seen = kept.map(
      ({ code, errors }) =>
        `${code} ${errors
          .map(({ path }) => path)
          .sort()
          .join()}`,
    );
    expect(seen.sort()).toEqual(invalid.map(({ paths }) => `INVALID_MESSAGE ${paths.join()}`).sort());
    expect(
      await site.query("select status, reason->>'code' as code from message order by length(number), number"),
    ).toEqual(decided.map(({ code }) => ({ status: 'rejected', code })));
    const failed = await site.queues['merge-request'].getFailed();
    expect(failed.map(({ failedReason }) => failedReason ?? '')).toEqual(
      invalid.map(() => expect.stringMatching(/^INVALID_MESSAGE/)),
    );
    const told = JSON.stringify([
      failed.map(({ failedReason, stacktrace }) => [failedReason, stacktrace]),
      site.logLines,
    ]);
    expect([first, second, third, mistyped].filter((code) => told.includes(code))).toEqual([]);
  });
});
