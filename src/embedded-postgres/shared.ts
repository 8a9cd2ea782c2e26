import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { embeddedName } from '#src/embedded-postgres/cluster.ts';
import { startEmbeddedPostgres } from '#src/embedded-postgres/embedded-postgres.ts';

export interface SharedEmbeddedPostgres {
  readonly url: string;
  /** Whether it was started for us; otherwise another process runs it and goes on doing so. */
  readonly isOurs: boolean;
  /**
   * Stops a server of ours, once no other process uses it any more, and at `patienceMs` at the latest. Repeating is safe.
   */
  stop(patienceMs: number): Promise<void>;
}

/** A server that is just starting or stopping is waited for this long. */
const longestChangeMs = 20_000;

/**
 * The embedded PostgreSQL of a data directory: the one that runs there already (`chancery start`, or another command), or one that
 * is started now. Throws `EmbeddedPostgresError`.
 */
export async function shareEmbeddedPostgres(
  directory: string,
  log: (line: string) => void,
): Promise<SharedEmbeddedPostgres> {
  const until = performance.now() + longestChangeMs;
  for (;;) {
    const wasTaken = (await portOf(directory)) !== undefined;
    const running = await joinRunning(directory);
    if (running !== undefined) return running;
    try {
      const { url, stop } = await startEmbeddedPostgres({ directory, log });
      return { url, isOurs: true, stop: (patienceMs) => afterOthers(url, patienceMs, stop) };
    } catch (error) {
      // Another process may have been quicker, or is about to stop; what else is wrong is wrong the next time, too.
      const isTaken = wasTaken || (await portOf(directory)) !== undefined;
      if (!isTaken || performance.now() > until) throw error;
      await delay(200);
    }
  }
}

/**
 * Undefined when no server answers there. That it takes the password, and knows it (SCRAM), says that it is the right one. Until we
 * stop, a lock keeps its starter from stopping it under us.
 */
async function joinRunning(directory: string): Promise<SharedEmbeddedPostgres | undefined> {
  const port = await portOf(directory);
  const password = await readFile(join(directory, 'password'), 'utf8').catch(() => undefined);
  if (port === undefined || password === undefined) return undefined;
  const url = `postgresql://${embeddedName}:${encodeURIComponent(password.trim())}@127.0.0.1:${port}/${embeddedName}`;
  const client = clientOf(url);
  const leave = () => client.end().catch(() => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ readonly joined: boolean }>(
      `select pg_try_advisory_lock_shared(${useLock}) as joined`,
    );
    if (rows[0]?.joined) return { url, isOurs: false, stop: leave };
  } catch {
    // No server, a stranger's on a port used anew, or one that is not ready: the caller starts one or looks again.
  }
  await leave();
  return undefined;
}

/** The fourth line of the file that a running server keeps in its cluster. */
async function portOf(directory: string): Promise<number | undefined> {
  const file = await readFile(join(directory, 'cluster', 'postmaster.pid'), 'utf8').catch(() => '');
  const port = Number(file.split('\n')[3]);
  return Number.isInteger(port) && port > 0 ? port : undefined;
}

/** Stops when all who joined have left; nobody can join while the lock is ours. */
async function afterOthers(url: string, patienceMs: number, stop: () => Promise<void>): Promise<void> {
  const client = clientOf(url);
  try {
    await client.connect();
    await client.query(`set lock_timeout = ${Math.max(Math.round(patienceMs), 1)}`);
    await client.query(`select pg_advisory_lock(${useLock})`);
  } catch {
    // Others take too long, or the server is gone already: it is stopped all the same.
  }
  await stop();
  await client.end().catch(() => {});
}

function clientOf(url: string): Client {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  return client;
}

/** Shared by those who joined the server, exclusive for its starter while it stops. */
const useLock = "hashtext('chancery embedded server')";
