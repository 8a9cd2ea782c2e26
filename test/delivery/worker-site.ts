import { pino, type DestinationStream } from 'pino';
import { z } from 'zod';
import { loadCatalog } from '#src/files/catalog-file.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { openSigningKey } from '#src/fulfillment/open-signing-key.ts';
import { networks } from '#src/mechanisms/networks.ts';
import { openDatabase } from '#src/persistence/database.ts';
import { addressRule } from '#src/webhooks/addresses.ts';
import { createSealing } from '#src/webhooks/sealing.ts';
import { createQueueBackend } from '#workers/queue-backend.ts';
import { openQueues } from '#workers/queues.ts';
import { startWorkers } from '#workers/worker-process.ts';

/** Where a worker process finds everything; travels to child processes as JSON. */
export const siteSchema = z.object({
  databaseUrl: z.string(),
  /** Where queues live that are not in Redis. */
  queueDatabaseUrl: z.string(),
  redisUrl: z.string().nullable(),
  prefix: z.string(),
  catalogPath: z.string(),
  /** How often the reconciler looks. Absent: never; what it does has tests of its own. */
  reconcileSeconds: z.number().optional(),
  /** What seals webhook secrets, as hexadecimal text; absent: nobody is told. Webhooks reach this machine. */
  sealingKey: z.string().optional(),
  /** Absent: outcomes go on no queue. */
  outcomesQueue: z.string().optional(),
});
export type WorkerSite = z.infer<typeof siteSchema>;

/** Listens to the queues as a worker process does. Certificates are left unrendered: their rendering has tests of its own. */
export async function openWorkers(
  site: WorkerSite,
  destination: DestinationStream,
): Promise<() => Promise<void>> {
  const log = pino({ base: { pid: process.pid } }, destination);
  const database = openDatabase(site.databaseUrl, {
    onConnectionLost: (message) => log.debug(message),
  });
  const backend = createQueueBackend({
    redisUrl: site.redisUrl === null ? undefined : [site.redisUrl],
    databaseUrl: site.queueDatabaseUrl,
    prefix: site.prefix,
    onError: (err) => log.warn({ err }, 'the queue server has a fault'),
  });
  const queues = openQueues(backend);
  const workers = startWorkers({
    sizes: {
      workerConcurrency: 200,
      batchSize: 100,
      batchSlots: 2,
      certificateConcurrency: 1,
      reconcileIntervalSeconds: site.reconcileSeconds ?? 3600,
    },
    fulfillment: await openFulfillment(database, await loadCatalog(site.catalogPath)),
    backend,
    queues,
    signingKey: await openSigningKey(database, undefined),
    ...(site.sealingKey !== undefined && {
      webhooks: {
        sealing: createSealing([Buffer.from(site.sealingKey, 'hex')]),
        rule: addressRule(networks(['127.0.0.0/8']), true),
        publicUrl: 'https://licenses.example',
      },
    }),
    ...(site.outcomesQueue !== undefined && {
      outcomes: { queue: site.outcomesQueue, publicUrl: 'https://licenses.example' },
    }),
    log,
  });
  return async () => {
    await workers.close(10_000);
    await queues.close();
    await database.close();
  };
}
