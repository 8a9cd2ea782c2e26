import { isWritable, type Database } from '#src/persistence/database.ts';
import { pendingMigrations } from '#src/persistence/migrate.ts';

export interface HealthOptions {
  /** An `api` process stays ready while the queue server is away: it only records. */
  readonly role: 'api' | 'worker';
  readonly database: Database;
  /** Rejects with a sentence when the queue server is away, or is set up in a way that loses jobs; tells what can be lived with. */
  readonly pingQueue: () => Promise<string | undefined>;
  /** Whether the process was told to stop and finishes its work. */
  readonly draining: () => boolean;
  /** A sentence when the process is alive but gets nothing done. */
  readonly stuck?: () => string | undefined;
  /** A sentence when what was accepted is not decided, by whomever. */
  readonly owed?: () => string | undefined;
}

export interface Check {
  readonly ok: boolean;
  /** What is wrong, or could be better. */
  readonly message?: string;
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<'postgres' | 'schema' | 'queue' | 'work' | 'draining', Check>>;
}

export interface Health {
  live(): Check;
  ready(): Promise<Readiness>;
}

/** A probe answers within this, whatever hangs. */
const deadlineMs = 3000;

/** Neither probe throws. */
export function createHealth({ role, database, pingQueue, draining, stuck, owed }: HealthOptions): Health {
  return {
    live() {
      const message = stuck?.();
      return message === undefined ? { ok: true } : { ok: false, message };
    },
    async ready() {
      const [postgres, schema, queue] = await Promise.all([
        check('PostgreSQL', async () => {
          if (!(await isWritable(database)))
            throw new Fault(
              'PostgreSQL is read-only: DATABASE_URL leads to a standby, or default_transaction_read_only is on. It is tried again.',
            );
          return undefined;
        }),
        check('The schema', async () => {
          const missing = await pendingMigrations(database);
          if (missing.length > 0)
            throw new Fault(`The schema lacks ${missing.join(', ')}: run "chancery migrate".`);
          return undefined;
        }),
        check('The queue server', pingQueue),
      ]);
      const drained: Check = draining() ? { ok: false, message: 'The process is stopping.' } : { ok: true };
      const undone = stuck?.() ?? owed?.();
      const work: Check = undone === undefined ? { ok: true } : { ok: false, message: undone };
      const needed = [postgres, schema, drained, ...(role === 'worker' ? [queue, work] : [])];
      return {
        ready: needed.every(({ ok }) => ok),
        checks: { postgres, schema, queue, work, draining: drained },
      };
    },
  };
}

/** A fault whose message is meant for operators as it is. */
class Fault extends Error {
  override readonly name = 'Fault';
}

async function check(what: string, probe: () => Promise<string | undefined>): Promise<Check> {
  const late = Promise.withResolvers<Check>();
  const timer = setTimeout(
    () => late.resolve({ ok: false, message: `${what} does not answer.` }),
    deadlineMs,
  );
  try {
    return await Promise.race([
      probe().then((message): Check => (message === undefined ? { ok: true } : { ok: true, message })),
      late.promise,
    ]);
  } catch (error) {
    return {
      ok: false,
      message: error instanceof Fault ? error.message : `${what} failed: ${causeOf(error)}`,
    };
  } finally {
    clearTimeout(timer);
  }
}

/** The innermost message: libraries wrap what the network said, sometimes in an error without any words. */
function causeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? causeOf(error.cause) : error.message || error.name;
}
