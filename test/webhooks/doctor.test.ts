import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { readConfiguration } from '#src/configuration.ts';
import { examineWebhooks } from '#src/doctor/webhooks.ts';
import { makeEndpoint } from '#src/fulfillment/batch/webhook-endpoints.ts';
import { openSealing } from '#src/fulfillment/webhook-sealing.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';

test('the doctor tells what keeps webhooks from their receivers', async () => {
  const { database, query } = await openLedger();
  const key = randomBytes(32).toString('base64');
  const examined = async (environment: Record<string, string> = {}) => {
    const findings = await examineWebhooks(
      database,
      readConfiguration({ PUBLIC_URL: 'https://licenses.example', WEBHOOK_SEALING_KEY: key, ...environment }),
    );
    return findings.map(({ verdict, message }) => `${verdict}: ${message}`);
  };
  expect(await examined()).toEqual(['ok: there are no endpoints']);
  const sealing = await openSealing(database, [Buffer.from(key, 'base64')]);
  await makeEndpoint(
    database,
    sealing,
    { reseller: null, url: 'https://hooks.example/', types: [] },
    { by: 'x' },
  );
  expect(await examined()).toEqual(['ok: 1 endpoints, and telling them works']);
  expect(await examined({ PUBLIC_URL: '' })).toEqual([expect.stringContaining('PUBLIC_URL is not set')]);
  expect(await examined({ EVENTS: 'off' })).toEqual([expect.stringContaining('EVENTS is off')]);
  expect(await examined({ WEBHOOK_SEALING_KEY: '' })).toEqual([expect.stringContaining('cannot be opened')]);
  const other = randomBytes(32).toString('base64url');
  expect(await examined({ WEBHOOK_SEALING_KEY: `${other}, ${key}` })).toEqual([
    'ok: 1 endpoints, and telling them works',
  ]);
  await query(
    `insert into delivery (id, event, endpoint, type, next_attempt_at)
     select gen_random_uuid(), gen_random_uuid(), id, 'webhook.test', now() - interval '1 hour' from webhook_endpoint`,
  );
  expect(await examined()).toEqual(['warning: a delivery has been due for 60 minutes']);
  await query(`update webhook_endpoint set failing_since = now()`);
  expect(await examined()).toEqual(['warning: 1 endpoints do nothing but fail at the moment']);
  await query(`update webhook_endpoint set enabled = false, disabled_at = now(), disabled_because = 'GONE'`);
  expect(await examined()).toEqual([expect.stringContaining('1 endpoints were disabled')]);
});

test.each(['short', 'x'.repeat(43) + '!', `${'A'.repeat(43)},`])('%s is no sealing key', (text) => {
  expect(() => readConfiguration({ WEBHOOK_SEALING_KEY: text })).toThrow(
    'WEBHOOK_SEALING_KEY must be 32 bytes',
  );
});
