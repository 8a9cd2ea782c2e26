import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { inTransaction, reading, statement } from '#src/persistence/database.ts';
import { removeOldDeliveries } from '#src/persistence/webhook-relay.ts';
import { createSealing } from '#src/webhooks/sealing.ts';
import { bearer, fulfilled, get, operatorKey, order, orderFor, post } from '#test/http/requests.ts';
import type { Answering, Receiver } from '#test/webhooks/receiver.ts';
import { openWebhookSite, type ShownDelivery, type ShownEndpoint } from '#test/webhooks/webhook-site.ts';

const eventSchema = z.object({
  id: z.string(),
  type: z.string(),
  sequence: z.int(),
  timestamp: z.iso.datetime(),
  data: z.record(z.string(), z.unknown()),
});
type Event = z.infer<typeof eventSchema>;

/** What came, verified by the reference library. */
function verified({ received }: Receiver, { secret }: ShownEndpoint): readonly Event[] {
  return received.map(({ body, headers }) => {
    const event = eventSchema.parse(new Webhook(secret).verify(body, { ...headers }));
    expect(headers['webhook-id']).toBe(event.id);
    return event;
  });
}

const refusing =
  (status: number, headers: Record<string, string> = {}): Answering =>
  (_, response) =>
    response.writeHead(status, headers).end(`no: ${'x'.repeat(5000)}`);

const types = (events: readonly Event[]) => events.map(({ type }) => type);

