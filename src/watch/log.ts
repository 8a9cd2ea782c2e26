import { pino, stdSerializers, type DestinationStream, type Logger } from 'pino';
import { maskCodesIn, maskCodesInValue } from '#src/domain/masked-codes.ts';
import { printable, shortened } from '#src/mechanisms/printable.ts';
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
      formatters: { level: (label) => ({ level: label }), log: shownFields },
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

/** A stranger can name jobs, fields and files: whatever stands in a field is masked, printable, and not endless. */
function shownFields(fields: Record<string, unknown>): Record<string, unknown> {
  let shown = fields;
  for (const [name, value] of Object.entries(fields)) {
    const one = shownField(value);
    // Nearly every line is fit to be shown as it is, and a worker writes one for each job.
    if (one !== value) shown = { ...shown, [name]: one };
  }
  return shown;
}

const longestField = 500;

function shownField(value: unknown): unknown {
  if (typeof value === 'string') return shown(value, longestField);
  // Errors are written by their serializer.
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  return maskCodesInValue(value, { depth: 8, values: 500, text: longestField });
}

function shown(text: string, longest: number): string {
  return printable(maskCodesIn(shortened(text, longest)));
}

const longestStack = 20_000;

/** Messages and stack traces of libraries may quote content; details of PostgreSQL's errors always do, and are left out. */
function maskedError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? shown(error, longestField) : error;
  const { type, message, stack } = stdSerializers.err(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const constraint =
    'constraint' in error && typeof error.constraint === 'string' ? error.constraint : undefined;
  const lines = shortened(stack, longestStack).split('\n');
  return {
    type,
    code,
    constraint,
    message: shown(message, longestStack),
    stack: lines.map((line) => shown(line, longestStack)).join('\n'),
  };
}
