import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createWebhookSender } from '#src/webhooks/sender.ts';
import { fulfilled, operatorKey, order, post } from '#test/http/requests.ts';
import type { Receiver } from '#test/webhooks/receiver.ts';
import { local, openWebhookSite, type WebhookSite } from '#test/webhooks/webhook-site.ts';

const child = fileURLToPath(new URL('delivering-child.ts', import.meta.url));

/** On a busy machine. */
const patience = { timeout: 60_000, interval: 20 };

const idsAt = ({ received }: Receiver) => received.map(({ headers }) => headers['webhook-id'] ?? '');

async function tests({ t, northwind }: WebhookSite, endpoint: string, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await post(t, northwind, `/v1/webhook-endpoints/${endpoint}/test`, {});
}

describe('several at once', { timeout: 120_000 }, () => {
  test('never make the same attempt twice', async () => {
    const site = await openWebhookSite();
    const receiver = await site.receiver();
    const endpoint = await site.endpoint(site.northwind, receiver.url);
    await tests(site, endpoint.id, 150);
    const deliverers = Array.from({ length: 4 }, () => site.deliverer());
    const counts = await Promise.all(deliverers.map((one) => one.deliver(endpoint.id)));
    expect(counts.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(150);
    expect(idsAt(receiver)).toHaveLength(150);
    expect(new Set(idsAt(receiver)).size).toBe(150);
    expect(await site.deliveries(endpoint.id, 'pending')).toEqual([]);
  });

  test('make each event a delivery once', async () => {
    const site = await openWebhookSite();
    const receiver = await site.receiver();
    const endpoint = await site.endpoint(operatorKey, receiver.url);
    for (let i = 0; i < 20; i += 1) await fulfilled(site.t, site.northwind, order());
    await Promise.all(Array.from({ length: 4 }, () => site.relay()));
    // Whoever did not get the relay may have left the last of them.
    await site.relay();
    expect(await site.deliveries(endpoint.id)).toHaveLength(20);
  });

  test('one of fifty endpoints is dead, and the others do not notice', async () => {
    const site = await openWebhookSite();
    const dead = await site.receiver({ answer: () => {} });
    const receivers: Receiver[] = [];
    const deadOne = await site.endpoint(operatorKey, dead.url);
    const endpoints = [deadOne];
    for (let i = 1; i < 50; i += 1) {
      const receiver = await site.receiver();
      receivers.push(receiver);
      endpoints.push(await site.endpoint(operatorKey, receiver.url));
    }
    for (let i = 0; i < 3; i += 1) await fulfilled(site.t, site.northwind, order());
    await site.relay();
    // The dead one's attempt ends when the test lets it, however long the others take here.
    const patient = createWebhookSender({ rule: local, withinMs: 600_000 });
    onTestFinished(() => patient.close());
    const deliverer = site.deliverer({ sender: async () => patient });
    const [first, ...others] = endpoints.map(({ id }) => deliverer.deliver(id));
    let deadEnded = false;
    const ending = first?.then(() => (deadEnded = true));
    await Promise.all(others);
    // All of them have ended while the dead one's first attempt has not.
    expect(deadEnded).toBe(false);
    for (const receiver of receivers) expect(receiver.received).toHaveLength(3);
    expect(dead.received.length).toBeGreaterThan(0);
    await dead.close();
    await ending;
    expect(await site.deliveries(deadOne.id, 'delivered')).toEqual([]);
    expect(await site.deliveries(deadOne.id, 'pending')).toHaveLength(3);
  });

  test('what a process that was killed had claimed is sent by another', async () => {
    const site = await openWebhookSite();
    let hold = true;
    const receiver = await site.receiver({
      answer: (_, response) => {
        if (!hold) response.writeHead(204).end();
      },
    });
    const endpoint = await site.endpoint(site.northwind, receiver.url);
    await tests(site, endpoint.id, 5);
    const claimSeconds = 2;
    const args = [site.t.databaseUrl, site.sealingKey.toString('hex'), endpoint.id, String(claimSeconds)];
    const killed = spawn(process.execPath, [child, ...args], { stdio: 'inherit' });
    onTestFinished(() => void killed.kill('SIGKILL'));
    await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(0), patience);
    const ended = once(killed, 'exit');
    killed.kill('SIGKILL');
    await ended;
    hold = false;
    const before = idsAt(receiver);
    const deliverer = site.deliverer();
    await vi.waitFor(async () => {
      await deliverer.deliver(endpoint.id);
      expect(await site.deliveries(endpoint.id, 'delivered')).toHaveLength(5);
    }, patience);
    // At least once: what was under way was sent again, nothing was lost.
    expect(new Set(idsAt(receiver)).size).toBe(5);
    expect(before.every((id) => idsAt(receiver).filter((one) => one === id).length === 2)).toBe(true);
  });

  test('closing gives back what was not begun', async () => {
    const site = await openWebhookSite();
    const waiting: (() => void)[] = [];
    const receiver = await site.receiver({
      answer: (_, response) => void waiting.push(() => response.writeHead(204).end()),
    });
    const endpoint = await site.endpoint(site.northwind, receiver.url);
    await tests(site, endpoint.id, 30);
    const first = site.deliverer();
    const running = first.deliver(endpoint.id);
    await vi.waitFor(() => expect(receiver.received).toHaveLength(10), patience);
    const closed = first.close();
    for (const go of waiting.splice(0)) go();
    await closed;
    expect(await running).toEqual({ delivered: 10, failed: 0 });
    const second = site.deliverer().deliver(endpoint.id);
    await vi.waitFor(() => {
      for (const go of waiting.splice(0)) go();
      expect(receiver.received).toHaveLength(30);
    }, patience);
    for (const go of waiting.splice(0)) go();
    const pump = setInterval(() => waiting.splice(0).forEach((go) => go()), 10);
    expect(await second).toEqual({ delivered: 20, failed: 0 });
    clearInterval(pump);
    expect(new Set(idsAt(receiver)).size).toBe(30);
  });
});
