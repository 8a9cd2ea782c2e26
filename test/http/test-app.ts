import { pino } from 'pino';
import { generateSigningKey, publicJwks } from '#src/certificate/signing-key.ts';
import { licenseTypes, type LicenseType } from '#src/domain/license.ts';
import { loadCatalog, shippedCatalog } from '#src/files/catalog-file.ts';
import { decideBatch } from '#src/fulfillment/batch/decide-batch.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { deploymentKit } from '#src/fulfillment/looking/deployment-kit.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import type { App } from '#src/http/app.ts';
import { buildApp, type AppOptions } from '#src/http/server.ts';
import { createCodeSecret } from '#src/mail/code-secret.ts';
import { networks } from '#src/mechanisms/networks.ts';
import { addOperator, addReseller } from '#src/persistence/api-keys.ts';
import { inTransaction, openDatabase, type Database } from '#src/persistence/database.ts';
import { addressRule } from '#src/webhooks/addresses.ts';
import { createSealing } from '#src/webhooks/sealing.ts';
import { freshDatabase } from '#test/environment/database.ts';
import { freshQueuePrefix } from '#test/environment/redis.ts';
import { createQueueBackend } from '#workers/queue-backend.ts';
import { openQueues, type Queues } from '#workers/queues.ts';

export interface TestApp {
  readonly app: App;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly queuePrefix: string;
  readonly fulfillment: Fulfillment;
  readonly queues: Queues;
  /** What was logged, line by line. */
  readonly logged: readonly string[];
  readonly signingKey: ReturnType<typeof generateSigningKey>;
  /** Ids that were put on queues. */
  readonly enqueued: readonly string[];
  reseller(name: string, licenseType?: LicenseType): Promise<string>;
  operator(name: string): Promise<string>;
  /** Decides everything named, as a worker would. */
  fulfil(...ids: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** An app on a database of its own; the queues live in PostgreSQL unless the test brings others. */
export async function openTestApp(options: Partial<AppOptions> = {}): Promise<TestApp> {
  const { url, drop } = await freshDatabase();
  const database = openDatabase(url);
  const fulfillment =
    options.fulfillment ?? (await openFulfillment(database, await loadCatalog(shippedCatalog)));
  const queuePrefix = freshQueuePrefix();
  const backend = createQueueBackend({ databaseUrl: url, prefix: queuePrefix, onError: () => {} });
  const queues = openQueues(backend);
  const logged: string[] = [];
  const enqueued: string[] = [];
  const signingKey = generateSigningKey();
  const app = await buildApp({
    fulfillment,
    enqueue: async (_, ids) => void enqueued.push(...ids),
    queues: Object.values(queues.all),
    pingQueue: () => queues.ping(),
    certificates: { jwks: async () => publicJwks([signingKey]) },
    kit: (key, account) =>
      deploymentKit(fulfillment, { signingKey, publicUrl: () => 'https://licenses.example/' }, key, account),
    webhooks: {
      sealing: createSealing([Buffer.from(signingKey.seed, 'base64url')]),
      rule: addressRule(networks([]), false),
    },
    codeSecret: createCodeSecret(Buffer.from(signingKey.seed, 'base64url')),
    operatorApiKey: 'the-operator-key-of-the-environment',
    rateLimitPerMinute: 0,
    environmentName: 'test',
    logger: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
    ...options,
  });
  await app.ready();
  return {
    app,
    database,
    databaseUrl: url,
    queuePrefix,
    fulfillment,
    queues,
    logged,
    signingKey,
    enqueued,
    reseller: (name, licenseType = licenseTypes[0]) =>
      inTransaction(database, (tx) => addReseller(tx, name, licenseType)),
    operator: (name) => inTransaction(database, (tx) => addOperator(tx, name)),
    async fulfil(...ids) {
      await decideBatch(
        fulfillment,
        ids.map((recorded) => ({ recorded })),
      );
    },
    async close() {
      await app.close();
      await queues.close();
      await database.close();
      await drop();
    },
  };
}

/** Lets the app listen, for what has to come through a socket. @returns its address */
export function listening({ app }: TestApp): Promise<string> {
  return app.listen({ host: '127.0.0.1', port: 0 });
}
