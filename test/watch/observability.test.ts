import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { openPlace } from '#test/commands/run-chancery.ts';
import { freshDatabase } from '#test/environment/database.ts';
import { eventually } from '#test/environment/redis-places.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const rules = read('observability/alerts.yml');
const dashboard = z
  .object({ panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })) })) })
  .parse(JSON.parse(read('observability/grafana/chancery.json')));
const alerts = [...rules.matchAll(/^ {6}- alert: (\w+)$/gm)].map(([, name]) => name);
const processesMs = 600_000;

/** Names of our metrics in a text; of a histogram, its own. */
function metricsIn(text: string): ReadonlySet<string> {
  return new Set(
    [...text.matchAll(/\bchancery_\w+/g)].map(([name]) => name.replace(/_(?:bucket|sum|count)$/, '')),
  );
}

const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;

describe.skipIf(!hasPromtool)('the alert rules (promtool)', () => {
  test.each([
    ['are rules', ['check', 'rules', 'alerts.yml']],
    ['raise and end as they should', ['test', 'rules', 'alerts.test.yml']],
    ['are what the configuration loads', ['check', 'config', 'prometheus.yml']],
  ])('%s', (_, options) => {
    const cwd = fileURLToPath(new URL('observability', root));
    const { status, stdout, stderr } = spawnSync('promtool', options, { cwd, encoding: 'utf8' });
    expect({ status, told: status === 0 ? '' : `${stdout}${stderr}` }).toEqual({ status: 0, told: '' });
  });
});

test('every alarm of the runbook has a rule, and every rule an alarm and a section that says what to do', () => {
  const runbook = read('docs/runbook.md');
  const [, table = ''] = /## Alarms worth having\n(.*?)\n## /s.exec(runbook) ?? [];
  expect([...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)).toEqual(alerts);
  const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
  for (const [, section] of rules.matchAll(/runbook: docs\/runbook\.md#(\S+)/g))
    expect(sections).toContain(section);
  expect(rules.match(/runbook: docs\/runbook\.md#/g)).toHaveLength(alerts.length);
});

test(
  'every metric of the rules, the dashboard and the runbook is exported by an api and a worker process, and counts their work',
  { timeout: processesMs },
  async () => {
    const database = await freshDatabase();
    const place = await openPlace();
    onTestFinished(async () => {
      await place.remove();
      await database.drop();
    });
    const environment = { DATABASE_URL: database.url };
    const started = async (name: string, word: string) => {
      const running = place.start([name], environment);
      onTestFinished(async () => {
        running.signal('SIGTERM');
        await running.ended;
      });
      return /"(?:url|probes)":"(http:[^"]+)"/.exec(await running.said(`"msg":"${word}"`))?.[1] ?? '';
    };
    const { apiKey } = z
      .object({ apiKey: z.string() })
      .parse(await place.json(['reseller', 'add', 'northwind', '--json'], environment));
    const [api, worker] = await Promise.all([started('api', 'listening'), started('worker', 'working')]);
    const scrape = async (origin: string) => (await fetch(`${origin}/metrics`)).text();

    const order = {
      orderNumber: 'PO-1',
      placedAt: '2026-11-20T09:30:00Z',
      suite: 'SPC',
      seats: 10,
      term: 'P1Y',
      customer: { company: 'Harbor', email: 'desk@harbor.example', country: 'DE' },
    };
    const answer = await fetch(`${api}/v1/upgrade-orders`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    expect({ status: answer.status, body: await answer.text() }).toMatchObject({ status: 202 });
    await eventually(async () =>
      (await scrape(worker)).includes(
        'chancery_decisions_total{kind="upgrade-order",status="fulfilled",code=""} 1',
      ),
    );
    await eventually(async () => (await scrape(worker)).includes('chancery_certificates_rendered_total 1'));
    await eventually(async () =>
      /chancery_mail_attempts_total\{outcome="sent"\} 1/.test(await scrape(worker)),
    );
    expect(await place.run(['reconcile', '--check'], environment)).toMatchObject({ code: 0 });

    const [ofApi, ofWorker] = await Promise.all([scrape(api), scrape(worker)]);
    expect(ofWorker).toContain('chancery_batch_messages_count 1');
    expect(ofWorker).toMatch(/^chancery_books_checked_timestamp_seconds 1\d{9}/m);
    expect(ofWorker).toContain('chancery_live 1');
    expect(ofApi).toContain('chancery_ready 1');
    expect(ofApi).toContain('chancery_messages_received_total{kind="upgrade-order",outcome="accepted"} 1');
    const exported = new Set(
      [...`${ofApi}\n${ofWorker}`.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name),
    );
    const asked = [
      rules,
      read('docs/runbook.md'),
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ];
    const missing = [...metricsIn(asked.join('\n'))].filter((name) => !exported.has(name));
    expect(missing).toEqual([]);
  },
);
