import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWithRedis, freshQueuePrefix } from '#test/environment/redis.ts';
import { addAccount } from '#test/http/holdings.ts';
import { fulfilled, get, operatorKey, orderFor, post } from '#test/http/requests.ts';
import { openTestApp, type TestApp } from '#test/http/test-app.ts';
import {
  boardPath,
  operatorBrowser,
  sameOrigin,
  type OperatorBrowser,
} from '#test/web/operators/operator-browser.ts';
import { createQueueBackend } from '#workers/queue-backend.ts';
import { openQueues } from '#workers/queues.ts';

const code = 'OS-2345-67892-34567-89234-56789-2345A';
const key = 'SP-2222-2222-2222-2222';

let t: TestApp;
let northwind: string;
let browser: OperatorBrowser;

beforeAll(async () => {
  t = await openTestApp();
  northwind = await t.reseller('northwind');
  browser = await operatorBrowser(t);
});
afterAll(() => t.close());

describe('the board', () => {
  test('has our title, logo and environment, and may load nothing from elsewhere', async () => {
    const page = await browser.look(boardPath);
    expect(page.body).toContain('"boardTitle":"Chancery"');
    expect(page.body).toContain('"label":"test"');
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect(page.body).not.toContain('https:');
    expect((await browser.look('/ops/emblem.svg', {})).headers['content-type']).toBe('image/svg+xml');
  });

  test('a queue that is paused on it is named by the overview', async () => {
    const overview = async () => (await browser.look('/ops')).body;
    expect(await overview()).not.toContain('Paused on');
    await browser.change(`${boardPath}/api/queues/mails/pause`);
    expect(await overview()).toMatch(/Paused on the .*: mails\./);
    await browser.change(`${boardPath}/api/queues/mails/resume`);
    expect(await overview()).not.toContain('Paused on');
  });

  test('shows no code anywhere: data, names, results, failures, logs, options', async () => {
    const queue = t.queues.all['upgrade-orders'];
    const data = {
      registrationKey: key.toLowerCase().replaceAll('-', ' '),
      keep: [code, code.replaceAll('-', '').toLowerCase()],
      note: `says ${code} and\n${key}`,
    };
    const job = await queue.add(`name ${code}`, data, { jobId: 'canary' });
    await job.log(`log ${code}\n${key}`);
    await job.updateProgress({ at: code });
    await finish(async () => {
      throw new Error(`failed over ${code}\n${key}`);
    }, 'failed');
    const addresses = [
      '/api/queues?activeQueue=upgrade-orders&status=failed&page=1&jobsPerPage=10',
      '/api/queues/upgrade-orders/canary',
      '/api/queues/upgrade-orders/canary/logs',
      '/api/queues/upgrade-orders/canary/flow',
      '/api/queues?activeQueue=upgrade-orders&page=1&jobsPerPage=10',
      '/api/queues/upgrade-orders/default-job-options',
      '/api/queues/upgrade-orders/metrics',
      '/api/redis/stats',
    ];
    const bodies: string[] = [];
    for (const address of addresses) bodies.push((await browser.look(boardPath + address)).body);
    expect(bodies[0]).toContain('canary');
    expect(bodies[1]).toContain('OS-…-345A');
    const all = bodies
      .join('\n')
      .replaceAll(/[\s-]|\\n/g, '')
      .toUpperCase();
    for (const secret of [code, key]) expect(all).not.toContain(secret.replaceAll('-', ''));
  });

  test('runs failed jobs again, and no others; the server refuses what the page hides', async () => {
    const queue = t.queues.all['upgrade-orders'];
    expect((await browser.change(`${boardPath}/api/queues/upgrade-orders/canary/retry`)).statusCode).toBe(
      204,
    );
    await finish(async () => ({ done: true }), 'completed');
    expect((await browser.change(`${boardPath}/api/queues/upgrade-orders/canary/retry`)).statusCode).toBe(
      403,
    );
    expect((await browser.change(`${boardPath}/api/queues/upgrade-orders/retry/completed`)).statusCode).toBe(
      403,
    );
    expect((await browser.change(`${boardPath}/api/queues/upgrade-orders/retry/failed`)).statusCode).toBe(
      200,
    );
    expect((await browser.change(`${boardPath}/api/queues/upgrade-orders/obliterate`)).statusCode).toBe(403);
    expect((await browser.change(`${boardPath}/api/queues/upgrade-orders/empty`)).statusCode).toBe(403);
    const added = await t.app.inject({
      method: 'POST',
      url: `${boardPath}/api/queues/upgrade-orders/add`,
      payload: { name: 'x', data: {} },
      headers: { cookie: browser.cookie, ...sameOrigin },
    });
    expect(added.statusCode).toBe(403);
    expect(await (await queue.getJob('canary'))?.getState()).toBe('completed');
    const audit = await get(t, operatorKey, '/v1/audit?action=queue-changed&subject=upgrade-orders');
    const changes = audit.json<{ items: { by: string; details: object }[] }>().items;
    expect(changes.map(({ by, details }) => ({ by, ...details }))).toEqual([
      { by: 'operator operator', change: '/queues/:queueName/retry/:queueStatus', jobs: 'failed' },
      { by: 'operator operator', change: '/queues/:queueName/:jobId/retry', job: 'canary' },
    ]);
  });

  test('links a job to the page of its order, which masks every code and escapes what customers wrote', async () => {
    await addAccount(t.database, 'acme', 'northwind', [{ activationCode: code, seats: 20 }]);
    const customer = { account: 'acme', company: '<script>alert(1)</script> & Co', email: 'it@acme.example' };
    const id = await fulfilled(t, northwind, orderFor('acme', { customer }));
    await t.queues.enqueueRecorded('upgrade-order', [id]);
    const job = (await browser.look(`${boardPath}/api/queues/upgrade-orders/${id}`)).json();
    expect(job.job.externalUrl).toMatchObject({ href: `/ops/messages/${id}` });
    const page = await browser.look(`/ops/messages/${id}`);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('OS-…-345A');
    expect(page.body).toContain('20 → 100');
    expect(page.body).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co');
    expect(page.body).not.toContain('<script>');
    const outcome = (
      await t.app.inject({
        url: `/v1/upgrade-orders/${id}`,
        headers: { authorization: `Bearer ${northwind}` },
      })
    ).json();
    for (const secret of [code, outcome.registrationKey]) expect(page.body).not.toContain(secret);
    expect((await browser.look('/ops/messages/0199c0de-0000-7000-8000-000000000001')).statusCode).toBe(404);
  });
});

