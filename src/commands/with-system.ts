import { withServer } from '#src/commands/with-server.ts';
import { readConfiguration, type Configuration } from '#src/configuration.ts';
import { openSystem, type System } from '#src/process/system.ts';
import { createLog } from '#src/watch/log.ts';

/** For commands that fulfil, preview or enqueue. */
export function withSystem<T>(work: (system: System) => Promise<T>): Promise<T> {
  const configuration = readConfiguration();
  return withServer(configuration, async (databaseUrl) => {
    const system = await openSystem({
      configuration,
      databaseUrl,
      log: createLog({ level: quieter(configuration.logLevel), name: 'command' }),
      poolSize: 4,
      applicationName: 'chancery command',
    });
    try {
      return await work(system);
    } finally {
      await system.close();
    }
  });
}

/** A command speaks for itself: of its log, what is wrong is enough unless more is asked for. */
function quieter(level: Configuration['logLevel']): Configuration['logLevel'] {
  return level === 'info' || level === 'warn' ? 'error' : level;
}
