import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { connectionTo } from '#src/persistence/reaching.ts';
import { openPlace } from '#test/commands/run-chancery.ts';
import { oldestPostgres } from '#test/environment/installed-postgres.ts';
import { replicatedPostgres } from '#test/environment/replicated-postgres.ts';

const longMs = 900_000;

const why = oldestPostgres.absence === null ? '' : ` (${oldestPostgres.absence})`;

describe.skipIf(oldestPostgres.absence !== null)(
  `two PostgreSQL servers, of which the primary dies${why}`,
  { timeout: longMs },
  () => {
    test('api and worker go on at the standby, and nothing that was acknowledged is lost or doubled', async () => {
      const servers = await replicatedPostgres(oldestPostgres.programs);
      onTestFinished(() => servers.stop());
      const place = await openPlace({
        DATABASE_URL: servers.url,
        OPERATOR_API_KEY: 'operator-0123456789-0123456789',
        RECONCILE_INTERVAL_SECONDS: '2',
      });
      onTestFinished(() => place.remove());
      expect(await place.run(['migrate'])).toMatchObject({ code: 0 });
      const added = await place.json(['reseller', 'add', 'northwind', '--json']);
      const { apiKey } = z.object({ apiKey: z.string() }).parse(added);
      const [api, worker] = [place.start(['api']), place.start(['worker'])];
      const url = /listening at (http:[^"]+)"/.exec(await api.said('istening at http'))?.[1] ?? '';
      await worker.said('"msg":"working"');

      const acknowledged: string[] = [];
      let sent = 0;
      /** Sends until so many more were acknowledged. */
      const accept = async (more: number) => {
        const wanted = acknowledged.length + more;
        while (acknowledged.length < wanted) {
          sent += 1;
          const status = await post(url, apiKey, `PO-${sent}`);
          if (status === 202) acknowledged.push(`PO-${sent}`);
          else expect(status).toBe(503);
          if (status !== 202) await delay(100);
        }
      };
      await accept(40);
      // While orders are on their way.
      const going = accept(20);
      servers.killPrimary();
      await expect.poll(() => ready(url), { timeout: longMs / 3 }).toMatchObject({ status: 503 });
      await servers.promoteStandby();
      await going;
      await accept(40);

      const client = new Client(await connectionTo(servers.url));
      await client.connect();
      onTestFinished(() => client.end());
      const open = async () =>
        (
          await client.query("select number from message where number = any ($1) and status <> 'fulfilled'", [
            acknowledged,
          ])
        ).rows;
      await expect.poll(open, { timeout: longMs / 3 }).toEqual([]);
      const { rows } = await client.query(
        'select count(*)::int, count(distinct number)::int as numbers from message where number = any ($1)',
        [acknowledged],
      );
      expect(rows).toEqual([{ count: acknowledged.length, numbers: acknowledged.length }]);
      await expect.poll(() => ready(url), { timeout: longMs / 3 }).toMatchObject({ status: 200 });
      expect(await place.run(['reconcile', '--check'])).toMatchObject({ code: 0 });
      for (const one of [api, worker]) {
        one.signal('SIGTERM');
        expect((await one.ended).code).toBe(0);
      }
    });
  },
);

async function ready(url: string) {
  const response = await fetch(`${url}/health/ready`);
  return { status: response.status, body: await response.text() };
}

async function post(url: string, key: string, orderNumber: string): Promise<number> {
  const response = await fetch(`${url}/v1/upgrade-orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      orderNumber,
      placedAt: '2026-11-20T09:30:00Z',
      customer: { company: 'ACME GmbH', email: 'it@acme.example' },
      suite: 'SPC',
      seats: 10,
      term: 'P1Y',
    }),
  });
  await response.text();
  return response.status;
}
