import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino';
import { maskCodesIn } from '#src/domain/masked-codes.ts';
import { readableLines } from '#src/watch/readable-log.ts';

export interface LogOptions {
  readonly level: string;
  /** Which process speaks: `api`, `worker`, `start`. */
  readonly name: string;
  /** By default stderr: stdout is for results. */
  readonly destination?: DestinationStream | undefined;
}

/** The log of a process: JSON lines, or readable ones when a person looks on. Errors are written with codes masked. */
export function createLog({ level, name, destination = stderrDestination() }: LogOptions): Logger {
  return pino(
    {
      level,
      base: { name, pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: maskedError, error: maskedError },
    },
    destination,
  );
}

/**
 * Lines go out at the end of the turn of the event loop that wrote them, in one piece: a batch ends a hundred jobs in one turn. They are
 * written synchronously, also when the process ends: what was said before it died is what one wants to read then.
 */
function stderrDestination(): DestinationStream & { flushSync?: () => void } {
  if (process.stderr.isTTY) return readableLines(process.stderr);
  const stderr = pino.destination({ dest: 2, sync: true });
  let lines = '';
  const flush = () => {
    const gathered = lines;
    lines = '';
    try {
      if (gathered !== '') stderr.write(gathered);
    } catch {
      // A full disk must not end the process, and there is nowhere left to say so.
    }
  };
  process.once('exit', flush);
  return {
    write(line) {
      if (lines === '') setImmediate(flush);
      lines += line;
    },
    // After a `fatal` pino asks for it: the process may not live to the end of the turn.
    flushSync: flush,
  };
}

/** Messages and stack traces of libraries may quote content; details of PostgreSQL's errors always do, and are left out. */
function maskedError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? maskCodesIn(error) : error;
  const { type, message, stack } = stdSerializers.err(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { type, code, message: maskCodesIn(message), stack: maskCodesIn(stack) };
}
