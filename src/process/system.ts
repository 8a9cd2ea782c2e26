import type { Logger } from 'pino';
import { queueNames } from '#jobs/queues.ts';
import type { PublicJwks } from '#src/certificate/public-jwks.ts';
import type { SigningKey } from '#src/certificate/signing-key.ts';
import { ConfigurationError, placeOf, publicUrlOf, type Configuration } from '#src/configuration.ts';
import { loadCatalog } from '#src/files/catalog-file.ts';
import { certificateKeys } from '#src/fulfillment/certificate-keys.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { openSigningKey } from '#src/fulfillment/open-signing-key.ts';
import { withinDeadline } from '#src/mechanisms/within-deadline.ts';
import { requireCurrentSchema } from '#src/persistence/current-schema.ts';
import { openDatabase, reading, type Database } from '#src/persistence/database.ts';
import { readLedgerIdentity } from '#src/persistence/ledger-identity.ts';
import { requireOwnSessions } from '#src/persistence/session-pooling.ts';
import { keepCertificateKeys } from '#src/process/certificate-keys-file.ts';
import { openMail } from '#src/process/mail.ts';
import { openWebhooks } from '#src/process/webhooks.ts';
import { createMeters, type WorkMetrics } from '#src/watch/work-metrics.ts';
import { createAnnouncer } from '#workers/announcer.ts';
import type { OutcomesSettings } from '#workers/outcomes-relay.ts';
import type { MailSettings, WebhookSettings } from '#workers/owed.ts';
import { requirePreparedQueues } from '#workers/prepare-queues.ts';
import { createQueueBackend, type QueueBackend } from '#workers/queue-backend.ts';
import { ForeignQueuesError } from '#workers/queue-ownership.ts';
import { openQueues, type Queues } from '#workers/queues.ts';

/** Everything that the parts of a process share, opened. */
export interface System {
  readonly configuration: Configuration;
  readonly databaseUrl: string;
  /** To PostgreSQL, at most; undefined for what runs only for a while. */
  readonly connections: number | undefined;
  readonly log: Logger;
  readonly database: Database;
  readonly backend: QueueBackend;
  readonly queues: Queues;
  readonly fulfillment: Fulfillment;
  readonly signingKey: SigningKey;
  /** The keys that certificates are checked against. */
  readonly jwks: () => Promise<PublicJwks>;
  readonly mail: MailSettings;
  readonly webhooks: WebhookSettings;
  /** What this process has done, for its metrics. */
  readonly work: WorkMetrics;
  /** Absent: outcomes go on no queue. */
  readonly outcomes: OutcomesSettings | undefined;
  /** Queues first, then the database. A server that is away does not hold it up. */
  close(): Promise<void>;
}

export interface SystemOptions {
  readonly configuration: Configuration;
  readonly databaseUrl: string;
  readonly log: Logger;
  /** Connections at most, besides those of queues in PostgreSQL. */
  readonly poolSize: number;
  /** Of queues in PostgreSQL, at most. */
  readonly queueConnections?: number;
  /** Of both together, where that is said. */
  readonly connections?: number;
  /** How PostgreSQL shows the process. */
  readonly applicationName: string;
}

/** Closing connections to a server that is away must not keep a process. */
const closingDeadlineMs = 3000;

const claimingDeadlineMs = 3000;

/**
 * Opens database, queues and catalog. The queue server may be away: what is accepted then is found later.
 * @throws SessionsSharedError, SchemaNotCurrentError, QueuesNotPreparedError, CatalogError, ForeignQueuesError
 */
export async function openSystem(options: SystemOptions): Promise<System> {
  const { configuration, databaseUrl, log, poolSize, applicationName } = options;
  const outcomes = outcomesOf(configuration);
  const catalog = await loadCatalog(configuration.catalogPath);
  // Connections that end while we close are no news.
  let isClosing = false;
  const database = openDatabase(databaseUrl, {
    poolSize,
    applicationName,
    onConnectionLost: (message) => {
      if (!isClosing) log.warn({ message }, 'PostgreSQL dropped a connection');
    },
  });
  const hearQueueFault = quietly(log);
  try {
    await requireOwnSessions(databaseUrl);
    await requireCurrentSchema(database);
    if (configuration.redisUrl === undefined) await requirePreparedQueues(database);
    const signingKey = await openSigningKey(database, configuration.certificateSigningKey);
    const jwks = () => certificateKeys(database, configuration);
    await keepCertificateKeys(configuration.dataDirectory, await jwks());
    const backend = createQueueBackend({
      redisUrl: configuration.redisUrl,
      ...(options.queueConnections !== undefined && { queueConnections: options.queueConnections }),
      redisCa: configuration.redisCa,
      databaseUrl,
      ledger: { ...(await readLedgerIdentity(reading(database))), place: placeOf(configuration) },
      onError: (error) => {
        if (!isClosing) hearQueueFault(error);
      },
    });
    await refuseForeignQueues(backend);
    const queues = openQueues(backend);
    const announce = createAnnouncer(queues);
    const meters = createMeters();
    const fulfillment = await openFulfillment(database, catalog, {
      events: configuration.events === 'on',
      meters: meters.meters,
      announce: (owed) => {
        announce(owed).catch(() =>
          log.warn('the queue server is away; the reconciler will enqueue what a commit left to be done'),
        );
      },
    });
    const close = async () => {
      isClosing = true;
      await withinDeadline(queues.close(), closingDeadlineMs).catch(() => false);
      await withinDeadline(database.close(), closingDeadlineMs);
    };
    return {
      configuration,
      databaseUrl,
      connections: options.connections,
      log,
      database,
      backend,
      queues,
      fulfillment,
      signingKey,
      jwks,
      mail: await openMail(configuration),
      webhooks: await openWebhooks(database, configuration),
      work: meters,
      outcomes,
      close,
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function outcomesOf(configuration: Configuration): OutcomesSettings | undefined {
  const { events, outcomesQueue: queue } = configuration;
  // A queue of ours cannot be that of others, too.
  if (queueNames.some((name) => name === queue))
    throw new ConfigurationError([
      { variable: 'OUTCOMES_QUEUE', message: 'must not be one of our own queues' },
    ]);
  if (events === 'off' || queue === undefined) return undefined;
  return { queue, publicUrl: publicUrlOf(configuration) };
}

/** A queue server that is away is no reason not to start: workers ask again before they take jobs, and readiness tells. */
async function refuseForeignQueues(backend: QueueBackend): Promise<void> {
  try {
    await withinDeadline(backend.claim(), claimingDeadlineMs);
  } catch (error) {
    if (!(error instanceof ForeignQueuesError)) return;
    await backend.close();
    throw error;
  }
}

/** Clients report every failed attempt to reconnect; one line a second tells as much. */
function quietly(log: Logger): (error: Error) => void {
  let saidAt = -Infinity;
  return (error) => {
    if (performance.now() - saidAt < 1000) return;
    saidAt = performance.now();
    log.warn({ err: error }, 'the queue server has a fault; it is tried again');
  };
}
