import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Breakpoint } from '#src/fulfillment/fulfillment.ts';
import { eventually } from '#test/chaos/stage/processes.ts';
import { freePort } from '#test/environment/free-port.ts';

/** A process of the product that the suite started. */
export interface Runner {
  readonly name: string;
  readonly pid: number;
  /** Of its probes, and of the API when it is one. */
  readonly url: string;
  readonly hasEnded: () => boolean;
  /** With exit code 0. */
  readonly endedWell: () => boolean;
  readonly ended: Promise<unknown>;
  /** All that it has said so far. */
  log(): Promise<string>;
  /** Its end is the suite's doing from now on, and no fault. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): void;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

export interface RunnerOptions {
  readonly role: 'worker' | 'api';
  /** Dies, or freezes, at this boundary, the n-th time that it comes there. */
  readonly breaksAt?: {
    readonly breakpoint: Breakpoint;
    readonly times: number;
    /** `none`: it stays alive, and its batches stay there. */
    readonly signal: 'SIGKILL' | 'SIGSTOP' | 'none';
  };
  /** Its wall clock is so much ahead; behind, when negative. */
  readonly clockOffHours?: number;
}

/** Processes of the product, each by its own `node`, their output in files. */
export interface Fleet {
  readonly runners: readonly Runner[];
  /** Of processes that ended though nobody killed them. */
  readonly unexpectedEnds: string[];
  start(options: RunnerOptions): Promise<Runner>;
  /** Kills all of them. */
  stop(): Promise<void>;
}

const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const breaking = fileURLToPath(new URL('breaking-process.ts', import.meta.url));
const product = join(checkout, 'src/chancery.ts');
const clockOff = new URL('clock-off.ts', import.meta.url).href;

/** @param settings of the product's environment, for every process */
export function openFleet(folder: string, settings: Readonly<Record<string, string>>): Fleet {
  const runners = new Set<Runner>();
  const unexpectedEnds: string[] = [];
  const children = new Set<ChildProcess>();
  // A run that is ended in whatever way leaves nothing behind.
  const killAtExit = () => {
    for (const child of children) child.kill('SIGKILL');
  };
  process.once('exit', killAtExit);
  let started = 0;
  return {
    get runners() {
      return [...runners];
    },
    unexpectedEnds,
    async start(options) {
      started += 1;
      const name = `${options.role}-${started}`;
      const port = await freePort();
      const log = join(folder, `${name}.log`);
      const child = launch(options, log, {
        ...settings,
        HTTP_PORT: String(port),
        DATA_DIRECTORY: join(folder, 'data'),
        MAIL_CERTIFICATES: 'off',
      });
      children.add(child);
      let isOurs = options.breaksAt?.signal === 'SIGKILL';
      const runner: Runner = {
        name,
        pid: child.pid ?? 0,
        url: `http://127.0.0.1:${port}`,
        hasEnded: () => child.exitCode !== null || child.signalCode !== null,
        endedWell: () => child.exitCode === 0,
        ended: once(child, 'exit'),
        log: () => readFile(log, 'utf8'),
        kill(signal) {
          isOurs = true;
          child.kill(signal);
        },
        signal: (signal) => void child.kill(signal),
      };
      runners.add(runner);
      child.once('exit', (code, signal) => {
        runners.delete(runner);
        children.delete(child);
        if (!isOurs) unexpectedEnds.push(`${name} ended with ${signal ?? code}`);
      });
      await working(child, name, log);
      return runner;
    },
    async stop() {
      const all = [...runners];
      for (const runner of all) {
        runner.signal('SIGCONT');
        runner.kill('SIGKILL');
      }
      await Promise.all(all.map(({ ended }) => ended));
      process.off('exit', killAtExit);
    },
  };
}

function launch(
  { role, breaksAt, clockOffHours }: RunnerOptions,
  log: string,
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const program = breaksAt ? [breaking, '--role', role, ...argumentsFor(breaksAt)] : [product, role];
  // Straight into the file: through a pipe, a process would wait for the suite to read it.
  const file = openSync(log, 'w');
  const child = spawn(
    process.execPath,
    [...(clockOffHours === undefined ? [] : ['--import', `${clockOff}?hours=${clockOffHours}`]), ...program],
    {
      cwd: checkout,
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', file, file],
    },
  );
  closeSync(file);
  return child;
}

function argumentsFor({
  breakpoint,
  times,
  signal,
}: NonNullable<RunnerOptions['breaksAt']>): readonly string[] {
  return ['--break-at', breakpoint, '--times', String(times), '--signal', signal];
}

/** Starting takes seconds; on a machine that is busy with other things, many. */
const startingMs = 180_000;

/** Until the process says that it works; one that ends before is a fault of the suite or of the product. */
async function working(child: ChildProcess, name: string, log: string): Promise<void> {
  await eventually(
    `${name} to start`,
    startingMs,
    async () =>
      /"msg":"(?:working|listening)"/.test(await readFile(log, 'utf8')) ||
      child.exitCode !== null ||
      child.signalCode !== null,
  );
  if (child.exitCode !== null && child.exitCode !== 0)
    throw new Error(`${name} ended with ${child.exitCode}:\n${(await readFile(log, 'utf8')).slice(-2000)}`);
}
