import type { Process } from '#src/commands/serving/run-process.ts';
import { openSystem, type System } from '#src/process/system.ts';
import { connectionsOf, type ProcessRole } from '#workers/connections.ts';
import { startWorkers, type WorkerProcess } from '#workers/worker-process.ts';

/** The configured PostgreSQL, or else the embedded one of DATA_DIRECTORY. */
export async function openServer({ configuration, log, draining }: Process): Promise<string> {
  if (configuration.databaseUrl !== undefined) return configuration.databaseUrl;
  const { shareEmbeddedPostgres } = await import('#src/embedded-postgres/shared.ts');
  const embedded = await shareEmbeddedPostgres(configuration.dataDirectory, (line) =>
    log.debug({ line }, 'PostgreSQL'),
  );
  draining.opened('embedded PostgreSQL', (deadlineMs) => embedded.stop(deadlineMs));
  return embedded.url;
}

export async function openParts(
  { configuration, log, draining }: Process,
  databaseUrl: string,
  role: ProcessRole,
): Promise<System> {
  const { ledger, queues, total } = connectionsOf(role, configuration);
  const system = await openSystem({
    configuration,
    databaseUrl,
    log,
    poolSize: ledger,
    ...(queues > 0 && { queueConnections: queues }),
    connections: total,
    applicationName: `chancery ${role}`,
  });
  draining.opened('database and queues', () => system.close());
  return system;
}

/** With the drop folder, if there is one. */
export async function openWorkers(system: System, process: Process): Promise<WorkerProcess> {
  const workers = startWorkers({ ...system, sizes: system.configuration });
  process.draining.opened('workers', (deadlineMs) => workers.close(deadlineMs));
  const { feedDirectory } = system.configuration;
  if (feedDirectory !== undefined) await openFeedFolder(system, process, feedDirectory);
  return workers;
}

/** Watches a drop folder until the process ends. */
export async function openFeedFolder(
  { fulfillment, queues, log }: System,
  { draining }: Process,
  directory: string,
): Promise<void> {
  // Who watches none needs no memory for what reads files.
  const { watchFolder } = await import('#src/files/drop-folder/watch-folder.ts');
  const watch = watchFolder({
    fulfillment,
    directory,
    log,
    enqueue: (kind, ids) => queues.enqueueRecorded(kind, ids),
  });
  draining.opened('drop folder', (deadlineMs) => watch.close(deadlineMs));
}

/** @param workers those of this process, if it has some. @returns where it listens */
export async function openHttp(
  system: System,
  { draining }: Process,
  workers?: WorkerProcess,
): Promise<string> {
  // A worker does without, and takes so much less memory.
  const { listenHttp } = await import('#src/process/http-api.ts');
  const http = await listenHttp(system, draining.isDraining, () => workers?.standstill());
  draining.opened('HTTP', () => http.close());
  return http.url;
}
