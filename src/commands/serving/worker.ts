import { openParts, openServer, openWorkers } from '#src/commands/serving/open-parts.ts';
import { runProcess } from '#src/commands/serving/run-process.ts';
import { listenProbes } from '#src/process/worker-probes.ts';
import type { WorkerProcess } from '#workers/worker-process.ts';

/** `chancery worker`. Refuses a schema that is not current. */
export function runWorker(): Promise<0 | 1> {
  return runProcess('worker', async (process) => {
    const { draining, log } = process;
    const system = await openParts(process, await openServer(process), 'worker');
    let workers: WorkerProcess | undefined;
    const probes = await listenProbes(
      system,
      draining.isDraining,
      () => workers?.standstill(),
      () => workers?.fault(),
    );
    if (probes) draining.opened('probes', () => probes.close());
    workers = await openWorkers(system, process);
    log.info(
      { probes: probes?.url, queues: system.backend.kind, connections: system.connections },
      'working',
    );
  });
}
