import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reason } from '#src/domain/decision.ts';
import { post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';
import { allCases } from '#test/merging/all-cases.ts';
import { givenMerged } from '#test/merging/given-merged.ts';
import { nextSteps } from '#test/merging/next-steps.ts';

let t: TestApp;
let northwind: string;

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  await t.reseller('southwind');
});
afterAll(() => t.close());

const sentences: ReadonlyMap<string, RegExp> = new Map(Object.entries(nextSteps));

test('every refusal says in a sentence what to do next, and shows no full code', async () => {
  const stopped = allCases().filter(({ expected }) => expected.status !== 'fulfilled');
  await givenMerged(
    t.database,
    stopped.flatMap(({ accounts }) => accounts),
    stopped.flatMap(({ licenses }) => licenses),
  );
  const codes = stopped.flatMap(({ licenses }) => licenses.map(({ activationCode }) => activationCode));
  const seen = new Set<string>();
  for (const { name, request, requestNumber } of stopped) {
    const body = { ...request, requestNumber, requestedAt: '2026-01-02T03:04:05Z' };
    const preview = await post(t, northwind, '/v1/merge-requests?preview=true', body);
    const { reason } = preview.json<{ reason: Reason }>();
    seen.add(reason.code);
    expect({ name, sentence: reason.message }).toEqual({
      name,
      sentence: expect.stringMatching(sentences.get(reason.code) ?? /never/),
    });
    expect(reason.message).toMatch(/\.$/);
    const text = JSON.stringify(reason);
    expect(codes.filter((code) => text.includes(code))).toEqual([]);
  }
  seen.add('MISTYPED_CODE');
  expect([...seen].sort()).toEqual(Object.keys(nextSteps).sort());
});

test('a license that was merged before names its survivor, masked', async () => {
  const already = allCases().filter(
    ({ expected }) => expected.status === 'rejected' && expected.code === 'MERGE_ALREADY_MERGED',
  );
  expect(already.length).toBeGreaterThan(3);
  for (const { request, requestNumber, licenses } of already) {
    const body = { ...request, requestNumber, requestedAt: '2026-01-02T03:04:05Z' };
    const { reason } = (await post(t, northwind, '/v1/merge-requests?preview=true', body)).json<{
      reason: Reason;
    }>();
    const merged = licenses.find(({ mergedInto }) => mergedInto);
    const survivor = licenses.find(({ id }) => id === merged?.mergedInto)?.activationCode ?? '';
    const masked = `${survivor.slice(0, 2)}-…-${survivor.slice(-4)}`;
    expect(reason.message).toContain(masked);
    expect(reason.details).toMatchObject({ survivor: masked });
  }
});
