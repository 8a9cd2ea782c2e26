import type { Logger } from 'pino';

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
export type StopSignal = keyof typeof exitCodes;

/**
 * Resolves with the first SIGINT or SIGTERM: time to finish. A second one ends the process at once, with 130 or 143. An error that
 * nobody handled ends it with 1: what it broke is not known, and everything accepted is safe in Postgres.
 */
export function untilStopped(log: Logger): Promise<StopSignal> {
  const { promise, resolve } = Promise.withResolvers<StopSignal>();
  let isStopping = false;
  const hear = (signal: StopSignal) => {
    if (isStopping) {
      log.warn({ signal }, 'ending at once');
      process.exit(exitCodes[signal]);
    }
    isStopping = true;
    resolve(signal);
  };
  process.on('SIGINT', hear);
  process.on('SIGTERM', hear);
  const die = (what: string) => (error: unknown) => {
    log.fatal({ err: error }, what);
    process.exit(1);
  };
  process.on('uncaughtException', die('an error that nobody handled'));
  process.on('unhandledRejection', die('a rejection that nobody handled'));
  return promise;
}
