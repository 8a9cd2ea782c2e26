import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { renderCertificate } from '#src/certificate/render-pdf.ts';
import { signCertificate } from '#src/certificate/sign.ts';
import { generateSigningKey, publicJwks } from '#src/certificate/signing-key.ts';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { accountView } from '#src/fulfillment/looking/account-view.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { buildApp } from '#src/http/server.ts';
import { createCodeSecret } from '#src/mail/code-secret.ts';
import { networks } from '#src/mechanisms/networks.ts';
import { addReseller } from '#src/persistence/api-keys.ts';
import { inTransaction, openDatabase, type Database } from '#src/persistence/database.ts';
import { migrateAll } from '#src/process/migrate-all.ts';
import { addressRule } from '#src/webhooks/addresses.ts';
import { createSealing } from '#src/webhooks/sealing.ts';
import { startBenchServers } from '#test/bench/bench-servers.ts';
import { busyOrder, code, fill } from '#test/bench/call-costs-data.ts';
import { machine } from '#test/bench/machine.ts';
import { median } from '#test/bench/median.ts';
import { lines, upgradeFacts } from '#test/certificate/sample-facts.ts';
import { sampleKey } from '#test/certificate/sample-key.ts';

const usage = `npm run bench:calls --  [--sizes 10,100,1000,10000,100000]
  What one call of the API costs the process, in milliseconds of its CPU, beside how many things there are.
`;

const rounds = 5;
const operatorKey = 'the-operator-key-of-the-bench';

interface Site {
  readonly size: number;
  readonly fulfillment: Fulfillment;
  readonly call: (method: 'GET' | 'POST', url: string, payload?: object) => Promise<void>;
}

type Measured = (site: Site) => Promise<void>;

const placed = {
  placedAt: new Date().toISOString(),
  customer: { account: 'large', company: 'L', email: 'l@l.example' },
};
const head = { requestNumber: 'MR-1', requestedAt: placed.placedAt };
const calls: readonly (readonly [string, Measured])[] = [
  ['licenses, first page', ({ call }) => call('GET', '/v1/accounts/large/licenses')],
  [
    'mergeable, first page (one product on premises)',
    ({ call }) => call('GET', '/v1/accounts/large/mergeable'),
  ],
  [
    'mergeable of a service (reseller with as many accounts)',
    ({ call }) => call('GET', '/v1/accounts/small-1/mergeable'),
  ],
  [
    'preview of an order',
    ({ call }) =>
      call('POST', '/v1/upgrade-orders?preview=true', {
        ...placed,
        orderNumber: 'PO-X',
        suite: 'SPE',
        seats: 10,
        term: 'P1Y',
      }),
  ],
  [
    'preview of a merge of many licenses (100 at most)',
    ({ call, size }) =>
      call('POST', '/v1/merge-requests?preview=true', {
        ...head,
        kind: 'on-premises',
        account: 'large',
        retain: code(1),
        merge: Array.from({ length: Math.min(100, size - 1) }, (_, i) => code(i + 2)),
      }),
  ],
  ['list of orders, one page', ({ call }) => call('GET', '/v1/upgrade-orders?limit=100')],
  ['holds, one page', ({ call }) => call('GET', '/v1/holds?limit=100')],
  ['find, a code', ({ call }) => call('GET', `/v1/find?code=${code(1)}`)],
  ['search, a company that all have', ({ call }) => call('POST', '/v1/find', { q: 'Small' })],
  [
    'history of an order, decided as often',
    ({ call }) => call('GET', `/v1/upgrade-orders/${busyOrder}/events`),
  ],
  ['licenses of an account, one changed as often', ({ call }) => call('GET', '/v1/accounts/busy/licenses')],
  [
    'orders of one account, one page',
    ({ call }) => call('GET', '/v1/upgrade-orders?account=large&limit=100'),
  ],
  ['events, one page', ({ call }) => call('GET', '/v1/events?limit=100')],
  [
    'account show, all licenses',
    async ({ fulfillment }) =>
      void JSON.stringify(await accountView(fulfillment, 'large', { kind: 'operator' })),
  ],
  [
    'certificate (500 lines at most)',
    async ({ size }) => {
      const facts = upgradeFacts({ lines: lines(Math.min(500, size)) });
      await renderCertificate(facts, signCertificate(facts, sampleKey));
    },
  ],
];

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { sizes: { type: 'string' }, help: { type: 'boolean' } } });
  const sizes = (values.sizes ?? '10,100,1000,10000,100000').split(',').map(Number);
  if (values.help === true || sizes.some((size) => !(size >= 2 && size <= 100_000))) {
    process.stderr.write(usage);
    return values.help === true ? 0 : 2;
  }
  const servers = await startBenchServers();
  try {
    const costs = new Map<string, number[]>();
    for (const size of sizes) {
      process.stderr.write(`${size} licenses, orders, holds and accounts\n`);
      const url = servers.url(`calls_${size}`);
      await servers.clone('template1', `calls_${size}`);
      await migrateAll(url, { redisUrl: undefined });
      const database = openDatabase(url);
      try {
        const apiKey = await inTransaction(database, (tx) => addReseller(tx, 'bench', 'reseller'));
        await fill(database, size);
        await measure(database, size, apiKey, costs);
      } finally {
        await database.close();
      }
    }
    process.stdout.write(`${machine()}\nMilliseconds of CPU of the api process, median of ${rounds}:\n\n`);
    process.stdout.write(`| call | ${sizes.map((size) => size.toLocaleString('en')).join(' | ')} |\n`);
    process.stdout.write(`|---|${sizes.map(() => '---|').join('')}\n`);
    for (const [name, row] of costs)
      process.stdout.write(`| ${name} | ${row.map((cost) => cost.toFixed(1)).join(' | ')} |\n`);
    return 0;
  } finally {
    await servers.stop();
  }
}

async function measure(
  database: Database,
  size: number,
  apiKey: string,
  costs: Map<string, number[]>,
): Promise<void> {
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
    operatorApiKey: operatorKey,
    rateLimitPerMinute: 0,
    environmentName: 'bench',
    logger: pino({ level: 'silent' }),
  });
  const site: Site = {
    size,
    fulfillment,
    call: async (method, url, payload) => {
      const key = url.startsWith('/v1/holds') || url.startsWith('/v1/find') ? operatorKey : apiKey;
      const headers = { authorization: `Bearer ${key}` };
      const answer = await app.inject({ method, url, headers, ...(payload && { payload }) });
      if (answer.statusCode !== 200)
        throw new Error(`${url}: ${answer.statusCode} ${answer.body.slice(0, 500)}`);
    },
  };
  try {
    for (const [name, run] of calls) {
      await run(site);
      const taken: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const before = process.cpuUsage();
        await run(site);
        const { user, system } = process.cpuUsage(before);
        taken.push((user + system) / 1000);
      }
      costs.set(name, [...(costs.get(name) ?? []), median(taken)]);
    }
  } finally {
    await app.close();
  }
}
