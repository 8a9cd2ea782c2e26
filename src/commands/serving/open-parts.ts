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

export function openWorkers(system: System, { draining }: Process): WorkerProcess {
  const workers = startWorkers({ ...system, sizes: system.configuration });
  draining.opened('workers', (deadlineMs) => workers.close(deadlineMs));
  return workers;
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
