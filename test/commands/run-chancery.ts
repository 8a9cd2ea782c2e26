import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ours = fileURLToPath(new URL('../../src/chancery.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own to run commands in: no `.env`, no `./data` of anybody else. */
export interface Place {
  readonly folder: string;
  /** Runs a command to its end. */
  run(args: readonly string[], environment?: Environment): Promise<Ended>;
  /** The JSON value of a command's stdout, whatever its exit code. */
  json(args: readonly string[], environment?: Environment): Promise<unknown>;
  /** Starts a command that runs until it is told to stop. */
  start(args: readonly string[], environment?: Environment): Running;
  remove(): Promise<void>;
}

export interface Running {
  /** Resolves with what was said so far once a line holds the text; rejects when the process ends without. */
  said(text: string): Promise<string>;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

type Environment = Readonly<Record<string, string>>;

/** @param chancery the program, ours by default */
export async function openPlace(environment: Environment = {}, chancery: string = ours): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-commands-'));
  const running = new Set<ChildProcess>();
  const start = (args: readonly string[], more: Environment = {}): Running => {
    const child = spawn(process.execPath, [chancery, ...args], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        HOME: folder,
        NO_COLOR: '1',
        HTTP_PORT: '0',
        ...environment,
        ...more,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    return watch(child, () => running.delete(child));
  };
  const run = (args: readonly string[], more: Environment = {}) => start(args, more).ended;
  return {
    folder,
    start,
    run,
    json: async (args, more) => {
      const { stdout, stderr, code } = await run(args, more);
      if (stdout === '') throw new Error(`chancery ${args.join(' ')} ended with ${code}: ${stderr}`);
      const value: unknown = JSON.parse(stdout);
      return value;
    },
    remove: async () => {
      for (const child of running) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function watch(child: ChildProcess, forget: () => void): Running {
  const output = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = child[name];
    if (!stream) throw new Error('a child process without output');
    createInterface({ input: stream }).on('line', (line) => {
      output[name] += `${line}\n`;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => {
      forget();
      resolve({ code, ...output });
    });
  });
  return {
    ended,
    signal: (signal) => child.kill(signal),
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const all = output.stdout + output.stderr;
          if (!all.includes(text)) return;
          listeners.delete(look);
          resolve(all);
        };
        listeners.add(look);
        look();
        void ended.then(({ code }) =>
          reject(new Error(`it ended with ${code} before it said "${text}":\n${output.stderr}`)),
        );
      }),
  };
}