describeWithRedis('the board of queues on Redis', (redisUrl) => {
  test('shows jobs without codes and refuses to run completed ones again', async () => {
    const prefix = freshQueuePrefix();
    const backend = createQueueBackend({ redisUrl: [redisUrl], databaseUrl: '', prefix, onError: () => {} });
    const queues = openQueues(backend);
    const onRedis = await openTestApp({ queues: Object.values(queues.all) });
    const visitor = await operatorBrowser(onRedis);
    const job = await queues.all['upgrade-orders'].add('upgrade-order.v1', {
      keep: [code],
      note: `\n${key}`,
    });
    const shown = await visitor.look(`${boardPath}/api/queues/upgrade-orders/${String(job.id)}`);
    expect(shown.statusCode).toBe(200);
    expect(shown.body).toContain('OS-…-345A');
    for (const secret of [code, key]) expect(shown.body).not.toContain(secret);
    expect((await visitor.change(`${boardPath}/api/queues/upgrade-orders/retry/completed`)).statusCode).toBe(
      403,
    );
    const metrics = await onRedis.app.inject({ url: '/metrics' });
    expect(metrics.body).toContain('chancery_queue_jobs{queue="upgrade-orders",state="waiting"} 1');
    await onRedis.close();
    await queues.close();
  });
});

test('metrics tell the books, the queues and the requests, without codes', async () => {
  await post(t, northwind, '/v1/upgrade-orders', orderFor('acme', { keep: [code], seats: 300 }));
  await t.app.inject({ url: `/v1/find?code=${code}`, headers: { authorization: `Bearer ${operatorKey}` } });
  const { body, headers } = await browser.look('/metrics', {});
  expect(headers['content-type']).toContain('text/plain');
  expect(body).toMatch(/chancery_messages\{kind="upgrade-order",status="fulfilled"\} 1/);
  expect(body).toMatch(/chancery_messages_received_total\{kind="upgrade-order",outcome="accepted"\} 2/);
  expect(body).toMatch(
    /chancery_http_request_duration_seconds_count\{method="GET",route="\/v1\/find",status="200"\} 1/,
  );
  expect(body).toMatch(/chancery_queue_jobs\{queue="upgrade-orders",state="completed"\} 1/);
  expect(body).toContain('chancery_open_oldest_age_seconds');
  expect(body).toContain('chancery_up{server="postgres"} 1');
  for (const line of body.split('\n'))
    if (line !== '' && !line.startsWith('#')) expect(line).toMatch(/^chancery_/);
  expect(body).not.toContain(code);
});

/** Lets a worker take the next job to its end. */
async function finish(work: () => Promise<unknown>, ending: 'completed' | 'failed'): Promise<void> {
  const backend = createQueueBackend({
    databaseUrl: t.databaseUrl,
    prefix: t.queuePrefix,
    onError: () => {},
  });
  const worker = backend.openWorker('upgrade-orders', work, { concurrency: 1, backoff: () => 0 });
  const ended = new Promise<void>((resolve) => {
    worker.on(ending, () => resolve());
  });
  void worker.run();
  await ended;
  await worker.close();
  await backend.close();
}
