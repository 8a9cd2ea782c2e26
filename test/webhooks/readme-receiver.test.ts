import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '#test/environment/free-port.ts';
import { fulfilled, order } from '#test/http/requests.ts';
import { openWebhookSite } from '#test/webhooks/webhook-site.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** On a busy machine. */
const patience = { timeout: 60_000, interval: 50 };

test('the receiver of README.md, as it stands there, verifies what it is told and refuses the rest', async () => {
  const readme = await readFile(join(checkout, 'README.md'), 'utf8');
  const [, code = ''] = /<!-- receiver -->\s+```js\n(.*?)```/s.exec(readme) ?? [];
  // Beside what is installed here, where its import is found.
  const folder = await mkdtemp(join(checkout, 'node_modules', '.receiver-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'receiver.mjs');
  await writeFile(file, code);
  const site = await openWebhookSite();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const endpoint = await site.endpoint(site.northwind, url);
  const child = spawn(process.execPath, [file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PORT: String(port), WEBHOOK_SECRET: endpoint.secret },
  });
  onTestFinished(async () => {
    child.kill();
    await once(child, 'exit');
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => void lines.push(line));
  await vi.waitFor(
    async () => expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(400),
    patience,
  );
  const id = await fulfilled(site.t, site.northwind, order());
  await site.tell(endpoint.id);
  const [delivery] = await site.deliveries(endpoint.id);
  expect(delivery).toMatchObject({ state: 'delivered', attempts: [{ status: 204 }] });
  await vi.waitFor(() => {
    expect(lines).toEqual([
      `${delivery?.event} upgrade_order.fulfilled https://licenses.example/v1/upgrade-orders/${id}`,
    ]);
  }, patience);
});
