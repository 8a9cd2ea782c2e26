import { pino, type DestinationStream } from 'pino';
import { z } from 'zod';
import { loadCatalog } from '#src/files/catalog-file.ts';
import { openFulfillment } from '#src/fulfillment/open-fulfillment.ts';
import { openSigningKey } from '#src/fulfillment/open-signing-key.ts';
import { openDatabase } from '#src/persistence/database.ts';
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
      // Nothing in these tests may depend on the reconciler: what it does has tests of its own.
      reconcileIntervalSeconds: 3600,
    },
    fulfillment: await openFulfillment(database, await loadCatalog(site.catalogPath)),
    backend,
    queues,
    signingKey: await openSigningKey(database, undefined),
    log,
  });
  return async () => {
    await workers.close(10_000);
    await queues.close();
    await database.close();
  };
}
