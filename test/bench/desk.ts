import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { generateSigningKey, publicJwks } from '#src/certificate/signing-key.ts';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import { makeOperator, makeReseller } from '#src/fulfillment/batch/key-holders.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { buildApp } from '#src/http/server.ts';
import { createCodeSecret } from '#src/mail/code-secret.ts';
import { networks } from '#src/mechanisms/networks.ts';
import { openDatabase, reading, statement } from '#src/persistence/database.ts';
import { migrateAll } from '#src/process/migrate-all.ts';
import { addressRule } from '#src/webhooks/addresses.ts';
import { createSealing } from '#src/webhooks/sealing.ts';
import { startBenchServers } from '#test/bench/bench-servers.ts';
import { machine } from '#test/bench/machine.ts';
import { median } from '#test/bench/median.ts';
import { portalPages } from '#test/bench/portal-pages.ts';
import { everyLook, look } from '#test/desk/desk-tour.ts';
import { fillDesk } from '#test/desk/fill-desk.ts';

const usage = `npm run bench:desk --  [--orders 1000000] [--rounds 20]
  How long the server takes for each page and search of the operators' desk, and for the portal's pages of a customer with
  100 licenses, with so many orders in the tables.
`;

/** Milliseconds; what a page may take. */
const mostMs = 50;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { orders: { type: 'string' }, rounds: { type: 'string' }, help: { type: 'boolean' } },
  });
  const orders = Number(values.orders ?? 1_000_000);
  const rounds = Number(values.rounds ?? 20);
  if (values.help === true || !(orders >= 10_000) || !(rounds >= 1)) {
    process.stderr.write(usage);
    return values.help === true ? 0 : 2;
  }
  const servers = await startBenchServers();
  try {
    const url = servers.url('desk');
    await servers.clone('template1', 'desk');
    await migrateAll(url, { redisUrl: undefined });
    const database = openDatabase(url);
    try {
      return await measure(url, database, orders, rounds);
    } finally {
      await database.close();
    }
  } finally {
    await servers.stop();
  }
}

async function measure(
  url: string,
  database: ReturnType<typeof openDatabase>,
  orders: number,
  rounds: number,
): Promise<number> {
  const signingKey = generateSigningKey();
  const fulfillment = await openFulfillment(database, await loadCatalog(shippedCatalog));
  const app = await buildApp({
    fulfillment,
    enqueue: async () => {},
    queues: [],
    pingQueue: async () => undefined,
    certificates: { jwks: async () => publicJwks([signingKey]) },
    kit: async () => ({ outcome: 'unknown' }),
    webhooks: {
      sealing: createSealing([Buffer.from(signingKey.seed, 'base64url')]),
      rule: addressRule(networks([]), false),
    },
    codeSecret: createCodeSecret(Buffer.from(signingKey.seed, 'base64url')),
    rateLimitPerMinute: 0,
    environmentName: 'bench',
    logger: pino({ level: 'silent' }),
  });
  try {
    const by = 'operator bench';
    const apiKey = await makeReseller(database, 'northwind', 'reseller', { by });
    const operator = await makeOperator(database, 'maria', 'admin', { by });
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/upgrade-orders',
      headers: { authorization: `Bearer ${apiKey}` },
      payload: {
        orderNumber: 'PO-real',
        placedAt: new Date().toISOString(),
        customer: { company: 'ACME GmbH', email: 'it@acme.example' },
        suite: 'SPC',
        seats: 100,
        term: 'P1Y',
      },
    });
    await decideBatch(fulfillment, [{ recorded: answer.json<{ id: string }>().id }]);
    const [real] = await statement<{ facts: object }>(reading(database), 'select facts from certificate');
    process.stderr.write(`filling the tables with ${orders.toLocaleString('en')} orders\n`);
    const desk = await fillDesk(url, orders, real?.facts ?? {});
    process.stderr.write('measuring\n');
    const rows: { readonly name: string; readonly typical: number; readonly worst: number }[] = [];
    const looks = [
      ...everyLook(desk).map((one) => ({ name: one.name, read: () => look({ app }, operator, one) })),
      ...(await portalPages(database, app)),
    ];
    for (const { name, read } of looks) {
      await read();
      const taken: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const begun = performance.now();
        await read();
        taken.push(performance.now() - begun);
      }
      rows.push({ name, typical: median(taken), worst: Math.max(...taken) });
    }
    const { rows: sizes } = await database.pool.query<{ size: string }>(
      'select pg_size_pretty(pg_database_size(current_database())) as size',
    );
    process.stdout.write(
      `${machine()}\n${orders.toLocaleString('en')} orders, ${sizes[0]?.size ?? ''} in all; `,
    );
    process.stdout.write(`milliseconds from the request to the whole answer, ${rounds} times each:\n\n`);
    process.stdout.write('| page or search | median | worst |\n|---|---|---|\n');
    for (const { name, typical, worst } of rows)
      process.stdout.write(`| ${shown(name)} | ${typical.toFixed(1)} | ${worst.toFixed(1)} |\n`);
    const slow = rows.filter(({ typical }) => typical > mostMs);
    process.stdout.write(
      `\n${slow.length === 0 ? `All within ${mostMs} ms.` : `NOT within ${mostMs} ms: ${slow.map(({ name }) => shown(name)).join(', ')}`}\n`,
    );
    return slow.length === 0 ? 0 : 1;
  } finally {
    await app.close();
  }
}

/** Ids say nothing in a table of figures. */
function shown(name: string): string {
  return name.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID');
}