describe('what happens is told', () => {
  test('to whom it concerns, signed, as the feed has it, without a code', async () => {
    const site = await openWebhookSite();
    const { t, northwind, southwind } = site;
    const before = await fulfilled(t, northwind, order());
    const receivers = [
      await site.receiver(),
      await site.receiver(),
      await site.receiver(),
      await site.receiver(),
    ] as const;
    const [ofNorthwind, ofSouthwind, ofOperators, ofSome] = receivers;
    const endpoints = [
      await site.endpoint(northwind, ofNorthwind.url),
      await site.endpoint(southwind, ofSouthwind.url),
      await site.endpoint(operatorKey, ofOperators.url),
      await site.endpoint(northwind, ofSome.url, ['upgrade_order.rejected']),
    ] as const;
    const placed = await fulfilled(t, northwind, order());
    const theirs = await fulfilled(t, southwind, order());
    const rejected = await fulfilled(t, northwind, orderFor('nobody-knows'));
    await site.tell(...endpoints.map(({ id }) => id));
    expect(types(verified(ofNorthwind, endpoints[0]))).toEqual([
      'upgrade_order.fulfilled',
      'upgrade_order.rejected',
    ]);
    expect(verified(ofSouthwind, endpoints[1]).map(({ data }) => data['id'])).toEqual([theirs]);
    expect(verified(ofOperators, endpoints[2]).map(({ data }) => data['id'])).toEqual([
      placed,
      theirs,
      rejected,
    ]);
    expect(verified(ofSome, endpoints[3]).map(({ data }) => data['id'])).toEqual([rejected]);
    for (const { received } of receivers) for (const { body } of received) expect(body).not.toContain(before);
    // The same as in the feed.
    const feed = (await get(t, northwind, '/v1/events')).json<{ items: readonly Event[] }>().items;
    const told = verified(ofNorthwind, endpoints[0]);
    const comparable = ({ data, ...rest }: Event) => ({ ...rest, data: { ...data, url: '' } });
    expect(told.map(comparable)).toEqual(feed.slice(-2).map(comparable));
    expect(told[0]?.data['url']).toBe(`https://licenses.example/v1/upgrade-orders/${placed}`);
    const codes = await statement<{ code: string }>(
      reading(t.database),
      'select activation_code as code from license union select code from registration_key',
    );
    expect(codes.length).toBeGreaterThan(0);
    for (const { received } of receivers)
      for (const { body } of received) for (const { code } of codes) expect(body).not.toContain(code);
    expect(await site.deliveries(endpoints[0].id, 'delivered')).toHaveLength(2);
    expect(await site.deliveries(endpoints[0].id, 'pending')).toEqual([]);
  });

  test('a test goes out whatever the types, and stands in no feed', async () => {
    const site = await openWebhookSite();
    const { t, northwind } = site;
    const receiver = await site.receiver();
    const endpoint = await site.endpoint(northwind, receiver.url, ['certificate.ready']);
    const asked = await post(t, northwind, `/v1/webhook-endpoints/${endpoint.id}/test`, {});
    expect(asked.statusCode).toBe(202);
    expect(asked.json()).toMatchObject({ type: 'webhook.test', state: 'pending', attempts: [] });
    await site.tell(endpoint.id);
    expect(verified(receiver, endpoint)).toMatchObject([
      { type: 'webhook.test', sequence: expect.any(Number), data: { endpoint: endpoint.id } },
    ]);
    expect((await get(t, northwind, '/v1/events')).json()).toMatchObject({ items: [] });
    const [told] = await site.deliveries(endpoint.id);
    expect(told).toMatchObject({
      state: 'delivered',
      nextAttemptAt: null,
      attempts: [{ status: 204, error: null, answer: '', durationMs: expect.any(Number) }],
    });
  });

  test('with two signatures for a day after the secret was rotated', async () => {
    const site = await openWebhookSite();
    const { t, northwind } = site;
    const receiver = await site.receiver();
    const endpoint = await site.endpoint(northwind, receiver.url);
    const test_ = () => post(t, northwind, `/v1/webhook-endpoints/${endpoint.id}/test`, {});
    const rotate = async () =>
      (
        await post(t, northwind, `/v1/webhook-endpoints/${endpoint.id}/rotate-secret`, {})
      ).json<ShownEndpoint>();
    const second = await rotate();
    expect(second.secret).not.toBe(endpoint.secret);
    const until = Date.parse(second.previousSecretUntil ?? '') - Date.now();
    expect(until / 3_600_000).toBeGreaterThan(23.9);
    expect(until / 3_600_000).toBeLessThan(24.1);
    await test_();
    await site.tell(endpoint.id);
    for (const one of [endpoint, second]) expect(verified(receiver, one)).toHaveLength(1);
    expect(receiver.received[0]?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    // The day is over.
    await statement(
      reading(t.database),
      `update webhook_endpoint set previous_until = now() - interval '1 second'`,
    );
    await test_();
    await site.tell(endpoint.id);
    const last = receiver.received[1];
    expect(last?.headers['webhook-signature']?.split(' ')).toHaveLength(1);
    expect(() => new Webhook(endpoint.secret).verify(last?.body ?? '', { ...last?.headers })).toThrow();
    new Webhook(second.secret).verify(last?.body ?? '', { ...last?.headers });
  });
});

describe('what fails', () => {
  test('is tried ten times, with its attempts on record', async () => {
    const site = await openWebhookSite();
    const { t, northwind } = site;
    const receiver = await site.receiver({ answer: refusing(500) });
    const endpoint = await site.endpoint(northwind, receiver.url);
    await post(t, northwind, `/v1/webhook-endpoints/${endpoint.id}/test`, {});
    await site.tell(endpoint.id);
    const [first] = await site.deliveries(endpoint.id);
    expect(first).toMatchObject({
      state: 'pending',
      attempts: [{ status: 500, error: 'The receiver answered 500.' }],
    });
    expect(first?.attempts[0]?.answer).toHaveLength(2048);
    const waits = Date.parse(first?.nextAttemptAt ?? '') - Date.parse(first?.attempts[0]?.at ?? '');
    expect(waits / 1000).toBeGreaterThan(3.9);
    // Nothing is due.
    await site.tell(endpoint.id);
    expect(receiver.received).toHaveLength(1);
    for (let attempt = 2; attempt <= 10; attempt += 1) {
      await dueNow(site.t.database);
      await site.tell(endpoint.id);
    }
    const [last] = await site.deliveries(endpoint.id, 'failed');
    expect(last).toMatchObject({ id: first?.id, nextAttemptAt: null });
    expect(last?.attempts).toHaveLength(10);
    expect(receiver.received).toHaveLength(10);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  });

  test('waits as long as the receiver asks, up to twice the step', async () => {
    const site = await openWebhookSite();
    const { t, northwind } = site;
    const receiver = await site.receiver({ answer: refusing(429, { 'retry-after': '3600' }) });
    const endpoint = await site.endpoint(northwind, receiver.url);
    await post(t, northwind, `/v1/webhook-endpoints/${endpoint.id}/test`, {});
    await site.tell(endpoint.id);
    const [told] = await site.deliveries(endpoint.id);
    const waits = Date.parse(told?.nextAttemptAt ?? '') - Date.parse(told?.attempts[0]?.at ?? '');
    expect(waits / 1000).toBeGreaterThan(9.9);
    expect(waits / 1000).toBeLessThan(60);
  });

  test('disables the endpoint at once when the receiver is gone', async () => {
    const site = await openWebhookSite();
    const { t, northwind } = site;
    const receiver = await site.receiver({ answer: refusing(410) });
    const endpoint = await site.endpoint(northwind, receiver.url);
    for (let i = 0; i < 30; i += 1) await post(t, northwind, `/v1/webhook-endpoints/${endpoint.id}/test`, {});
    await site.tell(endpoint.id);
    await expectDisabled(site, endpoint, 'GONE');
    // What was under way together, and no more.
    expect(receiver.received.length).toBeLessThanOrEqual(10);
    const states = new Map(Map.groupBy(await site.deliveries(endpoint.id), ({ state }) => state));
    expect(states.get('failed')?.length).toBe(receiver.received.length);
    expect(states.get('cancelled')?.length).toBe(30 - receiver.received.length);
  });

  test('for five days and nothing else, too', async () => {
    const site = await openWebhookSite();
    const { t, northwind } = site;
    let status = 500;
    const receiver = await site.receiver({ answer: (_, response) => response.writeHead(status).end() });
    const endpoint = await site.endpoint(northwind, receiver.url);
    const attempt = async () => {
      await post(t, northwind, `/v1/webhook-endpoints/${endpoint.id}/test`, {});
      await site.tell(endpoint.id);
    };
    const age = (days: number) =>
      statement(
        reading(t.database),
        `update webhook_endpoint set failing_since = failing_since - make_interval(days => $1)`,
        [days],
      );
    const shown = async () =>
      (await get(t, northwind, `/v1/webhook-endpoints/${endpoint.id}`)).json<ShownEndpoint>();
    await attempt();
    expect(await shown()).toMatchObject({ enabled: true, failingSince: expect.any(String) });
    await age(4);
    await attempt();
    expect((await shown()).enabled).toBe(true);
    // One success ends it.
    status = 200;
    await attempt();
    expect(await shown()).not.toHaveProperty('failingSince');
    status = 500;
    await attempt();
    await age(5);
    await attempt();
    await expectDisabled(site, endpoint, 'ONLY_FAILURES');
  });

  test('because the secret cannot be opened, says so', async () => {
    const site = await openWebhookSite();
    const { t, northwind } = site;
    const receiver = await site.receiver();
    const endpoint = await site.endpoint(northwind, receiver.url);
    await post(t, northwind, `/v1/webhook-endpoints/${endpoint.id}/test`, {});
    await site.deliverer({ sealing: createSealing([Buffer.alloc(32, 7)]) }).deliver(endpoint.id);
    expect(receiver.received).toEqual([]);
    expect((await site.deliveries(endpoint.id))[0]?.attempts[0]?.error).toMatch(/secret cannot be opened/);
  });
});

describe('telling again', () => {
  test('a delivery is replayed as a new one of the same event', async () => {
    const site = await openWebhookSite();
    const { t, northwind } = site;
    const receiver = await site.receiver();
    const endpoint = await site.endpoint(northwind, receiver.url);
    await fulfilled(t, northwind, order());
    await site.tell(endpoint.id);
    const [old] = await site.deliveries(endpoint.id);
    const again = await post(t, northwind, `/v1/deliveries/${old?.id}/replay`, {});
    expect(again.statusCode).toBe(202);
    expect(again.json()).toMatchObject({ event: old?.event, state: 'pending' });
    expect(again.json<ShownDelivery>().id).not.toBe(old?.id);
    await site.tell(endpoint.id);
    expect(receiver.received).toHaveLength(2);
    const [first, second] = receiver.received;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    const unknown = await post(t, northwind, `/v1/deliveries/${endpoint.id}/replay`, {});
    expect(unknown.statusCode).toBe(404);
  });

  test('recovering makes deliveries of what was not delivered since, once', async () => {
    const site = await openWebhookSite();
    const { t, northwind, southwind } = site;
    const long = '2020-01-01T00:00:00Z';
    const before = await fulfilled(t, northwind, order());
    const receiver = await site.receiver();
    const endpoint = await site.endpoint(northwind, receiver.url, ['upgrade_order.fulfilled']);
    const heard = await fulfilled(t, northwind, order());
    await fulfilled(t, southwind, order());
    await site.tell(endpoint.id);
    const enable = (enabled: boolean) =>
      t.app.inject({
        method: 'PATCH',
        url: `/v1/webhook-endpoints/${endpoint.id}`,
        headers: bearer(northwind),
        payload: { enabled },
      });
    await enable(false);
    const missed = await fulfilled(t, northwind, order());
    await site.tell(endpoint.id);
    await enable(true);
    const fresh = await fulfilled(t, northwind, order());
    const told = () => verified(receiver, endpoint).map(({ data }) => data['id']);
    await site.tell(endpoint.id);
    expect(told()).toEqual([heard, fresh]);
    const recover = (since: string) =>
      post(t, northwind, `/v1/webhook-endpoints/${endpoint.id}/recover`, { since });
    const made = await recover(long);
    expect([made.statusCode, made.json()]).toEqual([202, { deliveries: 2 }]);
    // What waits already is made no second time.
    expect((await recover(long)).json()).toEqual({ deliveries: 0 });
    await site.tell(endpoint.id);
    expect(told()).toEqual([heard, fresh, before, missed]);
    expect((await recover(long)).json()).toEqual({ deliveries: 0 });
    expect((await recover('tomorrow')).statusCode).toBe(400);
    await enable(false);
    expect((await recover(long)).statusCode).toBe(409);
  });

  test('what is older than 30 days is removed', async () => {
    const site = await openWebhookSite();
    const { t, northwind } = site;
    const endpoint = await site.endpoint(northwind, (await site.receiver()).url);
    for (let i = 0; i < 3; i += 1) await post(t, northwind, `/v1/webhook-endpoints/${endpoint.id}/test`, {});
    await site.tell(endpoint.id);
    const [latest] = await site.deliveries(endpoint.id);
    await statement(
      reading(t.database),
      `update delivery set made_at = made_at - interval '31 days' where id <> $1`,
      [latest?.id],
    );
    expect(await removeOldDeliveries(reading(t.database))).toBe(2);
    expect(await site.deliveries(endpoint.id)).toMatchObject([{ id: latest?.id }]);
  });
});

async function dueNow(database: Parameters<typeof inTransaction>[0]): Promise<void> {
  await statement(reading(database), `update delivery set next_attempt_at = now() where state = 'pending'`);
}

async function expectDisabled(
  site: Awaited<ReturnType<typeof openWebhookSite>>,
  { id }: ShownEndpoint,
  because: string,
): Promise<void> {
  const { t, northwind, logged } = site;
  expect((await get(t, northwind, `/v1/webhook-endpoints/${id}`)).json()).toMatchObject({
    enabled: false,
    disabledBecause: because,
  });
  expect(await site.deliveries(id, 'pending')).toEqual([]);
  const audit = await get(t, operatorKey, `/v1/audit?subject=${id}&action=endpoint-disabled`);
  expect(audit.json()).toMatchObject({ items: [{ by: 'system', details: { because } }] });
  expect(logged.filter((line) => line.includes('was disabled'))).toHaveLength(1);
  const feed = (await get(t, northwind, '/v1/events')).json<{ items: readonly Event[] }>().items;
  expect(feed.filter(({ type }) => type === 'endpoint.disabled')).toMatchObject([
    { data: { endpoint: id, because } },
  ]);
}
