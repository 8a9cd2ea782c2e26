import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { ServerAccount } from '#src/embedded-postgres/account.ts';
import { serverEnvironment } from '#src/embedded-postgres/cluster.ts';
import { EmbeddedPostgresError } from '#src/embedded-postgres/embedded-postgres-error.ts';
import { openReachable } from '#src/embedded-postgres/handle.ts';
import { clusterNamePrefix } from '#src/embedded-postgres/ownership.ts';

/** Recovery after a crash replays the write-ahead log first; that may take its time, but not for ever. */
const startDeadlineMs = 120_000;
const fastStopDeadlineMs = 10_000;
const immediateStopDeadlineMs = 7_000;

/**
 * Descriptor 3 is a pipe whose other end only this process holds. The watcher waits on it: when this process ends
 * in whatever way, kill -9 included, the pipe closes and the watcher asks the server for a fast shutdown; a server
 * that was stopped in the ordinary way is reported by the line `done`. The watcher is a grandchild, as the server
 * must have no child that it does not know. `exec` makes the shell's process the server itself; $PPID is ours.
 */
const launch = `( ( read -r word <&3; [ "$word" = done ] || kill -INT $$ ) 4<&- >/dev/null 2>&1 & ); exec "$@" -c cluster_name=${clusterNamePrefix}$PPID 3<&-`;

export interface RunningServer {
  readonly pid: number;
  /** Fast shutdown; immediate after 10 s, killed after 17 s. Resolves when the process is gone. Repeating is safe. */
  readonly stop: () => Promise<void>;
}

/** Resolves when the server accepts connections. Code `PORT_TAKEN` in the error's cause: another port may do. */
export async function runServer(options: {
  readonly postgres: string;
  readonly cluster: string;
  readonly port: number;
  readonly settings: readonly string[];
  readonly account: ServerAccount | null;
  readonly log: (line: string) => void;
}): Promise<RunningServer> {
  const data = await openReachable(options.cluster, options.account, 4);
  const settings = [
    'listen_addresses=127.0.0.1',
    // No socket file: it would need a folder that both users reach, and a short path.
    'unix_socket_directories=',
    'max_connections=200',
    'lc_messages=C',
    'log_timezone=UTC',
    'timezone=UTC',
    ...options.settings,
  ];
  const server = ['-D', data.path, '-p', String(options.port), ...settings.flatMap((s) => ['-c', s])];
  const child = spawn(
    '/bin/sh',
    ['-c', launch, `chancery-postgres ${options.cluster}`, options.postgres, ...server],
    {
      ...options.account,
      cwd: '/',
      env: serverEnvironment,
      // A session of its own: Ctrl-C at the terminal is for us, who stop the server after our own work.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', data.fd],
    },
  );
  const watched = child.stdio[3];
  if (!(watched instanceof Socket)) {
    throw new EmbeddedPostgresError('The pipe to the watcher of PostgreSQL could not be opened.');
  }
  // The watcher may be gone first; nobody needs to hear that nobody listens.
  watched.on('error', () => {});
  // `close` comes after the last line of output, but only once the watcher has let go of its pipe.
  child.once('exit', () => watched.end('done\n'));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  try {
    await readiness(child, options.log);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    await data.close();
  }
  return supervise(child, ended, options.log);
}

function supervise(child: ChildProcess, ended: Promise<void>, log: (line: string) => void): RunningServer {
  let stopping: Promise<void> | null = null;
  void ended.then(() => stopping ?? log('the embedded PostgreSQL ended by itself'));
  // A program that forgets to stop the server can still end; the watcher then stops it.
  setReferenced(child, false);
  return {
    pid: child.pid ?? 0,
    stop: () => (stopping ??= stop(child, ended)),
  };
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  setReferenced(child, true);
  const urgings = [
    setTimeout(() => child.kill('SIGQUIT'), fastStopDeadlineMs),
    setTimeout(() => child.kill('SIGKILL'), fastStopDeadlineMs + immediateStopDeadlineMs),
  ];
  child.kill('SIGINT');
  await ended;
  urgings.forEach((timer) => clearTimeout(timer));
}

async function readiness(child: ChildProcess, log: (line: string) => void): Promise<void> {
  const tail: string[] = [];
  const { stderr } = child;
  if (stderr === null) {
    throw new EmbeddedPostgresError('The pipe for the log of PostgreSQL could not be opened.');
  }
  await new Promise<void>((resolve, reject) => {
    const deadline = setTimeout(
      () => reject(new EmbeddedPostgresError(`PostgreSQL was not ready after ${startDeadlineMs / 1000} s.`)),
      startDeadlineMs,
    );
    createInterface({ input: stderr }).on('line', (line) => {
      log(line);
      tail.push(line);
      tail.splice(0, tail.length - 20);
      // A standby takes those that only read.
      if (/database system is ready to accept (?:read-only )?connections/.test(line)) {
        clearTimeout(deadline);
        resolve();
      }
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(deadline);
      reject(startFailure(tail, code ?? signal));
    });
  });
}

function startFailure(tail: readonly string[], end: number | string | null): EmbeddedPostgresError {
  const output = tail.join('\n');
  const taken = output.includes('could not create any TCP/IP sockets');
  return new EmbeddedPostgresError(`PostgreSQL did not start (ended with ${end}):\n${output}`, {
    cause: taken ? 'PORT_TAKEN' : undefined,
  });
}

function setReferenced(child: ChildProcess, referenced: boolean): void {
  for (const handle of [child, child.stderr, child.stdio[3]]) {
    if (handle instanceof Socket || handle === child) {
      if (referenced) {
        handle.ref();
      } else {
        handle.unref();
      }
    }
  }
}
