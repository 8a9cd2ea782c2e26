import { openHttp, openParts, openServer } from '#src/commands/serving/open-parts.ts';
import { runProcess } from '#src/commands/serving/run-process.ts';

/** The intake has three transactions at once, and as many more for idempotency keys; reads and probes take the rest. */
const poolSize = 10;

/** `chancery api`. Refuses a schema that is not current. */
export function runApi(): Promise<0 | 1> {
  return runProcess('api', async (process) => {
    const system = await openParts(process, await openServer(process), poolSize, 'chancery api');
    const url = await openHttp(system, process);
    process.log.info({ url, documentation: `${url}/docs`, queues: system.backend.kind }, 'listening');
  });
}
