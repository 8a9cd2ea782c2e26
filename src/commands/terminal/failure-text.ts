import { maskCodesIn } from '#src/domain/masked-codes.ts';

/** Errors of ours whose message is written for the person at the terminal. */
const told = new Set([
  'CommandError',
  'ConfigurationError',
  'CatalogError',
  'HolderError',
  'EmbeddedPostgresError',
  'ImportInterruptedError',
  'SchemaNotCurrentError',
  'QueuesNotPreparedError',
  'SessionsSharedError',
  'NoHostError',
  'QueueServerAwayError',
  'ForeignQueuesError',
]);

const doctor = '"chancery doctor" checks everything and says what to do.';

/** One clear sentence (or a list of faults) and what to do. The stack trace is added on `debug` alone; codes are masked. */
export function failureText(error: unknown, debug: boolean): string {
  const text = sentenceOf(error);
  const stack = debug && error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : '';
  return maskCodesIn(text + stack);
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return `The command failed: ${String(error)}`;
  if (told.has(error.name)) return error.message;
  const cause = rootOf(error);
  const code = codeOf(cause);
  switch (code ?? '') {
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
    case 'ECONNRESET':
      return `A server cannot be reached: ${cause.message || (code ?? '')}. Is it running, and are DATABASE_URL and REDIS_URL right? ${doctor}`;
    case '28P01':
    case '28000':
      return `PostgreSQL refuses the user or password of DATABASE_URL: ${cause.message}. ${doctor}`;
    case '3D000':
      return `PostgreSQL has no such database: ${cause.message}. Create it, or correct DATABASE_URL.`;
    case '42501':
      return `PostgreSQL refuses it for lack of rights: ${cause.message}. ${doctor}`;
    case '57P03':
      return `PostgreSQL is starting or stopping: ${cause.message}. Try again in a moment.`;
    case 'EADDRINUSE':
      return `The port is taken: ${cause.message}. Stop what uses it, or set HTTP_PORT to another one.`;
    case 'EACCES':
    case 'ENOENT':
      return `A file or folder cannot be used: ${cause.message}.`;
    default:
      return `The command failed: ${firstLine(cause.message || cause.name)} LOG_LEVEL=debug shows where.`;
  }
}

/** The innermost error that says something: libraries wrap what the network or the server said. */
function rootOf(error: Error): Error {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return rootOf(error.errors[0]);
  return error.cause instanceof Error ? rootOf(error.cause) : error;
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
