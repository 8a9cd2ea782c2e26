import type { Logger } from 'pino';
import { readConfiguration, type Configuration } from '#src/configuration.ts';
import { Draining } from '#src/process/draining.ts';
import { giveBackStartingMemory } from '#src/process/starting-memory.ts';
import { untilStopped } from '#src/process/stop-signals.ts';
import { createLog } from '#src/watch/log.ts';

export interface Process {
  readonly configuration: Configuration;
  readonly log: Logger;
  readonly draining: Draining;
}

/**
 * The life of a process that runs until it is told to stop: `open` opens what it needs and registers it; on SIGINT or SIGTERM all of it
 * is closed within DRAIN_DEADLINE_SECONDS. @returns 0, or 1 when work was left unfinished, which then runs again elsewhere
 */
export async function runProcess(name: string, open: (process: Process) => Promise<void>): Promise<0 | 1> {
  const configuration = readConfiguration();
  const log = createLog({ level: configuration.logLevel, name });
  const stopped = untilStopped(log);
  const draining = new Draining(log);
  const deadlineMs = configuration.drainDeadlineSeconds * 1000;
  try {
    await open({ configuration, log, draining });
  } catch (error) {
    await draining.close(deadlineMs);
    throw error;
  }
  giveBackStartingMemory();
  const signal = await stopped;
  log.info({ signal, deadlineSeconds: configuration.drainDeadlineSeconds }, 'finishing what is under way');
  const startedAt = performance.now();
  const finished = await draining.close(deadlineMs);
  const durationMs = Math.round(performance.now() - startedAt);
  if (finished) log.info({ durationMs }, 'stopped');
  else log.warn({ durationMs }, 'stopped before all work was finished; what was not runs again elsewhere');
  return finished ? 0 : 1;
}
