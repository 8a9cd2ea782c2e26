import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { relayEvents } from '#src/fulfillment/batch/relay-events.ts';
import { networks } from '#src/mechanisms/networks.ts';
import { addressRule } from '#src/webhooks/addresses.ts';
import { createSealing } from '#src/webhooks/sealing.ts';
import { createWebhookSender } from '#src/webhooks/sender.ts';
import { get, operatorKey, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';
import { openReceiver, type Receiver, type ReceiverOptions } from '#test/webhooks/receiver.ts';
import { createDeliverer, type Deliverer, type DelivererOptions } from '#workers/deliver.ts';
import { bodiesOf } from '#workers/delivery-bodies.ts';

/** An endpoint as the API shows it. */
export interface ShownEndpoint {
  readonly id: string;
  readonly url: string;
  readonly types: readonly string[];
  readonly enabled: boolean;
  readonly reseller: string | null;
  readonly secret: string;
  readonly disabledBecause?: string;
  readonly previousSecretUntil?: string;
}

export interface ShownDelivery {
  readonly id: string;
  readonly event: string;
  readonly endpoint: string;
  readonly type: string;
  readonly state: string;
  readonly nextAttemptAt: string | null;
  readonly attempts: readonly {
    readonly at: string;
    readonly status: number | null;
    readonly error: string | null;
    readonly answer: string | null;
    readonly durationMs: number;
  }[];
}

/** An API whose webhooks reach this machine, and the parts of a worker that tell. */
export interface WebhookSite {
  readonly t: TestApp;
  readonly northwind: string;
  readonly southwind: string;
  /** What seals the secrets. */
  readonly sealingKey: Buffer;
  /** What was logged by the deliverer. */
  readonly logged: readonly string[];
  /** Makes deliveries of all that has happened. */
  relay(): Promise<void>;
  deliverer(options?: Partial<DelivererOptions>): Deliverer;
  /** Makes all deliveries, and sends what is due. */
  tell(...endpoints: readonly string[]): Promise<void>;
  receiver(options?: ReceiverOptions): Promise<Receiver>;
  endpoint(key: string, url: string, types?: readonly string[]): Promise<ShownEndpoint>;
  deliveries(endpoint: string, state?: string): Promise<readonly ShownDelivery[]>;
}

/** Webhooks may reach this machine. */
export const local = addressRule(networks(['127.0.0.0/8']), true);

/** Closed when the test, or the file that it is opened for, has finished. @param closing for a whole file: registers what is to be done at its end */
export async function openWebhookSite(
  closing: (work: () => Promise<void>) => void = onTestFinished,
): Promise<WebhookSite> {
  const sealingKey = randomBytes(32);
  const sealing = createSealing([sealingKey]);
  const t = await openTestApp({ webhooks: { sealing, rule: local } });
  closing(() => t.close());
  const logged: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  const sender = createWebhookSender({ rule: local });
  closing(() => sender.close());
  const site: WebhookSite = {
    t,
    northwind: await t.reseller('northwind'),
    southwind: await t.reseller('southwind'),
    sealingKey,
    logged,
    async relay() {
      while (await relayEvents(t.fulfillment));
    },
    deliverer(options = {}) {
      const deliverer = createDeliverer({
        database: t.database,
        sender: async () => sender,
        sealing,
        bodiesOf: (target, deliveries) =>
          bodiesOf({ database: t.database, publicUrl: 'https://licenses.example' }, target, deliveries),
        log,
        ...options,
      });
      closing(() => deliverer.close());
      return deliverer;
    },
    async tell(...endpoints) {
      await site.relay();
      const deliverer = site.deliverer();
      for (const endpoint of endpoints) await deliverer.deliver(endpoint);
      await deliverer.close();
    },
    async receiver(options) {
      const receiver = await openReceiver(options);
      closing(() => receiver.close());
      return receiver;
    },
    async endpoint(key, url, types) {
      const made = await post(t, key, '/v1/webhook-endpoints', { url, ...(types && { types }) });
      if (made.statusCode !== 201) throw new Error(made.body);
      return made.json<ShownEndpoint>();
    },
    async deliveries(endpoint, state) {
      const query = state === undefined ? '' : `&state=${state}`;
      const answer = await get(
        t,
        operatorKey,
        `/v1/webhook-endpoints/${endpoint}/deliveries?limit=100${query}`,
      );
      return answer.json<{ items: readonly ShownDelivery[] }>().items;
    },
  };
  return site;
}
