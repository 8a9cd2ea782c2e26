import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { loadCatalog } from '#src/files/catalog-file.ts';
import { decideHold } from '#src/fulfillment/batch/decide-hold.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { previewRecorded } from '#src/fulfillment/looking/preview-recorded.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { openPlace } from '#test/commands/run-chancery.ts';
import { decideAll, existing, outcomeById } from '#test/fulfillment/ending.ts';
import { approval } from '#test/fulfillment/held.ts';
import { change, orderData, parsed } from '#test/fulfillment/messages-by-hand.ts';
import { addAccount } from '#test/http/holdings.ts';
import { operatorKey, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';

let t: TestApp;
let key: string;
/** Of a process with a suite more; the API has the older catalog. */
let young: Fulfillment;

beforeAll(async () => {
  t = await openTestApp();
  key = await t.reseller('northwind');
  await t.reseller('southwind');
  const newer = await loadCatalog(new URL('../files/cases/catalog-new-suite.json', import.meta.url).pathname);
  young = await openFulfillment(t.database, newer);
});
afterAll(() => t.close());

const tooOld = { code: 'CATALOG_TOO_OLD' };

test('a preview on an older catalog says that the order would stay open, as it does', async () => {
  const order = orderData({ suite: 'SPM', customer: { account: undefined } });
  const preview = await post(t, key, '/v1/upgrade-orders?preview=true', { ...order });
  expect(preview.statusCode).toBe(200);
  expect(preview.json()).toMatchObject({
    orderNumber: 'PO-1',
    status: 'accepted',
    reason: tooOld,
    notes: [],
  });
  const [ending] = await decideAll(t.fulfillment, parsed('upgrade-order', order));
  expect(ending).toMatchObject({ status: 'accepted', code: 'CATALOG_TOO_OLD' });
  const nowhere = await post(t, key, '/v1/upgrade-orders?preview=true', {
    ...orderData({ suite: 'NONE', orderNumber: 'PO-2' }),
  });
  expect(nowhere.json()).toMatchObject({ status: 'rejected', reason: { code: 'UNKNOWN_SUITE' } });
});

test('a hold is not decided by an approval on an older catalog: it waits for a process with the newer one', async () => {
  await addAccount(t.database, 'theirs', 'southwind', []);
  const [ending] = await decideAll(
    young,
    parsed(
      'upgrade-order',
      orderData({ suite: 'SPM', orderNumber: 'PO-3', customer: { account: 'theirs' } }),
    ),
  );
  expect(ending).toMatchObject({ status: 'held', code: 'ACCOUNT_OF_ANOTHER_RESELLER' });
  const id = existing(ending && 'id' in ending ? ending.id : undefined);
  const hold = existing((await outcomeById(t.fulfillment, id)).hold);
  expect(await previewRecorded(t.fulfillment, id)).toMatchObject({ status: 'accepted', reason: tooOld });
  expect(await previewRecorded(young, id)).toMatchObject({ status: 'fulfilled' });

  const refused = await post(t, operatorKey, `/v1/holds/${hold}/approve`, { reason: 'agreed' });
  expect(refused.statusCode).toBe(503);
  expect(refused.json()).toMatchObject(tooOld);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  const place = await openPlace({ DATABASE_URL: t.databaseUrl });
  onTestFinished(() => place.remove());
  const told = await place.run(['holds', 'approve', hold, '--reason', 'agreed']);
  expect(told).toMatchObject({ code: 1, stderr: expect.stringContaining('(CATALOG_TOO_OLD)') });
  expect(await outcomeById(t.fulfillment, id)).toMatchObject({ status: 'held', hold });

  expect(await decideHold(young, hold, approval)).toMatchObject({ outcome: 'decided' });
  expect(await outcomeById(t.fulfillment, id)).toMatchObject({ status: 'fulfilled', suite: 'SPM' });
});

test('a return is decided with the suites as they were issued: on an older catalog, too', async () => {
  const order = orderData({ suite: 'SPM', orderNumber: 'PO-4', customer: { account: undefined } });
  const [ordered] = await decideAll(young, parsed('upgrade-order', order));
  expect(ordered).toMatchObject({ status: 'fulfilled' });
  const [returned] = await decideAll(t.fulfillment, change({ kind: 'return', order: 'PO-4' }));
  expect(returned).toMatchObject({ status: 'fulfilled' });
});
