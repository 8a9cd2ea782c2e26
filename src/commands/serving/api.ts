import { openHttp, openParts, openServer } from '#src/commands/serving/open-parts.ts';
import { runProcess } from '#src/commands/serving/run-process.ts';

/** `chancery api`. Refuses a schema that is not current. */
export function runApi(): Promise<0 | 1> {
  return runProcess('api', async (process) => {
    const system = await openParts(process, await openServer(process), 'api');
    const url = await openHttp(system, process);
    const { backend, connections } = system;
    process.log.info({ url, documentation: `${url}/docs`, queues: backend.kind, connections }, 'listening');
  });
}
