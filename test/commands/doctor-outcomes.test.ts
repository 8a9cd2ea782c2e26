import { expect, test } from 'vitest';
import { readConfiguration } from '#src/configuration.ts';
import { examineOutcomes } from '#src/doctor/outcomes.ts';
import { decideAll } from '#test/fulfillment/ending.ts';
import { order } from '#test/fulfillment/messages-by-hand.ts';
import { openLedger } from '#test/fulfillment/open-ledger.ts';

test('the doctor says what keeps events from the queue of outcomes', async () => {
  const { database, fulfillment, query } = await openLedger();
  const said = async (environment: Readonly<Record<string, string>>) => {
    const found = await examineOutcomes(database, readConfiguration(environment));
    return found.map(({ verdict, message }) => `${verdict}: ${message}`);
  };
  const set = { OUTCOMES_QUEUE: 'outcomes', PUBLIC_URL: 'https://licenses.example' };
  expect(await said({})).toEqual([]);
  expect(await said(set)).toEqual(['ok: every event is on outcomes']);
  expect(await said({ ...set, OUTCOMES_QUEUE: 'mails' })).toEqual([
    'problem: mails is one of our own queues',
  ]);
  expect(await said({ ...set, EVENTS: 'off' })).toEqual([expect.stringContaining('EVENTS is off')]);
  expect(await said({ ...set, PUBLIC_URL: '' })).toEqual([expect.stringContaining('PUBLIC_URL is not set')]);
  await decideAll(fulfillment, order({ orderNumber: 'PO-1' }));
  expect(await said(set)).toEqual(['ok: every event is on outcomes']);
  await query("update event set made_at = now() - interval '10 minutes'");
  expect(await said(set)).toEqual(['warning: an event has waited 10 minutes to be put on it']);
});
